package gate

import (
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

func TestWhatAnotherGeneratorDropped(t *testing.T) {
	for _, tc := range []struct {
		dropped, started int64
		slices           []*bench.Slice
		want             bench.Status
		told             bool
	}{
		{0, 1000, seconds(5, 100, 0), bench.Pass, false},
		{10, 990, seconds(5, 100, 0), bench.Pass, true}, // one in a hundred
		{11, 989, seconds(5, 100, 0), bench.Void, true},
		{500, 500, failed(seconds(5, 0, 0)), bench.Fail, true}, // the target is down: that is not the generator's doing
	} {
		r := bench.Collect(bench.Scenario{}, tc.slices, 5*time.Second)
		Judge(&r, tc.slices, bench.Thresholds{}, false)
		Dropped(&r, tc.dropped, tc.started)
		told := strings.Contains(strings.Join(append(r.Notes, r.Verdict.Reasons...), " "), "no virtual user was free")
		if r.Verdict.Status != tc.want || told != tc.told {
			t.Errorf("%d of %d: %+v, %q", tc.dropped, tc.started, r.Verdict, r.Notes)
		}
	}
}

func TestWhatAnotherToolFoundCrossed(t *testing.T) {
	r := bench.Result{Verdict: bench.Verdict{Status: bench.Pass}}
	Crossed(&r, "k6", "checks: rate>0.9")
	if r.Verdict.Status != bench.Fail || r.Verdict.Reasons[0] != "k6 found its own threshold crossed: checks: rate>0.9" {
		t.Errorf("%+v", r.Verdict)
	}
	r.Verdict = bench.Verdict{Status: bench.Void}
	if Crossed(&r, "k6", "x"); r.Verdict.Status != bench.Void {
		t.Errorf("%+v", r.Verdict)
	}
}
