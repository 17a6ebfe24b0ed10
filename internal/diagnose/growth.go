package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastGrowth   = 1.5   // the last quarter to the first
	leastGrowthMS = 2     // and so much more
	growthP       = 0.005 // of Mann-Kendall's test, corrected for windows that depend on each other
	dips          = 0.9   // of a quarter to the one before: what grows does not do so evenly
	keptUp        = 0.95  // of the arrivals, answered in the first quarter, of a load that later is too much
)

// growth finds requests that get slower and slower under a load that stays the same: something is kept, or filled up, with each of them. A
// backlog grows as well, from the first second on: that is saturation. Where the service kept up at first and no longer does, that comes of growth.
func growth(s *Subject) []cause {
	facts := s.load()
	g := facts.Growth
	if g == nil || len(s.Load.Stages) > 0 || g.P > growthP {
		return nil
	}
	if facts.Saturation != nil && facts.Saturation.Kept < keptUp {
		return nil // it was too much from the start
	}
	q := g.Quarters
	if q[3] < leastGrowth*q[0] || q[3]-q[0] < leastGrowthMS || q[1] < q[0] || q[2] < dips*q[1] || q[3] < dips*q[2] {
		return nil
	}
	how := fmt.Sprintf("from %s in the first quarter of the run to %s in the last (medians %s, %s, %s, %s)", span(q[0]), span(q[3]), span(q[0]), span(q[1]), span(q[2]), span(q[3]))
	if g.Step > 0 {
		how = fmt.Sprintf("from %s to %s, most of it after %s s", span(q[0]), span(q[3]), number(g.Step))
	}
	share := 1 - q[0]/q[3]
	return []cause{{Finding: bench.Finding{Kind: bench.GrowthInRun, Confidence: bench.Certain,
		Effect:   bench.Gain{ShareP50: share, ShareP99: share, SavesMS: max(s.Latency.P50-q[0], 0)},
		Summary:  "requests get slower the longer the run takes: " + how,
		Remedy:   "look for what each request adds to and each reads: a list in memory, a table without an index, a cache without a bound; a heap profile at the start and at the end shows it",
		Evidence: []bench.Proof{{Source: bench.FromGenerator, Samples: s.Requests, Text: fmt.Sprintf("response time rises over %d windows (Mann-Kendall p = %.2g) while the load stays the same", g.Windows, g.P)}}}}}
}
