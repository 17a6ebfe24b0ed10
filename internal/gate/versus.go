package gate

import (
	"fmt"
	"math"
	"time"

	"github.com/tidemark/tidemark/bench"
)

const (
	errorsWorse = 0.01 // more of head's requests than of base's failed
	leastErrors = 10   // of head's; fewer are chance
)

// Suspicious reports whether the screen of a comparison showed something that fails if new measurements confirm it.
func Suspicious(c *bench.Comparison) bool {
	for i := range c.Effects {
		if e := &c.Effects[i]; e.Flagged || breached(e, c.Thresholds) {
			return true
		}
	}
	return failing(c.Round, c.Thresholds) != "" || slowing(c.Round, c.Thresholds) != ""
}

// Versus judges a comparison. needed says, for an effect that is undecided, how many pairs would decide it; 0: none would.
func Versus(c *bench.Comparison, p bench.Policy, needed func(bench.Effect) int) {
	c.Verdict = bench.Verdict{Status: bench.Pass, Reasons: []string{}}
	for _, check := range []func(bench.Round, bench.ThresholdRecord) string{failing, slowing} {
		confirmed(c, check)
	}
	switch {
	case c.Base.Requests > 0 && c.Base.Errors == c.Base.Requests && c.Head.Errors < c.Head.Requests:
		worsen(&c.Verdict, bench.Inconclusive, "base answered none of its requests (is the endpoint new?): there is nothing to compare with")
	case len(c.Effects) == 0:
		worsen(&c.Verdict, bench.Inconclusive, "too few answers to compare")
	}
	for i := range c.Effects {
		e := &c.Effects[i]
		slowdown(c, e, p, needed)
		threshold(c, e, p)
	}
}

// confirmed fails what both the screen and the confirmation show.
func confirmed(c *bench.Comparison, check func(bench.Round, bench.ThresholdRecord) string) {
	reason := check(c.Round, c.Thresholds)
	switch {
	case reason == "":
	case c.Confirmation == nil:
		worsen(&c.Verdict, bench.Inconclusive, reason+"; not confirmed: the comparison ended before")
	case check(*c.Confirmation, c.Thresholds) == "":
		worsen(&c.Verdict, bench.Inconclusive, reason+"; new measurements did not show it again")
	default:
		worsen(&c.Verdict, bench.Fail, reason+", confirmed")
	}
}

// failing says that more of head's requests failed than of base's, or "".
func failing(r bench.Round, t bench.ThresholdRecord) string {
	base, head := r.Base.ErrorRate(), r.Head.ErrorRate()
	limit := base + errorsWorse
	words := fmt.Sprintf("errors: %.2f%% -> %.2f%%", 100*base, 100*head)
	if t.ErrorRate != nil && base <= *t.ErrorRate {
		limit = *t.ErrorRate
		words += fmt.Sprintf(" (threshold: %g%%)", 100**t.ErrorRate)
	}
	if r.Head.Errors < leastErrors || head <= limit {
		return ""
	}
	return words
}

// slowing says that head's throughput is below its threshold and base's is not, or "".
func slowing(r bench.Round, t bench.ThresholdRecord) string {
	if t.Throughput == nil || r.Base.Throughput() < *t.Throughput || r.Head.Throughput() >= *t.Throughput {
		return ""
	}
	return fmt.Sprintf("throughput: %.1f req/s -> %.1f req/s (threshold: %g req/s)", r.Base.Throughput(), r.Head.Throughput(), *t.Throughput)
}

// slowdown judges an effect by the tolerance.
func slowdown(c *bench.Comparison, e *bench.Effect, p bench.Policy, needed func(bench.Effect) int) {
	words := change(e, c.Thresholds)
	switch {
	case e.Confirmed != nil && e.Flagged && e.Confirmed.Holds:
		worsen(&c.Verdict, bench.Fail, fmt.Sprintf("%s, confirmed by %d new pairs (%s)", words, c.Confirmation.Pairs, percent(e.Confirmed.Ratio)))
	case e.Within(p.Tolerance):
	case e.Flagged && e.Confirmed != nil:
		worsen(&c.Verdict, bench.Inconclusive, fmt.Sprintf("%s: %d new pairs did not confirm it (%s)", words, c.Confirmation.Pairs, percent(e.Confirmed.Ratio)))
	case e.Flagged:
		worsen(&c.Verdict, bench.Inconclusive, words+"; not confirmed: the comparison ended before")
	case !e.Promised():
		c.Notes = append(c.Notes, fmt.Sprintf("%s: changes of less than %s could not be seen", e.Metric, percent(e.High/e.Ratio)))
	default:
		worsen(&c.Verdict, bench.Inconclusive, words+undecided(c, e, needed(*e)))
	}
}

func undecided(c *bench.Comparison, e *bench.Effect, pairs int) string {
	if pairs == 0 {
		return ": slower than is tolerated, but not by more than chance may do; only a longer comparison would tell"
	}
	more := time.Duration(float64(pairs) * 2 * c.BlockSeconds * float64(time.Second)).Round(10 * time.Second)
	return fmt.Sprintf(": %d pairs can show changes over %.0f%%; about %d (%s) would decide", c.Pairs, 100*(e.High/e.Ratio-1), pairs, more)
}

// threshold judges an effect by the budget of its metric. A pull request answers for what it changed: a breach that base has too is a
// note, unless the policy says otherwise.
func threshold(c *bench.Comparison, e *bench.Effect, p bench.Policy) {
	limit, ok := c.Thresholds.Latency(e.Metric)
	if !ok || e.HeadHigh <= limit {
		return
	}
	words := fmt.Sprintf("%s: %s on head, 95%% interval %s to %s (threshold: %s)", e.Metric, bench.Readable(e.Head), bench.Readable(e.HeadLow), bench.Readable(e.HeadHigh), bench.Readable(limit))
	switch {
	case e.HeadLow <= limit:
		worsen(&c.Verdict, bench.Close, words+"; close")
	case !breached(e, c.Thresholds) && p.Always:
		worsen(&c.Verdict, bench.Fail, fmt.Sprintf("%s; base has %s: breaches always fail here", words, bench.Readable(e.Base)))
	case !breached(e, c.Thresholds):
		worsen(&c.Verdict, bench.Close, fmt.Sprintf("%s; base has %s: not this change's doing", words, bench.Readable(e.Base)))
	case e.Confirmed == nil:
		worsen(&c.Verdict, bench.Inconclusive, words+"; not confirmed: the comparison ended before")
	case e.Confirmed.HeadLow > limit && e.Confirmed.Base <= limit:
		worsen(&c.Verdict, bench.Fail, fmt.Sprintf("%s; base has %s; confirmed by %d new pairs (%s)", words, bench.Readable(e.Base), c.Confirmation.Pairs, bench.Readable(e.Confirmed.Head)))
	default:
		worsen(&c.Verdict, bench.Inconclusive, fmt.Sprintf("%s; base has %s; %d new pairs did not confirm it (%s)", words, bench.Readable(e.Base), c.Confirmation.Pairs, bench.Readable(e.Confirmed.Head)))
	}
}

// breached reports whether head is beyond its budget, base is not, and the two differ.
func breached(e *bench.Effect, t bench.ThresholdRecord) bool {
	limit, ok := t.Latency(e.Metric)
	return ok && e.HeadLow > limit && e.Base <= limit && e.Low > 1
}

// change says an effect as people compare it.
func change(e *bench.Effect, t bench.ThresholdRecord) string {
	words := fmt.Sprintf("%s: %s -> %s (%s, 95%% interval %s to %s", e.Metric, bench.Readable(e.Base), bench.Readable(e.Head), percent(e.Ratio), percent(e.Low), percent(e.High))
	if limit, ok := t.Latency(e.Metric); ok {
		words += ", threshold: " + bench.Readable(limit)
	}
	return words + ")"
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
