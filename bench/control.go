package bench

import (
	"math"
	"time"

	"github.com/tidemark/tidemark/hist"
)

// A Control is what an endpoint that no change touches did during a run: it carries the machine's own drift. It is measured in
// short pieces, one before each scenario and one after the last, and is not judged.
type Control struct {
	Name      string          `json:"name"`
	Load      LoadRecord      `json:"load"`
	Requests  int64           `json:"requests"`
	Errors    int64           `json:"errors,omitempty"`
	Latency   Summary         `json:"latency_ms"` // of all pieces together
	Histogram *hist.Histogram `json:"histogram"`  // response times
	Pieces    []ControlPiece  `json:"pieces"`
	Notes     []string        `json:"notes,omitempty"`
}

// A ControlPiece is one of its measurements.
type ControlPiece struct {
	Before   string    `json:"before,omitempty"` // id of the scenario that came next; empty: the run's end
	Started  time.Time `json:"started"`
	Requests int64     `json:"requests"`
	Errors   int64     `json:"errors,omitempty"`
	P50      float64   `json:"p50_ms"`
	P95      float64   `json:"p95_ms"`
	Void     bool      `json:"void,omitempty"` // the generator was late, or nothing was answered: it says nothing of the machine
}

// NewControl is a control without pieces.
func NewControl(s Scenario) *Control {
	return &Control{Name: s.Name, Load: s.Load.Record(), Histogram: hist.New(), Pieces: []ControlPiece{}}
}

// lateShare is how many of a piece's seconds may be late.
const lateShare = 0.10

// Add counts a piece that was measured before a scenario, or with an empty name at the end.
func (c *Control) Add(before string, started time.Time, slices []*Slice) {
	total, lates := NewSlice(0), 0
	for _, s := range slices {
		total.Add(s)
		if s.Late(RunLateness) {
			lates++
		}
	}
	h := total.Response
	p := ControlPiece{Before: before, Started: started, Requests: total.Requests(), Errors: total.Errors(),
		P50: Milliseconds(h.Quantile(.5)), P95: Milliseconds(h.Quantile(.95))}
	p.Void = h.Count() == 0 || float64(lates) > lateShare*float64(len(slices))
	c.Pieces = append(c.Pieces, p)
	c.Requests, c.Errors = c.Requests+p.Requests, c.Errors+p.Errors
	c.Histogram.Add(h)
	c.Latency = Summarize(c.Histogram)
}

// Around is what the control did around a scenario: the geometric means of the pieces before and after it. ok is false when
// there is none that counts.
func (c *Control) Around(scenario string) (p50, p95 float64, ok bool) {
	if c == nil {
		return 0, 0, false
	}
	var n float64
	add := func(p ControlPiece) {
		if !p.Void && p.P50 > 0 && p.P95 > 0 {
			p50, p95, n = p50+math.Log(p.P50), p95+math.Log(p.P95), n+1
		}
	}
	for i, p := range c.Pieces {
		if p.Before == scenario {
			add(p)
			if i+1 < len(c.Pieces) {
				add(c.Pieces[i+1])
			}
		}
	}
	if n == 0 {
		return 0, 0, false
	}
	return math.Exp(p50 / n), math.Exp(p95 / n), true
}
