package bench

import (
	"slices"
	"testing"
)

func TestForOthers(t *testing.T) {
	environ := []string{"PATH=/bin", "TIDEMARK_TOKEN=s3cr3t", "TIDEMARK_TOKENS=2", "TIDEMARK_READ_TOKEN=s3cr3t", "TIDEMARK_HISTORY_TOKEN=s3cr3t", "TIDEMARK_HISTORY=postgres://me:s3cr3t@db/runs", "TIDEMARK_TARGET=http://a"}
	if got := ForOthers(environ); !slices.Equal(got, []string{"PATH=/bin", "TIDEMARK_TOKENS=2", "TIDEMARK_TARGET=http://a"}) || len(environ) != 7 || environ[1] != "TIDEMARK_TOKEN=s3cr3t" {
		t.Errorf("got %q", got)
	}
	if NotOurs("TIDEMARK_TARGET") != nil || NotOurs("TIDEMARK_TOKEN") == nil || NotOurs("TIDEMARK_READ_TOKEN") == nil {
		t.Error("which are ours is mixed up")
	}
}
