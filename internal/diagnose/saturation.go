package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

// saturation finds throughput that no longer follows the load. How many requests the service works at, Little's law says.
func saturation(s *Subject) []cause {
	st := s.load().Saturation
	if st == nil || st.Heavy <= 0 {
		return nil
	}
	summary := fmt.Sprintf("throughput stays at %s a second however much more is sent; the rest waits", number(st.Answered))
	text := fmt.Sprintf("%s arrive a second and %s are answered", number(st.Offered), number(st.Answered))
	if st.Level > 0 {
		unit := "users"
		if s.Load.Model == "open" {
			unit = "arrivals a second"
		}
		summary = fmt.Sprintf("from %s %s on, throughput stays at %s a second, and requests wait", number(st.Level), unit, number(st.Answered))
		text = fmt.Sprintf("a request takes %s under the lightest load and %s under the heaviest", span(st.Light), span(st.Heavy))
	}
	share := max(1-st.Light/st.Heavy, 0)
	return []cause{{Finding: bench.Finding{Kind: bench.SaturationKind, Confidence: bench.Likely,
		Effect:  bench.Gain{ShareP50: share, ShareP99: share, SavesMS: max(s.Latency.P50-st.Light, 0)},
		Summary: summary,
		Remedy: fmt.Sprintf("about %s requests are at work at a time (Little's law): look for what there is so many of (processor cores, workers, threads, connections), and add to it or make each request cheaper",
			number(max(st.Workers, 1))),
		Evidence: []bench.Proof{{Source: bench.FromGenerator, Samples: s.Requests, Text: fmt.Sprintf("%s; %s a second × %s at light load = %s at work", text, number(st.Answered), span(st.Light), number(st.Workers))}}}}}
}
