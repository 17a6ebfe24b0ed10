package bench

import (
	"testing"
	"time"
)

func TestTimeoutIsAnErrorAndACensoredLatency(t *testing.T) {
	s := NewSlice(0)
	for i := range 98 {
		s.Record(Measurement{Sent: 0, Done: time.Duration(i+1) * time.Millisecond})
	}
	s.Record(Measurement{Done: 10 * time.Second, Outcome: Timeout})
	s.Record(Measurement{Done: 2 * time.Millisecond, Outcome: BadStatus, Status: 500})
	r := Collect(Scenario{ID: "a", Load: Load{Users: 1}}, []*Slice{s}, time.Second)
	if r.Requests != 100 || r.Errors["timeout"] != 1 || r.Errors["status"] != 1 || r.Throughput != 98 {
		t.Errorf("got %d requests, errors %v, %g/s", r.Requests, r.Errors, r.Throughput)
	}
	// 99 latencies: the 98 that were answered and the timeout. p99 is the ceil(98.01) = 99th: the timeout, which the record
	// marks as censored; the failed status took no part, so p50 is the 50th: 50 ms.
	if r.CensoredMS != 10000 || r.Latency.P99 < 9990 || r.Latency.P50 < 49.9 || r.Latency.P50 > 50.1 {
		t.Errorf("censored %g, p99 %g, p50 %g", r.CensoredMS, r.Latency.P99, r.Latency.P50)
	}
}

func TestSlowestAreKept(t *testing.T) {
	s := NewSlice(0)
	for _, ms := range []int{5, 9, 1, 7, 3} {
		m := Measurement{Done: time.Duration(ms) * time.Millisecond}
		if s.Record(m) {
			s.Keep(Exemplar{Response: m.Response()})
		}
	}
	var got []time.Duration
	for _, e := range s.Exemplars {
		got = append(got, e.Response/time.Millisecond)
	}
	if len(got) != 3 || got[0] != 9 || got[1] != 7 || got[2] != 5 {
		t.Errorf("kept %v, want 9 7 5", got)
	}
}
