package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

// redundantQueries finds a query that one request makes again and again with the same parameters, so that all but the first could be spared:
// five or more (perf-sentinel's number), at most a tenth of them with parameters that came before. Parameters have to be known.
func redundantQueries(s *Subject) (causes []cause) {
	t := s.traces()
	if t == nil {
		return nil
	}
	for _, o := range t.Operations {
		if o.Kind != bench.QueryOperation || o.Distinct < 0 || o.Distinct > mostlySame || max(o.Calls, o.CallsSlow) < leastRepeated || inGroup(t, o) {
			continue
		}
		l := loopOf(t, o)
		if max(l.share, l.shareSlow) < leastShare {
			continue
		}
		saves := max(l.ms-o.Each, 0)
		causes = append(causes, cause{about: o.About, Finding: bench.Finding{Kind: bench.RedundantQueries, Confidence: bench.Certain,
			Effect:  bench.Gain{ShareP50: l.share, ShareP99: l.shareSlow, SavesMS: saves},
			Summary: fmt.Sprintf("the same query with the same parameters is made %s times a request (%s in a slow one): %s", number(o.Calls), number(o.CallsSlow), quoted(o.Name)),
			Remedy:  fmt.Sprintf("ask once and keep the answer for the rest of the request: %s", faster(t.Typical, saves)),
			Suspect: suspect(o.Code),
			Evidence: []bench.Proof{{Source: bench.FromTraces, Samples: t.Used, Text: fmt.Sprintf("%s a request, %s each, %s: %s of a typical request and %s of a slow one%s",
				times(o), span(o.Each), parameters(o), percent(l.share), percent(l.shareSlow), where(o.Code))}}}})
	}
	return causes
}
