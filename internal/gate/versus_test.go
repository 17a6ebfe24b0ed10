package gate

import (
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

func TestVersus(t *testing.T) {
	b := Bound{0.05, time.Millisecond}
	for name, c := range map[string]struct {
		effect bench.Effect
		head   int64 // errors of 1,000
		want   bench.Status
		says   string
	}{
		"the same":             {bench.Effect{Base: 100, Head: 100, Ratio: 1, Low: 0.98, High: 1.02}, 0, bench.Pass, ""},
		"faster":               {bench.Effect{Base: 100, Head: 50, Ratio: 0.5, Low: 0.4, High: 0.6}, 0, bench.Pass, ""},
		"confirmed":            {bench.Effect{Metric: "p95", Base: 245, Head: 890, Ratio: 3.63, Low: 3.4, High: 3.9, Confirmed: &bench.Confirm{Pairs: 10, Ratio: 3.6, Holds: true}}, 0, bench.Fail, "p95: 245ms -> 890ms (+263%, 95% interval +240% to +290%), confirmed by 10 new pairs (+260%)"},
		"not confirmed":        {bench.Effect{Base: 100, Ratio: 1.1, Low: 1.01, High: 1.2, Confirmed: &bench.Confirm{Pairs: 10, Ratio: 1}}, 0, bench.Inconclusive, "did not confirm it (+0.0%)"},
		"too wide":             {bench.Effect{Base: 100, Ratio: 1, Low: 0.9, High: 1.1}, 0, bench.Inconclusive, "24 pairs can show changes over 10%; about 96 (3m10s) would decide"},
		"a millisecond of two": {bench.Effect{Base: 2, Ratio: 1.2, Low: 1.1, High: 1.4}, 0, bench.Pass, ""},
		"errors":               {bench.Effect{Base: 100, Ratio: 1, Low: 0.98, High: 1.02}, 30, bench.Fail, "errors: 0.00% -> 3.00%"},
	} {
		r := bench.Comparison{Name: "GET /a", Pairs: 24, BlockSeconds: 1, BaseRequests: 1000, HeadRequests: 1000, HeadErrors: c.head, Effects: []bench.Effect{c.effect}}
		Versus(&r, b, func(bench.Effect) int { return 96 })
		if got := strings.Join(r.Verdict.Reasons, "\n"); r.Verdict.Status != c.want || !strings.Contains(got, c.says) {
			t.Errorf("%s: %s, %s", name, r.Verdict.Status, got)
		}
	}
}
