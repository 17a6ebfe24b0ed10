package compare

import (
	"math"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

// A Look is when the data are looked at: after so many pairs. Each look more is a chance more to be wrong, so they share the error
// that is allowed. The first has the largest share: it is the one that can only just flag with its 1,024 ways to swap, and it
// is where a clear case is decided.
type Look struct {
	Pairs int
	Share float64
}

// Looks are when a screen looks; their shares add up to 1.
var Looks = []Look{{10, 0.30}, {16, 0.20}, {24, 0.20}, {40, 0.15}, {60, 0.15}}

const (
	screenError  = 0.05 // family-wise, over endpoints, metrics and looks (Bonferroni)
	confirmError = 0.10 // over what was flagged (Holm)
	leastBeyond  = 10   // requests of each side beyond a quantile, for it to be compared
)

// Level is the p at which a look at one of so many tests flags.
func (l Look) Level(tests int) float64 { return screenError * l.Share / float64(max(tests, 1)) }

// Slower reports whether a ratio of an effect's base is beyond what is tolerated.
func Slower(e bench.Effect, ratio float64, t bench.Tolerance) bool { return ratio >= t.Limit(e.Base) }

// Comparable reports whether each side has enough requests for a quantile.
func Comparable(q Quantile, base, head int64) bool {
	return float64(min(base, head))*(1-q.Q) >= leastBeyond-1e-6
}

// Holm says which of p hold at the confirmation's level (S. Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979).
func Holm(p []float64) []bool {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	holds := make([]bool, len(p))
	for rank, i := range order {
		if p[i] > confirmError/float64(len(p)-rank) {
			break
		}
		holds[i] = true
	}
	return holds
}

// PairsNeeded is how many pairs it would take for an interval to get below the tolerance, if the estimate stays where it is:
// intervals shrink with the square root. 0: no number would do.
func PairsNeeded(e bench.Effect, pairs int, t bench.Tolerance) int {
	room := math.Log(t.Limit(e.Base)) - math.Log(e.Ratio)
	if room <= 0 {
		return 0
	}
	width := math.Log(e.High) - math.Log(e.Ratio)
	return max(int(math.Ceil(float64(pairs)*(width/room)*(width/room))), pairs+1)
}
