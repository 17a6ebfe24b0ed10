package compare

import (
	"math"
	"math/rand/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/stats"
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

// A Screen takes the pairs of one endpoint as they are measured, looks at them at its times, and says when there is nothing left to learn.
type Screen struct {
	Tests     int // endpoints times metrics, which share the error that is allowed
	Tolerance bench.Tolerance
	Rng       *rand.Rand

	Effects []bench.Effect // as of the last look
	TooFew  []string       // metrics that could not be compared then: too few requests are beyond them
	pairs   []Pair
}

// Add takes one more pair. over says that every metric is decided, or that the last look is done.
func (s *Screen) Add(p Pair) (over bool) {
	s.pairs = append(s.pairs, p)
	for i, l := range Looks {
		if l.Pairs == len(s.pairs) {
			return s.look(l) || i == len(Looks)-1
		}
	}
	return false
}

// End looks once more, because the time is over. Between two looks that one sees what the next would have seen; before the first there
// is nothing to see.
func (s *Screen) End() {
	for i, l := range Looks {
		if l.Pairs > len(s.pairs) {
			if i > 0 && len(s.pairs) > Looks[i-1].Pairs {
				s.look(l)
			}
			return
		}
	}
}

// Pairs are those that were added.
func (s *Screen) Pairs() []Pair { return s.pairs }

// look tests what was measured, and says whether there is nothing left to learn.
func (s *Screen) look(l Look) (decided bool) {
	s.Effects, s.TooFew, decided = []bench.Effect{}, nil, true
	var base, head int64
	for _, p := range s.pairs {
		base, head = base+p.Base.Count(), head+p.Head.Count()
	}
	level := l.Level(s.Tests)
	for i, e := range Compare(s.pairs, level, s.Rng) {
		if q := Quantiles[i]; !Comparable(q, base, head) {
			s.TooFew = append(s.TooFew, q.Name)
			continue
		}
		e.Flagged = e.P <= level && e.Ratio >= s.Tolerance.Limit(e.Base)
		decided = decided && (e.Flagged || e.Settled(s.Tolerance))
		s.Effects = append(s.Effects, e)
	}
	return decided
}

// Comparable reports whether each side has enough requests for a quantile.
func Comparable(q Quantile, base, head int64) bool {
	return float64(min(base, head))*(1-q.Q) >= leastBeyond-1e-6
}

// Again gives each effect what new pairs say of it. Whether a slowdown holds is for Hold to say, which knows all of them.
func Again(effects []bench.Effect, pairs []Pair, rng *rand.Rand) {
	for _, e := range Compare(pairs, confirmError, rng) {
		for i := range effects {
			if effects[i].Metric == e.Metric {
				effects[i].Confirmed = &bench.Confirm{Base: e.Base, Head: e.Head, HeadLow: e.HeadLow, Ratio: e.Ratio, P: e.P}
			}
		}
	}
}

// Hold says of all effects of a comparison that were flagged, and measured again, which are there again: significant, and beyond the
// tolerance.
func Hold(flagged []*bench.Effect, t bench.Tolerance) {
	p := make([]float64, len(flagged))
	for i, e := range flagged {
		p[i] = e.Confirmed.P
	}
	for i, holds := range stats.Holm(p, confirmError) {
		c := flagged[i].Confirmed
		c.Holds = holds && c.Ratio >= t.Limit(c.Base)
	}
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
