package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastLocked     = 0.4  // of a request
	leastLockedMS   = 5    // and so long, in a slow one
	lockVariance    = 10.0 // a call in the ninth decile to one in the first
	otherStatements = 3.0  // so many times more it varies than the median of the other statements: else the database is slow as a whole
)

// lockContention finds a statement that writes or locks and takes anything from no time to most of the request, while the other statements
// take as long as ever: work does not vary so, waiting for others does. The database itself can prove it; a trace makes it likely.
func lockContention(s *Subject) (causes []cause) {
	t := s.traces()
	if t == nil {
		return nil
	}
	for _, o := range t.Operations {
		if o.Kind != bench.QueryOperation || !writes(o.Name) || max(o.Share, o.ShareSlow) < leastLocked || o.TimeSlow < leastLockedMS || max(o.Calls, o.CallsSlow) >= leastRepeated {
			continue
		}
		varies := o.EachHigh / max(o.EachLow, .05)
		if varies < lockVariance || varies < otherStatements*variance(t, o.Name) {
			continue
		}
		causes = append(causes, cause{about: o.About, Finding: bench.Finding{Kind: bench.LockContention, Confidence: bench.Likely,
			Effect:  bench.Gain{ShareP50: o.Share, ShareP99: o.ShareSlow, SavesMS: max(o.Time-o.EachLow*o.Calls, 0)},
			Summary: fmt.Sprintf("%s waits for others: it takes %s when it need not, and %s or more in a tenth of the requests", quoted(o.Name), span(o.EachLow), span(o.EachHigh)),
			Remedy:  "lock later and for a shorter time: make what all requests write the last statement before the commit, keep reads and calls out of the transaction, or do without the shared row (a sequence, a counter for each, an INSERT)",
			Suspect: suspect(o.Code),
			Evidence: []bench.Proof{{Source: bench.FromTraces, Samples: t.Used, Text: fmt.Sprintf("between %s and %s each (first and ninth decile), while other statements vary %s times at most: %s of a typical request and %s of a slow one%s",
				span(o.EachLow), span(o.EachHigh), number(variance(t, o.Name)), percent(o.Share), percent(o.ShareSlow), where(o.Code))}}}})
	}
	return causes
}

// variance is how much the calls of the other statements differ: the largest ratio of their ninth decile to their first, but for very
// short ones; 1 if there are none.
func variance(t *bench.Traces, but string) float64 {
	most := 1.0
	for _, o := range t.Operations {
		if o.Kind == bench.QueryOperation && o.Name != but && !writes(o.Name) {
			most = max(most, o.EachHigh/max(o.EachLow, .5))
		}
	}
	return most
}
