package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastPoolWait = 0.2  // of a request, in spans that say that they wait for a connection
	leastGap      = 0.5  // of a request, just before its queries, where the spans do not say so
	leastVariance = 10.0 // of that gap in a slow request to that in a fast one: work takes about as long each time, waiting does not
	mostOtherWork = 0.25 // of a request, that is neither queries nor gaps before them
)

// poolExhaustion finds requests that wait for a connection to their database. Some libraries make a span of it. Where they don't, there is
// time just before queries in which nothing is known to happen: if it is most of the request, and next to nothing in fast ones, while the
// rest of the service's own work is little, it is possibly that.
func poolExhaustion(s *Subject) (causes []cause) {
	t := s.manyTraces()
	if t == nil {
		return nil
	}
	var gap, gapSlow, gapLow, queries, own float64
	for _, o := range t.Operations {
		switch o.Kind {
		case bench.WaitOperation:
			if max(o.Share, o.ShareSlow) < leastPoolWait {
				continue
			}
			causes = append(causes, poolCause(t, bench.Likely, o.Share, o.ShareSlow, o.Time, fmt.Sprintf("%s takes %s of a typical request and %s of a slow one, %s times a request%s",
				quoted(o.Name), span(o.Time), span(o.TimeSlow), number(o.Calls), where(o.Code))))
		case bench.QueryOperation:
			gap, gapSlow, gapLow, queries = gap+o.Lead, gapSlow+o.LeadSlow, gapLow+o.LeadLow, queries+o.Time
		case bench.ServeOperation, bench.InternalOperation:
			own += o.Time
		}
	}
	if len(causes) > 0 || queries == 0 || gap < leastGap*t.Typical || gapSlow < leastVariance*max(gapLow, .1) || own-gap > mostOtherWork*t.Typical {
		return causes
	}
	return append(causes, poolCause(t, bench.Possible, gap/t.Typical, gapSlow/max(t.Slow, .1), max(gap-gapLow, 0), fmt.Sprintf("%s of a typical request and %s of a slow one pass just before its queries, in no span; in a fast one it is %s; the queries themselves take %s",
		span(gap), span(gapSlow), span(gapLow), span(queries))))
}

func poolCause(t *bench.Traces, confidence bench.Confidence, share, shareSlow, saves float64, text string) cause {
	return cause{Finding: bench.Finding{Kind: bench.PoolExhaustion, Confidence: confidence,
		Effect:   bench.Gain{ShareP50: min(share, 1), ShareP99: min(shareSlow, 1), SavesMS: saves},
		Summary:  fmt.Sprintf("requests wait for a connection to the database: %s of a typical one, %s of a slow one", percent(share), percent(shareSlow)),
		Remedy:   "look at the size of the pool and at what keeps connections: transactions around calls or work, queries that take long; a larger pool helps only as far as the database has cores for it",
		Evidence: []bench.Proof{{Source: bench.FromTraces, Samples: t.Used, Text: text}}}}
}
