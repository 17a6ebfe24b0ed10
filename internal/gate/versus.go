package gate

import (
	"fmt"
	"math"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A Bound is what a comparison is judged by: how much slower bothers nobody.
type Bound struct {
	Ratio  float64       // 0.05: up to 5%, or
	Change time.Duration // up to so much
}

// tolerable is the ratio up to which an effect bothers nobody.
func (b Bound) tolerable(e bench.Effect) float64 {
	return 1 + max(b.Ratio, bench.Milliseconds(b.Change)/max(e.Base, 0.001))
}

const (
	errorsWorse = 0.01 // more of head's requests than of base's failed
	leastErrors = 10   // of head's; fewer are chance
)

// Versus judges a comparison. needed says, for an effect that is undecided, how many pairs would decide it; 0: none would.
func Versus(c *bench.Comparison, b Bound, needed func(bench.Effect) int) {
	c.Verdict = bench.Verdict{Status: bench.Pass, Reasons: []string{}}
	share := func(errors, requests int64) float64 { return float64(errors) / float64(max(requests, 1)) }
	base, head := share(c.BaseErrors, c.BaseRequests), share(c.HeadErrors, c.HeadRequests)
	if head > base+errorsWorse && c.HeadErrors >= leastErrors {
		worsen(&c.Verdict, bench.Fail, fmt.Sprintf("errors: %.2f%% -> %.2f%%", 100*base, 100*head))
	}
	if len(c.Effects) == 0 {
		worsen(&c.Verdict, bench.Inconclusive, "too few answers to compare")
	}
	for _, e := range c.Effects {
		words := fmt.Sprintf("%s: %s -> %s (%s, 95%% interval %s to %s)", e.Metric, amount(e.Base), amount(e.Head), percent(e.Ratio), percent(e.Low), percent(e.High))
		switch {
		case e.Confirmed != nil && e.Confirmed.Holds:
			worsen(&c.Verdict, bench.Fail, fmt.Sprintf("%s, confirmed by %d new pairs (%s)", words, e.Confirmed.Pairs, percent(e.Confirmed.Ratio)))
		case e.High < b.tolerable(e):
		case e.Confirmed != nil:
			worsen(&c.Verdict, bench.Inconclusive, fmt.Sprintf("%s: %d new pairs did not confirm it (%s)", words, e.Confirmed.Pairs, percent(e.Confirmed.Ratio)))
		default:
			worsen(&c.Verdict, bench.Inconclusive, words+undecided(c, e, needed(e)))
		}
	}
}

func undecided(c *bench.Comparison, e bench.Effect, pairs int) string {
	if pairs == 0 {
		return ": slower than is tolerated, but not by more than chance may do; only a longer comparison would tell"
	}
	more := time.Duration(float64(pairs) * 2 * c.BlockSeconds * float64(time.Second)).Round(10 * time.Second)
	return fmt.Sprintf(": %d pairs can show changes over %.0f%%; about %d (%s) would decide", c.Pairs, 100*(e.High/e.Ratio-1), pairs, more)
}

// WholeVersus is the verdict of all comparisons: that of the worst.
func WholeVersus(all []bench.Comparison) bench.Verdict {
	v := bench.Verdict{Status: bench.Pass, Reasons: []string{}}
	for _, c := range all {
		for _, reason := range c.Verdict.Reasons {
			worsen(&v, c.Verdict.Status, c.Name+" "+reason)
		}
	}
	return v
}

func percent(ratio float64) string {
	p := 100 * (ratio - 1)
	if math.Abs(p) < 10 {
		return fmt.Sprintf("%+.1f%%", p)
	}
	return fmt.Sprintf("%+.0f%%", p)
}

func amount(ms float64) string {
	if ms < 10 {
		return fmt.Sprintf("%.2gms", ms)
	}
	return fmt.Sprintf("%.0fms", ms)
}
