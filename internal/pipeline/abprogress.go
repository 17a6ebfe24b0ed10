package pipeline

import (
	"time"

	"github.com/tidemark/tidemark/bench"
)

// An ABProgress tells how far a comparison is: what is done before its pairs, or what is known after one.
type ABProgress struct {
	Targets   [2]string            // where base and head answer; empty: they are not started yet
	Commits   [2]*bench.Commit     // nil: it is not known what answers there
	Bisection *bench.LiveBisection // that the comparison is a step of; nil: of none

	Doing           string          // in words, what is done before pairs can be measured; empty: they are
	Scenario        *bench.Scenario // nil: none has begun
	Number, Of      int             // of the scenario, from 1
	Pairs           int             // measured in this round
	Confirming      bool
	P95             *bench.Effect // so far; nil as long as there is too little
	Head            bench.Tally   // of all blocks of head so far
	Elapsed, Length time.Duration // that the pairs took, and take at most
}

// at adds where both sides answer to what is told of them.
func at(sides Sides, each func(ABProgress)) func(ABProgress) {
	return func(p ABProgress) {
		for i, target := range sides.Targets() {
			p.Targets[i] = target.Redacted()
		}
		each(p)
	}
}

// comparing adds which commits are.
func comparing(base, head *bench.Commit, each func(ABProgress)) func(ABProgress) {
	return func(p ABProgress) {
		p.Commits = [2]*bench.Commit{base, head}
		each(p)
	}
}
