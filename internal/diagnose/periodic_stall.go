package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastStalls  = 3
	surelyStalls = 4 // three equal intervals are hardly chance
	leastStalled = 0.01
)

// periodicStall finds times in which all requests wait, again and again after the same time: a job, a timer, a checkpoint, a collection.
func periodicStall(s *Subject) []cause {
	st := s.load().Stalls
	if st == nil || st.Period == 0 || st.Count < leastStalls || st.Share < leastStalled {
		return nil
	}
	confidence := bench.Likely
	if st.Count >= surelyStalls {
		confidence = bench.Certain
	}
	// Whoever comes in a stall waits for the rest of it; those are the slow ones, and st.Share of all.
	tail := max(1-st.Usual/max(st.Worst, .1), 0)
	share := 0.0
	if st.Share >= .5 {
		share = tail
	}
	return []cause{{Finding: bench.Finding{Kind: bench.PeriodicStall, Confidence: confidence,
		Effect:  bench.Gain{ShareP50: share, ShareP99: tail},
		Summary: fmt.Sprintf("every %s s everything stands still for about %s; in between a request takes %s", number(st.Period), span(st.Length), span(st.Usual)),
		Remedy:  "look for what runs every " + number(st.Period) + " s: a job that holds a lock, a cache that is rebuilt, a checkpoint, a collection; do its work without the lock that requests need, in small pieces, or elsewhere",
		Evidence: []bench.Proof{{Source: bench.FromGenerator, Samples: s.Requests, Text: fmt.Sprintf("%d stalls, %s s apart, %s of the time; no answer came in one that had not waited, and the load generator's own timer was on time",
			st.Count, number(st.Period), percent(st.Share))}}}}}
}
