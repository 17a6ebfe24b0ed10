package gate

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

func TestSaved(t *testing.T) {
	b := bench.DefaultPolicy().Tolerance
	clear := bench.Effect{Metric: "p95", Base: 245, Head: 890, Ratio: 3.63, Low: 3, High: 4.4, P: 1e-6, Noise: 0.06, Slower: 1}
	with := func(e bench.Effect, change func(*bench.Effect)) bench.Effect { change(&e); return e }
	for name, tc := range map[string]struct {
		c       bench.Comparison
		unlike  []string
		allowed bool
		want    bench.Status
		says    string
	}{
		"clear": {c: bench.Comparison{Effects: []bench.Effect{clear}}, want: bench.Fail,
			says: "p95: 245ms -> 890ms (+263%, 95% interval +200% to +340%); from run to run it varies by 6.0% (12 runs)"},
		"the same":            {c: bench.Comparison{Effects: []bench.Effect{{Base: 100, Head: 100, Ratio: 1, Low: 0.97, High: 1.03, P: 0.5}}}, want: bench.Pass},
		"too wide":            {c: bench.Comparison{Effects: []bench.Effect{{Metric: "p95", Base: 100, Head: 100, Ratio: 1, Low: 0.9, High: 1.1, P: 0.5, Noise: 0.04}}}, want: bench.Inconclusive, says: "12 runs of base and 1 of head can show changes over 10%; about 5 of head would decide"},
		"not beyond chance":   {c: bench.Comparison{Effects: []bench.Effect{{Metric: "p95", Base: 100, Head: 120, Ratio: 1.2, Low: 1.01, High: 1.4, P: 0.02}}}, want: bench.Inconclusive, says: "if it is as it seems, more runs would show it"},
		"small but sure":      {c: bench.Comparison{Effects: []bench.Effect{{Base: 100, Head: 103, Ratio: 1.03, Low: 1.02, High: 1.04, P: 1e-9}}}, want: bench.Pass},
		"under a millisecond": {c: bench.Comparison{Effects: []bench.Effect{{Base: 2, Head: 2.8, Ratio: 1.4, Low: 1.35, High: 1.45, P: 1e-9}}}, want: bench.Pass},
		"spikes before":       {c: bench.Comparison{Spikes: 1, Effects: []bench.Effect{clear}}, want: bench.Inconclusive, says: "1 of the 12 runs of base and before it were single spikes, and one run of head may be another"},
		"one of three slow":   {c: bench.Comparison{HeadRuns: 3, Effects: []bench.Effect{clear}}, want: bench.Inconclusive, says: "of head's 3 runs only 1 are slower by themselves"},
		"the machine was slow": {c: bench.Comparison{Effects: []bench.Effect{with(clear, func(e *bench.Effect) { e.Control = &bench.ControlEffect{Ratio: 1.5, Unusual: true} })}},
			want: bench.Inconclusive, says: "the machine was slower too, more than it is from run to run (control +50%)"},
		"the drift taken out": {c: bench.Comparison{Effects: []bench.Effect{with(clear, func(e *bench.Effect) {
			e.Control = &bench.ControlEffect{Ratio: 1.08, Unusual: true, Applied: true, Coefficient: 0.9, Without: 3.9}
		})}}, want: bench.Fail, says: "the control was 8.0% slower: taken out as far as history shows (0.90 of it), with it +290%"},
		"unlike":         {c: bench.Comparison{Effects: []bench.Effect{clear}}, unlike: []string{"cores: 2, 4"}, want: bench.Inconclusive, says: "the sides differ in more than the code (cores: 2, 4)"},
		"unlike loads":   {c: bench.Comparison{Unlike: []string{"load: 5 users, 9 users"}, Effects: []bench.Effect{clear}}, want: bench.Inconclusive, says: "5 users, 9 users"},
		"unlike allowed": {c: bench.Comparison{Effects: []bench.Effect{clear}}, unlike: []string{"cores: 2, 4"}, allowed: true, want: bench.Fail},
		"nothing":        {c: bench.Comparison{}, want: bench.Inconclusive, says: "too few answers"},
		"errors":         {c: bench.Comparison{Round: bench.Round{Head: bench.Tally{Errors: 30}}, Rates: []bench.RateEffect{{Metric: "errors", Unit: "%", Head: 3, Change: 3, Low: 2, High: 4, P: 1e-6}}}, want: bench.Fail, says: "errors: 0.00% -> 3.00% (95% interval of the change +2.0 to +4.0 points)"},
		"nine errors":    {c: bench.Comparison{Round: bench.Round{Head: bench.Tally{Errors: 9}}, Rates: []bench.RateEffect{{Metric: "errors", Unit: "%", Head: 3, Change: 3, Low: 2, High: 4, P: 1e-6}}}, want: bench.Pass},
		"throughput":     {c: bench.Comparison{Rates: []bench.RateEffect{{Metric: "throughput", Unit: "req/s", Base: 100, Head: 80, Change: -20, Low: -25, High: -15, P: 1e-6}}}, want: bench.Fail, says: "throughput: 100 -> 80 req/s (-20.0%"},
		"throughput open": {c: bench.Comparison{Rates: []bench.RateEffect{{Metric: "throughput", Unit: "req/s", Base: 100, Head: 99, Change: -1, Low: -8, High: 7, P: 0.4}}}, want: bench.Inconclusive,
			says: "that may be chance"},
		"single": {c: bench.Comparison{Basis: bench.WithinRuns, BaseRuns: 1, Effects: []bench.Effect{{Metric: "p95", Base: 100, Head: 200, Ratio: 2, Low: 1.9, High: 2.1, P: 0}}}, want: bench.Inconclusive,
			says: "1 run of base and 1 of head prove little (p95 +100%): machines differ from run to run by 3 to 20%"},
		"single, the same":        {c: bench.Comparison{Basis: bench.WithinRuns, BaseRuns: 1, Effects: []bench.Effect{{Metric: "p95", Base: 100, Head: 100, Ratio: 1, Low: 0.99, High: 1.01}}}, want: bench.Inconclusive, says: "prove little"},
		"single, beyond noise":    {c: bench.Comparison{Basis: bench.WithinRuns, Effects: []bench.Effect{clear}}, want: bench.Fail, says: "no noise between runs explains more than 2.5 times"},
		"single, machine as slow": {c: bench.Comparison{Basis: bench.WithinRuns, Effects: []bench.Effect{with(clear, func(e *bench.Effect) { e.Control = &bench.ControlEffect{Ratio: 1.3} })}}, want: bench.Inconclusive, says: "the control was 30.0% slower: not taken out"},
		"single, many errors":     {c: bench.Comparison{Basis: bench.WithinRuns, Round: bench.Round{Head: bench.Tally{Errors: 300}}, Rates: []bench.RateEffect{{Metric: "errors", Unit: "%", Head: 30, Change: 30, Low: 28, High: 32}}}, want: bench.Fail, says: "percentage points"},
		"single, some errors":     {c: bench.Comparison{Basis: bench.WithinRuns, Round: bench.Round{Head: bench.Tally{Errors: 50}}, Rates: []bench.RateEffect{{Metric: "errors", Unit: "%", Head: 5, Change: 5, Low: 4, High: 6}}}, want: bench.Inconclusive},
	} {
		c := tc.c
		c.NoiseRuns = 12
		if c.HeadRuns == 0 {
			c.HeadRuns = 1
		}
		if c.Basis == "" {
			c.Basis = bench.BetweenRuns
		}
		if c.BaseRuns == 0 {
			c.BaseRuns = 12
		}
		all := []bench.Comparison{c}
		Saved(all, b, tc.unlike, tc.allowed)
		if got := strings.Join(all[0].Verdict.Reasons, "\n"); all[0].Verdict.Status != tc.want || !strings.Contains(got, tc.says) {
			t.Errorf("%s: %s, %s", name, all[0].Verdict.Status, got)
		}
	}
}

// At 1% over five tests the least p has to be 0.002 or less, and 0.0022 would do for the next only after it.
func TestSavedSharesTheErrorOverAll(t *testing.T) {
	effect := func(p float64) []bench.Effect {
		return []bench.Effect{{Base: 100, Head: 200, Ratio: 2, Low: 1.5, High: 2.5, P: p, Slower: 1}}
	}
	for _, c := range []struct {
		p    []float64
		want []bench.Status
	}{
		{[]float64{0.0021, 0.5, 0.5, 0.5, 0.5}, []bench.Status{bench.Inconclusive}},
		{[]float64{0.0022, 0.0019, 0.5, 0.5, 0.5}, []bench.Status{bench.Fail, bench.Fail, bench.Inconclusive}},
	} {
		var all []bench.Comparison
		for _, p := range c.p {
			all = append(all, bench.Comparison{Basis: bench.BetweenRuns, BaseRuns: 9, HeadRuns: 1, Effects: effect(p)})
		}
		Saved(all, bench.DefaultPolicy().Tolerance, nil, false)
		for i, want := range c.want {
			if all[i].Verdict.Status != want {
				t.Errorf("%v: %d is %s, want %s", c.p, i, all[i].Verdict.Status, want)
			}
		}
	}
}
