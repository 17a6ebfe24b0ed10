package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastWaited     = 0.3 // of a request that waits for another service
	leastOfBudget   = 0.5 // of a percentile's threshold, by the call alone
	slowCall        = 50  // ms of a slow request, where there is no threshold to hold it against,
	usualCall       = 25  // or of a typical one: less is what calls cost
	tailOfItsOwn    = 3   // so many times more than the rest does, a call grows in slow requests that has a tail of its own
	leastServed     = 0.5 // of a call, that who is called works at it by its own spans
	leastGrownShare = 0.5 // of what a request got slower than on the other side
)

// slowDependency finds a call that a request waits for and that alone breaks the budget, in every request or in the slow ones. In slow requests
// of a service that is merely busy everything is slow: a call counts only if it grows more than the rest, and where the generator was late as well nothing is read from them.
func slowDependency(s *Subject) (causes []cause) {
	t := s.manyTraces()
	if t == nil {
		return nil
	}
	for _, o := range t.Operations {
		if o.Kind != bench.CallOperation || max(o.Calls, o.CallsSlow) >= leastRepeated || inSequence(t, o) || onTheWay(t, o) {
			continue
		}
		rest, restSlow := max(t.Typical-o.Time, .1), max(t.Slow-o.TimeSlow, .1)
		tail := !s.void() && o.ShareSlow >= leastWaited && heavy(o.TimeSlow, s.Budget.P99, slowCall) && o.TimeSlow/max(o.Time, .1) >= tailOfItsOwn*restSlow/rest
		always := o.Share >= leastWaited && heavy(min(o.Time, o.EachLow*o.Calls), s.Budget.P50, usualCall) // even fast ones
		if !tail && !always && !s.grew(o) {
			continue
		}
		saves := o.Time
		causes = append(causes, cause{about: o.About, Finding: bench.Finding{Kind: bench.SlowDependency, Confidence: bench.Certain,
			Effect:  bench.Gain{ShareP50: o.Share, ShareP99: o.ShareSlow, SavesMS: saves},
			Summary: fmt.Sprintf("the request waits for %s: %s takes %s of a typical request (%s) and %s of a slow one (%s)", who(o), quoted(o.Name), span(o.Time), percent(o.Share), span(o.TimeSlow), percent(o.ShareSlow)),
			Remedy:  fmt.Sprintf("answer without waiting for it and do it in a background job, or bound it with a timeout and a fallback: a slow request would take %s less, a typical one %s", span(o.TimeSlow), span(saves)),
			Suspect: suspect(o.Code),
			Evidence: []bench.Proof{{Source: bench.FromTraces, Samples: t.Used, Text: fmt.Sprintf("%s a request, between %s and %s each (first and ninth decile), on the critical path%s",
				times(o), span(o.EachLow), span(o.EachHigh), where(o.Code))}}}})
	}
	return causes
}

// onTheWay reports whether most of a call's time passes outside of who is called, by its own spans: then it is not slow, but the way to it, as
// on a machine where all wait for a processor.
func onTheWay(t *bench.Traces, o bench.Operation) bool {
	return slices.ContainsFunc(t.Operations, func(served bench.Operation) bool {
		return served.Kind == bench.ServeOperation && served.Parent == o.Name && served.Each < leastServed*o.Each
	})
}

// heavy reports whether a part of a request is too much by itself: half of the budget, or some milliseconds where there is none.
func heavy(ms, budget, floor float64) bool {
	if budget > 0 {
		return ms >= leastOfBudget*budget
	}
	return ms >= floor
}

// inSequence reports whether a call is one of several that are made one after another, of which it is not by far the longest.
func inSequence(t *bench.Traces, o bench.Operation) bool {
	return slices.ContainsFunc(t.Sequences, func(q bench.Sequence) bool {
		return inTurn(t, q) && slices.Contains(q.Names, o.Name)
	})
}

// grew reports whether an operation accounts for most of what the request got slower than on the other side of a comparison.
func (s *Subject) grew(o bench.Operation) bool {
	if s.Before == (Latency{}) {
		return false
	}
	b := s.base().traces()
	if b == nil {
		return false
	}
	before := bench.Operation{}
	for _, other := range b.Operations {
		if other.Kind == o.Kind && other.Name == o.Name {
			before = other
		}
	}
	slower := s.traces().Typical - b.Typical
	slowerTail := s.traces().Slow - b.Slow
	return slower > 1 && o.Time-before.Time >= leastGrownShare*slower || slowerTail > 1 && o.TimeSlow-before.TimeSlow >= leastGrownShare*slowerTail
}

// slowDependencyByTiming finds the same in Server-Timing headers: a part of a slow request that has a name and is neither the whole, the
// service's own time, nor its database.
func slowDependencyByTiming(s *Subject) (causes []cause) {
	e := of(s.Evidence, bench.FromServerTiming)
	if e == nil {
		return nil
	}
	for _, m := range e.Timings {
		if own(m.Name) || m.ShareSlow < leastWaited || max(m.Count, m.CountSlow) >= leastRepeated {
			continue
		}
		slow := max(m.P95, min(m.ShareSlow*s.Latency.P99, m.P95*tailOfItsOwn)) // of the slowest, as far as is known
		tail := !s.void() && heavy(slow, s.Budget.P99, slowCall) && m.P95 >= tailOfItsOwn*max(m.P50, .1)*max(1, s.Latency.P50*(1-m.Share)/max(s.Latency.P99*(1-m.ShareSlow), .1))
		if !tail && !(m.Share >= leastWaited && heavy(m.P50, s.Budget.P50, usualCall)) {
			continue
		}
		causes = append(causes, cause{about: strings.ToLower(m.Name), Finding: bench.Finding{Kind: bench.SlowDependency, Confidence: bench.Likely,
			Effect:  bench.Gain{ShareP50: m.Share, ShareP99: m.ShareSlow, SavesMS: m.P50},
			Summary: fmt.Sprintf("the request waits for %s: %s of a typical request, %s of a slow one", quoted(m.Name), percent(m.Share), percent(m.ShareSlow)),
			Remedy:  fmt.Sprintf("answer without waiting for it and do it in a background job, or bound it with a timeout and a fallback: a slow request would take about %s less", span(slow)),
			Evidence: []bench.Proof{{Source: bench.FromServerTiming, Samples: e.Samples, Text: fmt.Sprintf("%s: p50 %s, p95 %s; %s of a typical request and %s of a slow one",
				quoted(m.Name), span(m.P50), span(m.P95), percent(m.Share), percent(m.ShareSlow))}}}})
	}
	return causes
}

// ownNames are parts of Server-Timing names that mean the service itself, or its database.
var ownNames = []string{"total", "app", "cpu", "db", "sql", "database", "query", "cache", "render", "view", "edge", "origin", "cdn", "ssr", "gc", "queue", "pool"}

func own(name string) bool {
	lower := strings.ToLower(name)
	return slices.ContainsFunc(ownNames, func(part string) bool { return strings.Contains(lower, part) })
}
