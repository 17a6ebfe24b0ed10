package bench

import (
	"math"
	"testing"
	"time"
)

func TestControlAroundAScenario(t *testing.T) {
	piece := func(latency, canary time.Duration) []*Slice {
		s := NewSlice(0)
		for range 10 {
			s.Record(Measurement{Done: latency})
		}
		s.Canary.Record(canary)
		return []*Slice{s}
	}
	c := NewControl(Scenario{Name: "GET /healthz", Load: Load{Rate: 100}})
	c.Add("a", time.Time{}, piece(2*time.Millisecond, 0))
	c.Add("b", time.Time{}, piece(8*time.Millisecond, 0))
	c.Add("", time.Time{}, piece(5*time.Millisecond, 4*time.Millisecond)) // the generator was late: it does not count
	// Around a: 2 and 8 ms, whose geometric mean is 4. Around b: 8 ms alone.
	for scenario, want := range map[string]float64{"a": 4, "b": 8} {
		if p50, p95, ok := c.Around(scenario); !ok || math.Abs(p50/want-1) > 0.001 || math.Abs(p95/want-1) > 0.001 {
			t.Errorf("around %s: %v %v %v, want %v", scenario, p50, p95, ok, want)
		}
	}
	if _, _, ok := c.Around("c"); ok {
		t.Error("around a scenario that was not measured")
	}
	if _, _, ok := (*Control)(nil).Around("a"); ok {
		t.Error("around, without a control")
	}
	if c.Requests != 30 || c.Latency.P50 < 4.9 || c.Latency.P50 > 5.1 || !c.Pieces[2].Void || c.Pieces[0].Void {
		t.Errorf("%+v", c)
	}
}
