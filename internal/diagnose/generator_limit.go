package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

const (
	lateShare      = 0.10 // of the seconds: from there on a result is void
	waitShare      = 0.5  // of a request, for one of the generator's own connections
	delayedShare   = 0.01 // of the arrivals
	leastWaitingMS = 1
)

// generatorLimit finds what the load generator itself was short of: processor time, or the connections or slots that the suite gave it.
func generatorLimit(s *Subject) (causes []cause) {
	facts := s.load()
	found := func(confidence bench.Confidence, share float64, summary, remedy, text string) {
		causes = append(causes, cause{Finding: bench.Finding{Kind: bench.GeneratorLimit, Confidence: confidence, Effect: bench.Gain{ShareP50: share, ShareP99: share},
			Summary: summary, Remedy: remedy, Evidence: []bench.Proof{{Source: bench.FromGenerator, Samples: s.Requests, Text: text}}}})
	}
	g := s.Generator
	switch {
	case s.void():
		found(bench.Certain, min(g.CanaryP95/max(s.Latency.P50, .1), 1), "the load generator itself was late: what it measured is not the service alone",
			"give it cores of its own, or lower the load",
			fmt.Sprintf("its own timer was late, or its sends were, in %d of %d seconds (p95 %s); it used %s of the processor, and its garbage collector paused it for %s in all",
				g.LateSeconds, s.Seconds, span(g.CanaryP95), percent(g.CPUShare), span(g.GCPause)))
	case s.Load.Connections > 0 && facts.Phases.Wait >= waitShare*s.Latency.P50 && facts.Phases.Wait >= leastWaitingMS:
		found(bench.Certain, min(facts.Phases.Wait/max(s.Latency.P50, .1), 1), fmt.Sprintf("requests wait for one of the %d connections that the suite allows", s.Load.Connections),
			"leave out `connections`, or raise it, unless the limit is what is to be measured",
			fmt.Sprintf("the median request waits for %s of %s before it is sent", span(facts.Phases.Wait), span(s.Latency.P50)))
	case s.Load.Model == "open" && facts.Saturation == nil && float64(s.Delayed) > delayedShare*float64(s.Requests):
		found(bench.Likely, min(facts.Phases.Wait/max(s.Latency.P50, .1), 1), fmt.Sprintf("arrivals wait for one of the %d slots that the suite allows", s.Load.InFlight),
			"raise `max_in_flight`",
			fmt.Sprintf("%s of the arrivals found no free slot", percent(float64(s.Delayed)/float64(s.Requests))))
	}
	return causes
}
