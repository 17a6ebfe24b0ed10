package gate

import (
	"slices"
	"strings"
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

// failed adds an error to each.
func failed(all []*bench.Slice) []*bench.Slice {
	for _, s := range all {
		s.Record(bench.Measurement{Outcome: bench.BadStatus})
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
		// Errors are not the generator's, however late it was.
		"late, and all failed": {failed(seconds(20, 0, time.Second)), bench.Thresholds{}, bench.Fail},
	} {
		r := bench.Collect(bench.Scenario{Load: bench.Load{Users: 1}}, tc.slices, time.Duration(len(tc.slices))*time.Second)
		Judge(&r, tc.slices, tc.t, false)
		if r.Verdict.Status != tc.want {
			t.Errorf("%s: %v %v, want %v", name, r.Verdict.Status, r.Verdict.Reasons, tc.want)
		}
	}
}

func TestWhatIsBreachedIsNamed(t *testing.T) {
	limit, share, rate := 1500*time.Millisecond, 0.001, 1e6
	all := failed(seconds(20, 2000, 0))
	r := bench.Collect(bench.Scenario{}, all, 20*time.Second)
	Judge(&r, all, bench.Thresholds{P50: &limit, P95: &limit, P99: &limit, ErrorRate: &share, Throughput: &rate}, false)
	// Each second has answers of 1 to 2,000 ms: p50 is 1,000 ms, p95 1,900 ms. One of 2,001 requests failed: 0.05%.
	if want := []string{"p95", "p99", "throughput"}; !slices.Equal(r.Verdict.Breached, want) {
		t.Errorf("breached %v, want %v", r.Verdict.Breached, want)
	}
	if text := strings.Join(r.Verdict.Reasons, "\n"); !strings.Contains(text, "p95: 1,900ms, 95% interval 1") || strings.Contains(text, "e+") {
		t.Error(text)
	}
}

// 3 of 100 answers took longer than the timeout of 1 s: p95 is an answer's, p99 may be anything from 1 s on.
func TestWhatIsBeyondTheTimeoutIsNotJudgedBeyondIt(t *testing.T) {
	all := seconds(20, 97, 0)
	for _, s := range all {
		for range 3 {
			s.Record(bench.Measurement{Done: time.Second, Outcome: bench.Timeout})
		}
	}
	for limit, want := range map[time.Duration]bench.Status{900 * time.Millisecond: bench.Fail, time.Second: bench.NotJudged, 3 * time.Second: bench.NotJudged} {
		r := bench.Collect(bench.Scenario{}, all, 20*time.Second)
		Judge(&r, all, bench.Thresholds{P95: &limit, P99: &limit}, false)
		if r.Verdict.Status != want || len(r.Verdict.Reasons) != 1 {
			t.Errorf("threshold %v: %v %v, want %v", limit, r.Verdict.Status, r.Verdict.Reasons, want)
		}
	}
}

func TestStrictThresholds(t *testing.T) {
	all, limit := seconds(10, 100, 0), 51*time.Millisecond // p50 is 50 ms, its interval 47 to 54 ms
	for strict, want := range map[bool]bench.Status{false: bench.Close, true: bench.Fail} {
		r := bench.Collect(bench.Scenario{}, all, 10*time.Second)
		Judge(&r, all, bench.Thresholds{P50: &limit}, strict)
		if r.Verdict.Status != want {
			t.Errorf("strict %t: %v", strict, r.Verdict)
		}
	}
}

// Of what another tool measured only that is judged which it tells, and percentiles alone are held against a threshold without an interval.
func TestImportsAreJudgedByWhatTheyTell(t *testing.T) {
	limit, share, least := 100*time.Millisecond, 0.01, 50.0
	all := bench.Thresholds{P50: &limit, P95: &limit, P99: &limit, ErrorRate: &share, Throughput: &least}
	percentiles := func(change func(*bench.Result)) bench.Result {
		r := bench.Collect(bench.Scenario{}, nil, 10*time.Second)
		r.Distribution, r.Requests, r.Throughput = bench.Percentiles, 2000, 200
		r.Latency = bench.Summary{P50: 20, P95: 80, P99: 99}
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		r      bench.Result
		want   bench.Status
		reason string
	}{
		"as it should be":     {percentiles(func(*bench.Result) {}), bench.Pass, ""},
		"slow":                {percentiles(func(r *bench.Result) { r.Latency.P95 = 101 }), bench.Fail, "p95: 101ms (threshold: 100ms); without an interval"},
		"few":                 {percentiles(func(r *bench.Result) { r.Requests = 900 }), bench.NotJudged, "p99 not judged: 900 answers, 1000 are needed"},
		"failed ones":         {percentiles(func(r *bench.Result) { r.Errors = map[string]int64{"status": 1500} }), bench.Fail, "errors: 75.00%"},
		"how many is unknown": {percentiles(func(r *bench.Result) { r.Requests, r.Unknown = 0, []string{"requests"} }), bench.NotJudged, "how many answers 80ms stands on is not told"},
		"no p99":              {percentiles(func(r *bench.Result) { r.Unknown = []string{"p99"} }), bench.NotJudged, "p99 not judged: what was imported does not tell it"},
		"no errors":           {percentiles(func(r *bench.Result) { r.Unknown = []string{"errors"} }), bench.NotJudged, "errors not judged"},
		"no throughput":       {percentiles(func(r *bench.Result) { r.Throughput, r.Unknown = 0, []string{"throughput"} }), bench.NotJudged, "throughput not judged"},
	} {
		Judge(&c.r, nil, all, false)
		if got := strings.Join(c.r.Verdict.Reasons, "\n"); c.r.Verdict.Status != c.want || !strings.Contains(got, c.reason) || len(c.r.Intervals) != 0 {
			t.Errorf("%s: %s, %q, intervals %v", name, c.r.Verdict.Status, got, c.r.Intervals)
		}
	}
}
