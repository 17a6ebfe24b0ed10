package gate

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

func TestVersus(t *testing.T) {
	limit, rate := 300.0, 0.001
	same := bench.Effect{Metric: "p95", Base: 100, Head: 100, HeadLow: 99, HeadHigh: 101, Ratio: 1, Low: 0.98, High: 1.02}
	slow := bench.Effect{Metric: "p95", Base: 245, Head: 890, HeadLow: 850, HeadHigh: 930, Ratio: 3.63, Low: 3.4, High: 3.9, Flagged: true}
	with := func(e bench.Effect, c bench.Confirm) bench.Effect { e.Confirmed = &c; return e }
	failing := func(base, head int64) bench.Round {
		return bench.Round{Pairs: 24, Base: bench.Tally{Requests: 1000, Errors: base}, Head: bench.Tally{Requests: 1000, Errors: head}}
	}
	for name, c := range map[string]struct {
		effect bench.Effect
		screen bench.Round
		again  *bench.Round
		t      bench.ThresholdRecord
		p      bench.Policy
		want   bench.Status
		says   string
	}{
		"the same": {effect: same, want: bench.Pass},
		"faster":   {effect: bench.Effect{Metric: "p95", Base: 100, Ratio: 0.5, Low: 0.4, High: 0.6}, want: bench.Pass},
		"confirmed": {effect: with(slow, bench.Confirm{Ratio: 3.6, Holds: true}), again: &bench.Round{Pairs: 10}, want: bench.Fail,
			says: "p95: 245ms -> 890ms (+263%, 95% interval +240% to +290%), confirmed by 10 new pairs (+260%)"},
		"with its threshold": {effect: with(slow, bench.Confirm{Ratio: 3.6, Holds: true, HeadLow: 850, Base: 245}), again: &bench.Round{Pairs: 10}, t: bench.ThresholdRecord{P95: &limit}, want: bench.Fail,
			says: "+290%, threshold: 300ms)"},
		"not confirmed": {effect: with(bench.Effect{Metric: "p95", Base: 100, Ratio: 1.1, Low: 1.01, High: 1.2, Flagged: true}, bench.Confirm{Ratio: 1}), again: &bench.Round{Pairs: 10}, want: bench.Inconclusive,
			says: "10 new pairs did not confirm it (+0.0%)"},
		"interrupted before": {effect: slow, want: bench.Inconclusive, says: "the comparison ended before"},
		"too wide": {effect: bench.Effect{Metric: "p95", Base: 100, Ratio: 1, Low: 0.9, High: 1.1}, want: bench.Inconclusive,
			says: "24 pairs can show changes over 10%; about 96 (3m10s) would decide"},
		"a millisecond of two":   {effect: bench.Effect{Metric: "p95", Base: 2, Ratio: 1.2, Low: 1.1, High: 1.4}, want: bench.Pass},
		"p99 is not promised":    {effect: bench.Effect{Metric: "p99", Base: 100, Ratio: 1, Low: 0.8, High: 1.3}, want: bench.Pass},
		"errors once":            {effect: same, screen: failing(0, 30), again: &bench.Round{}, want: bench.Inconclusive, says: "errors: 0.00% -> 3.00%; new measurements did not show it again"},
		"errors again":           {effect: same, screen: failing(0, 30), again: new(failing(0, 20)), want: bench.Fail, says: "errors: 0.00% -> 3.00%, confirmed"},
		"errors on both":         {effect: same, screen: failing(30, 30), want: bench.Pass},
		"errors by their budget": {effect: same, screen: bench.Round{Head: bench.Tally{Requests: 5000, Errors: 10}}, again: &bench.Round{Head: bench.Tally{Requests: 5000, Errors: 10}}, t: bench.ThresholdRecord{ErrorRate: &rate}, want: bench.Fail, says: "(threshold: 0.1%)"},
		"a new endpoint":         {screen: failing(1000, 0), want: bench.Inconclusive, says: "is the endpoint new?"},
		"a breach on base too": {effect: bench.Effect{Metric: "p95", Base: 400, Head: 402, HeadLow: 396, HeadHigh: 408, Ratio: 1.005, Low: 0.99, High: 1.02}, t: bench.ThresholdRecord{P95: &limit}, want: bench.Close,
			says: "not this change's doing"},
		"that always fails": {effect: bench.Effect{Metric: "p95", Base: 400, Head: 402, HeadLow: 396, HeadHigh: 408, Ratio: 1.005, Low: 0.99, High: 1.02}, t: bench.ThresholdRecord{P95: &limit}, p: bench.Policy{Always: true}, want: bench.Fail},
		// From 292 to 305 ms: 4.5% bother nobody, but the budget is broken, and by this change.
		"a breach of its own": {effect: with(bench.Effect{Metric: "p95", Base: 292, Head: 305, HeadLow: 302, HeadHigh: 308, Ratio: 1.045, Low: 1.042, High: 1.048}, bench.Confirm{Base: 291, Head: 304, HeadLow: 301}), again: &bench.Round{Pairs: 10},
			t: bench.ThresholdRecord{P95: &limit}, want: bench.Fail, says: "base has 292ms; confirmed by 10 new pairs (304ms)"},
		"a breach by chance": {effect: with(bench.Effect{Metric: "p95", Base: 292, Head: 305, HeadLow: 302, HeadHigh: 308, Ratio: 1.045, Low: 1.042, High: 1.048}, bench.Confirm{Base: 292, Head: 293, HeadLow: 290}), again: &bench.Round{Pairs: 10},
			t: bench.ThresholdRecord{P95: &limit}, want: bench.Inconclusive, says: "did not confirm it (293ms)"},
		"close to its budget": {effect: bench.Effect{Metric: "p95", Base: 299, Head: 299, HeadLow: 295, HeadHigh: 303, Ratio: 1, Low: 0.99, High: 1.01}, t: bench.ThresholdRecord{P95: &limit}, want: bench.Close},
	} {
		r := bench.Comparison{Name: "GET /a", BlockSeconds: 1, Round: c.screen, Confirmation: c.again, Thresholds: c.t}
		r.Pairs = 24
		if c.effect.Metric != "" {
			r.Effects = []bench.Effect{c.effect}
		}
		c.p.Tolerance = bench.DefaultPolicy().Tolerance
		Versus(&r, c.p, func(bench.Effect) int { return 96 })
		if got := strings.Join(r.Verdict.Reasons, "\n"); r.Verdict.Status != c.want || !strings.Contains(got, c.says) {
			t.Errorf("%s: %s, %s", name, r.Verdict.Status, got)
		}
		if again := c.again != nil; again && !Suspicious(&r) {
			t.Errorf("%s: nothing to confirm", name)
		}
	}
}
