package compare

import (
	"math"
	"slices"
	"time"
)

// Looks are the numbers of pairs after which the data are looked at. They share the error that is allowed: each look more is a
// chance more to be wrong.
var Looks = []int{10, 16, 24}

const (
	screenError  = 0.05 // family-wise, over endpoints, metrics and looks (Bonferroni)
	confirmError = 0.10 // over what was flagged (Holm)
	leastBeyond  = 10   // requests of each side beyond a quantile, for it to be compared
)

// A Tolerance is what bothers nobody.
type Tolerance struct {
	Ratio  float64       // 0.05: up to 5% slower
	Change time.Duration // or up to so much
}

// Exceeds reports whether an estimate is beyond the tolerance in both of its senses.
func (t Tolerance) Exceeds(e Estimate, ratio float64) bool {
	return ratio >= 1+t.Ratio && float64(e.Base)*(ratio-1) >= float64(t.Change)
}

// Level is the p at which one look at one of so many tests flags.
func Level(tests int) float64 { return screenError / float64(len(Looks)*max(tests, 1)) }

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
func PairsNeeded(e Estimate, pairs int, t Tolerance) int {
	allowed := max(math.Log1p(t.Ratio), math.Log1p(float64(t.Change)/float64(max(e.Base, 1))))
	room := allowed - math.Log(e.Ratio)
	if room <= 0 {
		return 0
	}
	width := math.Log(e.High) - math.Log(e.Ratio)
	return max(int(math.Ceil(float64(pairs)*(width/room)*(width/room))), pairs+1)
}
