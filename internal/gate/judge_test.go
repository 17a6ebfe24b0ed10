package gate

import (
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// seconds are n slices of perSecond answers each, of 1 to perSecond ms.
func seconds(n, perSecond int, canary time.Duration) []*bench.Slice {
	var all []*bench.Slice
	for i := range n {
		s := bench.NewSlice(i)
		s.Canary.Record(canary)
		for j := range perSecond {
			s.Record(bench.Measurement{Done: time.Duration(j+1) * time.Millisecond})
		}
		all = append(all, s)
	}
	return all
}

func TestJudge(t *testing.T) {
	ms := func(n int) *time.Duration { d := time.Duration(n) * time.Millisecond; return &d }
	rate := 1e6
	for name, tc := range map[string]struct {
		slices []*bench.Slice
		t      bench.Thresholds
		want   bench.Status
	}{
		"nothing asked":       {seconds(20, 100, 0), bench.Thresholds{}, bench.Pass},
		"well below":          {seconds(20, 100, 0), bench.Thresholds{P95: ms(120)}, bench.Pass},
		"well above":          {seconds(20, 100, 0), bench.Thresholds{P50: ms(20)}, bench.Fail},
		"p99 of 900 answers":  {seconds(9, 100, 0), bench.Thresholds{P99: ms(1)}, bench.NotJudged},
		"p99 of 1000 answers": {seconds(10, 100, 0), bench.Thresholds{P99: ms(1)}, bench.Fail},
		// 1,000 values, ten of each: p50 lies between ranks 470 and 531, so between 47 and 54 ms.
		"close, estimate below": {seconds(10, 100, 0), bench.Thresholds{P50: ms(51)}, bench.Close},
		"close, estimate above": {seconds(10, 100, 0), bench.Thresholds{P50: ms(49)}, bench.Fail},
		"too little throughput": {seconds(2, 100, 0), bench.Thresholds{Throughput: &rate}, bench.Fail},
		// p95 is 95 ms: the canary may be late by 5% of it, 4.75 ms.
		"canary just in time": {seconds(20, 100, 4*time.Millisecond), bench.Thresholds{}, bench.Pass},
		"canary late":         {seconds(20, 100, 6*time.Millisecond), bench.Thresholds{P50: ms(1)}, bench.Void},
		"one late of twenty":  {append(seconds(19, 100, 0), seconds(1, 100, time.Second)...), bench.Thresholds{}, bench.Pass},
		"nothing measured":    {nil, bench.Thresholds{}, bench.Fail},
	} {
		r := bench.Collect(bench.Scenario{Load: bench.Load{Users: 1}}, tc.slices, time.Duration(len(tc.slices))*time.Second)
		Judge(&r, tc.slices, tc.t, false)
		if r.Verdict.Status != tc.want {
			t.Errorf("%s: %v %v, want %v", name, r.Verdict.Status, r.Verdict.Reasons, tc.want)
		}
	}
}
