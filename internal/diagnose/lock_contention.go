package diagnose

import (
	"fmt"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastLocked   = 0.4 // of a request
	leastLockedMS = 5   // and so long, in a slow one
	// A call in the ninth decile to one in the first, and the same to that of the median of the other statements: on a busy machine all vary.
	lockVariance    = 5.0
	otherStatements = 2.0
	// And the milliseconds between the two deciles, to the most of any other statement.
	otherExcess = 5.0
)

// lockContention finds a statement that writes or locks and that takes a little or much from one request to the next, while the other
// statements take about as long as ever: work does not vary so, waiting for others does. The database itself can prove it; a trace makes it
// likely.
func lockContention(s *Subject) (causes []cause) {
	t := s.manyTraces()
	if t == nil {
		return nil
	}
	for _, o := range t.Operations {
		if o.Kind != bench.QueryOperation || !writes(o.Name) || max(o.Share, o.ShareSlow) < leastLocked || o.TimeSlow < leastLockedMS || max(o.Calls, o.CallsSlow) >= leastRepeated {
			continue
		}
		ratio, excess := spread(o)
		others, most := otherwise(t, o.Name)
		if ratio < max(lockVariance, otherStatements*others) || excess < otherExcess*most {
			continue
		}
		causes = append(causes, cause{about: o.About, Finding: bench.Finding{Kind: bench.LockContention, Confidence: bench.Likely,
			Effect:  bench.Gain{ShareP50: o.Share, ShareP99: o.ShareSlow, SavesMS: max(o.Time-o.EachLow*o.Calls, 0)},
			Summary: fmt.Sprintf("%s waits for others: it takes %s when it need not, and %s or more in a tenth of the requests", quoted(o.Name), span(o.EachLow), span(o.EachHigh)),
			Remedy:  "lock later and for a shorter time: make what all requests write the last statement before the commit, keep reads and calls out of the transaction, or do without the shared row (a sequence, a counter for each, an INSERT)",
			Suspect: suspect(o.Code),
			Evidence: []bench.Proof{{Source: bench.FromTraces, Samples: t.Used, Text: fmt.Sprintf("between %s and %s each (first and ninth decile, %s times as long), while others vary %s times: %s of a typical request and %s of a slow one%s",
				span(o.EachLow), span(o.EachHigh), number(ratio), number(others), percent(o.Share), percent(o.ShareSlow), where(o.Code))}}}})
	}
	return causes
}

// spread is how much the calls of an operation differ: ninth decile to first, as a ratio and in milliseconds. Half a millisecond is nothing.
func spread(o bench.Operation) (ratio, excess float64) {
	return o.EachHigh / max(o.EachLow, .5), o.EachHigh - o.EachLow
}

// otherwise is how much the other statements differ: the median ratio, and the most milliseconds.
func otherwise(t *bench.Traces, but string) (ratio, excess float64) {
	ratios := []float64{1}
	for _, o := range t.Operations {
		if o.Kind == bench.QueryOperation && o.Name != but {
			r, e := spread(o)
			ratios, excess = append(ratios, r), max(excess, e)
		}
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2], excess
}
