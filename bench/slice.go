package bench

import (
	"slices"
	"time"

	"github.com/tidemark/tidemark/hist"
)

// ExemplarsPerSlice is how many of a second's slowest requests are kept whole.
const ExemplarsPerSlice = 3

// A Slice is one second of a scenario's measurement phase. Slices of the same second add up.
type Slice struct {
	Second    int
	Response  *hist.Histogram // of OK and, at their limit, of timeouts
	Service   *hist.Histogram
	Canary    *hist.Histogram // lateness of the generator's own timer
	Lag       *hist.Histogram // open model: sends after their time though a slot was free
	Outcomes  [OutcomeCount]int64
	Delayed   int64         // arrivals that found no free slot
	Censored  time.Duration // the smallest response time of a timeout; 0: none
	Exemplars []Exemplar    // slowest first
}

// A Series is the slices of one scenario, in order.
type Series struct {
	Scenario string // its id
	Slices   []*Slice
}

// NewSlice returns an empty slice.
func NewSlice(second int) *Slice {
	return &Slice{Second: second, Response: hist.New(), Service: hist.New(), Canary: hist.New(), Lag: hist.New()}
}

// Record counts one request. It reports whether the request is among the slowest so far: then Keep is worth calling.
func (s *Slice) Record(m Measurement) (slow bool) {
	s.Outcomes[m.Outcome]++
	if m.Delayed {
		s.Delayed++
	} else if m.Open {
		s.Lag.Record(m.Sent - m.Intended)
	}
	if m.Outcome != OK && m.Outcome != Timeout {
		return false
	}
	r := m.Response()
	s.Response.Record(r)
	s.Service.Record(m.Service())
	if m.Outcome == Timeout && (s.Censored == 0 || r < s.Censored) {
		s.Censored = r
	}
	return len(s.Exemplars) < ExemplarsPerSlice || r > s.Exemplars[len(s.Exemplars)-1].Response
}

// Keep adds an exemplar, dropping the fastest when there are too many.
func (s *Slice) Keep(e ...Exemplar) {
	s.Exemplars = slowest(append(s.Exemplars, e...), ExemplarsPerSlice)
}

func slowest(all []Exemplar, most int) []Exemplar {
	slices.SortStableFunc(all, func(a, b Exemplar) int { return int(b.Response - a.Response) })
	return all[:min(len(all), most)]
}

// How late the generator itself may be, as a share of p95, for a second to count. What a run says is the server's alone. A comparison bears more:
// lateness comes to both sides alike, in random order, and so makes an effect look smaller by its share, and never makes one.
const (
	RunLateness        = 0.05
	ComparisonLateness = 0.25
)

// leastLate is what never counts as late.
const leastLate = 300 * time.Microsecond

// Late reports whether the generator itself (its canary, or sends though a slot was free) was later at p95 than 0.3 ms and a share of the
// slice's p95.
func (s *Slice) Late(share float64) bool {
	lateness := max(s.Canary.Quantile(.95), s.Lag.Quantile(.95))
	return lateness > max(leastLate, time.Duration(share*float64(s.Response.Quantile(.95))))
}

// Add counts everything that other counted.
func (s *Slice) Add(other *Slice) {
	s.Response.Add(other.Response)
	s.Service.Add(other.Service)
	s.Canary.Add(other.Canary)
	s.Lag.Add(other.Lag)
	for i, n := range other.Outcomes {
		s.Outcomes[i] += n
	}
	s.Delayed += other.Delayed
	if other.Censored > 0 && (s.Censored == 0 || other.Censored < s.Censored) {
		s.Censored = other.Censored
	}
	s.Keep(other.Exemplars...)
}

// Compact makes the slice small, once its second is over.
func (s *Slice) Compact() {
	for _, h := range []*hist.Histogram{s.Response, s.Service, s.Canary, s.Lag} {
		h.Compact()
	}
}

// Requests is how many requests the slice counted, failed ones included.
func (s *Slice) Requests() (n int64) {
	for _, c := range s.Outcomes {
		n += c
	}
	return n
}

// Errors is how many of them failed.
func (s *Slice) Errors() int64 { return s.Requests() - s.Outcomes[OK] }
