package diagnose

import "github.com/tidemark/tidemark/bench"

// A Subject is one endpoint, and all that is known of it.
type Subject struct {
	Name      string
	Load      bench.LoadRecord
	Latency   Latency // of the side in question
	Before    Latency // of the side that it is compared with; zero: there is none
	Budget    Latency // its thresholds; zero: it has none
	Requests  int64
	Delayed   int64 // arrivals that found no free slot
	Seconds   int   // measured
	Generator bench.Generator
	Evidence  []bench.Evidence // of the side in question
	Base      []bench.Evidence // of the other side
}

// Latency is percentiles of response time, in milliseconds.
type Latency struct{ P50, P95, P99 float64 }

// Of is the subject that a result is.
func Of(r *bench.Result) *Subject {
	s := &Subject{Name: r.Name, Load: r.Load, Latency: Latency{r.Latency.P50, r.Latency.P95, r.Latency.P99}, Requests: r.Requests, Delayed: r.Delayed,
		Seconds: len(r.Seconds), Generator: r.Generator, Evidence: r.Evidence}
	s.budget(r.Thresholds)
	return s
}

// OfComparison is the subject that a comparison is: head, held against base.
func OfComparison(c *bench.Comparison) *Subject {
	s := &Subject{Name: c.Name, Requests: c.Head.Requests}
	for _, e := range c.Effects {
		switch e.Metric {
		case "p50":
			s.Latency.P50, s.Before.P50 = e.Head, e.Base
		case "p95":
			s.Latency.P95, s.Before.P95 = e.Head, e.Base
		case "p99":
			s.Latency.P99, s.Before.P99 = e.Head, e.Base
		}
	}
	for l, p := range map[*Latency]Latency{&s.Latency: s.Latency, &s.Before: s.Before} {
		l.P99 = max(p.P99, p.P95, p.P50) // a percentile that had too few requests is at least the one below
		l.P95 = max(p.P95, p.P50)
	}
	s.budget(c.Thresholds)
	for _, e := range c.Evidence {
		if e.Side == "base" {
			s.Base = append(s.Base, e)
		} else {
			s.Evidence = append(s.Evidence, e)
		}
	}
	return s
}

func (s *Subject) budget(t bench.ThresholdRecord) {
	for metric, to := range map[string]*float64{"p50": &s.Budget.P50, "p95": &s.Budget.P95, "p99": &s.Budget.P99} {
		*to, _ = t.Latency(metric) // 0: none
	}
}

// base is the subject as it was: the other side of a comparison.
func (s *Subject) base() *Subject {
	return &Subject{Name: s.Name, Load: s.Load, Latency: s.Before, Budget: s.Budget, Seconds: s.Seconds, Evidence: s.Base}
}

// of is the evidence of a source; nil if it told nothing.
func of(all []bench.Evidence, source bench.Source) *bench.Evidence {
	for i := range all {
		if e := &all[i]; e.Source == source && e.Missing == "" {
			return e
		}
	}
	return nil
}

// Traces hold when enough of them are whole: silence must not be taken for health, nor a remnant for the whole. What each request does again
// and again, a few show; what slow ones do otherwise than others takes more.
const (
	fewTraces   = 5
	leastTraces = 20
	leastUsable = 0.5 // of those that joined
)

// traces are those of the subject; nil where there are too few to rely on.
func (s *Subject) traces() *bench.Traces {
	e := of(s.Evidence, bench.FromTraces)
	if e == nil || e.Traces == nil {
		return nil
	}
	t := e.Traces
	if t.Used < fewTraces || float64(t.Used) < leastUsable*float64(t.Used+t.Incomplete) {
		return nil
	}
	return t
}

// manyTraces are traces, where there are enough to tell slow ones from typical ones.
func (s *Subject) manyTraces() *bench.Traces {
	if t := s.traces(); t != nil && t.Used >= leastTraces {
		return t
	}
	return nil
}

// void reports whether the load generator was late too often: then slow requests tell of the machine.
func (s *Subject) void() bool {
	return s.Seconds > 0 && float64(s.Generator.LateSeconds) > lateShare*float64(s.Seconds)
}

// load is what the generator itself saw; never nil.
func (s *Subject) load() *bench.LoadFacts {
	if e := of(s.Evidence, bench.FromGenerator); e != nil && e.Load != nil {
		return e.Load
	}
	return &bench.LoadFacts{}
}
