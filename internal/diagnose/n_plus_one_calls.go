package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

// nPlusOneCalls finds a call of another service that is made once for each of many: five or more a request, one after another, of one route.
// It is possible only where the addresses do not show that each asks for something else.
func nPlusOneCalls(s *Subject) (causes []cause) {
	t := s.traces()
	if t == nil {
		return nil
	}
	for _, o := range t.Operations {
		if o.Kind != bench.CallOperation || !repeats(t, o) {
			continue
		}
		confidence, remedy := bench.Certain, "ask for all at once, if %s has such a call or can be given one"
		switch {
		case o.Distinct < 0:
			confidence = bench.Likely
		case o.Distinct <= mostlySame:
			remedy = "ask %s once and keep the answer for the rest of the request"
		}
		l := loopOf(t, o)
		saves := max(l.ms-max(o.Each, o.EachHigh), 0)
		causes = append(causes, cause{about: o.About, Finding: bench.Finding{Kind: bench.NPlusOneCalls, Confidence: confidence,
			Effect:  bench.Gain{ShareP50: l.share, ShareP99: l.shareSlow, SavesMS: saves},
			Summary: fmt.Sprintf("%s calls a request (%s in a slow one), one after another: %s", number(o.Calls), number(o.CallsSlow), quoted(o.Name)),
			Remedy:  fmt.Sprintf(remedy+": %s; where it cannot, make the calls at the same time", who(o), faster(t.Typical, saves)),
			Suspect: suspect(o.Code),
			Evidence: []bench.Proof{{Source: bench.FromTraces, Samples: t.Used, Text: fmt.Sprintf("%s a request, %s each, %s: %s of a typical request and %s of a slow one%s",
				times(o), span(o.Each), parameters(o), percent(l.share), percent(l.shareSlow), where(o.Code))}}}})
	}
	return causes
}

// who is who is called.
func who(o bench.Operation) string {
	if o.About == "" {
		return "the other service"
	}
	return o.About
}
