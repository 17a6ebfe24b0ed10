package forgejo

import (
	"errors"
	"testing"

	"github.com/tidemark/tidemark/internal/forge"
	"github.com/tidemark/tidemark/internal/forge/forgetest"
)

const commit = "1111111111111111111111111111111111111111"

func at(d *forgetest.Double, pull int) *Host {
	return Open(&forge.Place{Kind: forge.Forgejo, API: d.URL, Repository: "o/r", Pull: pull, Commit: commit, Token: d.Token}, "tidemark/test")
}

func TestComments(t *testing.T) {
	for _, self := range []string{"gitea-actions", "forgejo-actions", "bot"} {
		for _, asks := range []bool{true, false} {
			forgetest.Comments(t, func(t testing.TB) *forgetest.Double {
				d := forgetest.Gitea(t)
				d.Self, d.Asks = self, asks
				return d
			}, func(d *forgetest.Double) forge.Host { return at(d, 7) })
		}
	}
	if _, err := at(forgetest.Gitea(t), 0).Comments(t.Context()); !errors.Is(err, forge.ErrNoPull) {
		t.Errorf("a push: %v", err)
	}
}

func TestCheck(t *testing.T) {
	d := forgetest.Gitea(t)
	forgetest.Checks(t, d, at(d, 7), "state", map[forge.Conclusion]string{forge.Success: "success", forge.Neutral: "success", forge.Failure: "failure"})
	if got := d.Checks()[0]; got["sha"] != commit || got["context"] != "tidemark/test" || got["description"] != "A title" || got["target_url"] != "https://ci.example/1" {
		t.Errorf("the status is %v", got)
	}
}
