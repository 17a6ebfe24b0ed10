package dashboard

import (
	"testing"

	"github.com/tidemark/tidemark/bench"
)

const slowScenario = "a"

func realRuns(t testing.TB) []*bench.Run { return slowed() }
