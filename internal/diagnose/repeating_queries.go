package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// leastRepeats is how often a group has to come: Sentry's M×N+1 asks for three, of two to eight spans.
const leastRepeats = 3

// repeatingQueries finds groups of queries that a request makes again and again in the same order: M×N+1.
func repeatingQueries(s *Subject) (causes []cause) {
	t := s.traces()
	if t == nil {
		return nil
	}
	for _, g := range t.Groups {
		if g.Repeats < leastRepeats || max(g.Share, g.ShareSlow) < leastShare {
			continue
		}
		once, suspects := 0.0, (*bench.Suspect)(nil)
		queries := 0
		for _, name := range g.Names {
			i := slices.IndexFunc(t.Operations, func(o bench.Operation) bool { return o.Name == name })
			if i < 0 {
				continue
			}
			o := t.Operations[i]
			once += o.Each
			if o.Kind == bench.QueryOperation {
				queries++
			}
			if suspects == nil {
				suspects = suspect(o.Code)
			}
		}
		if queries < len(g.Names) {
			continue // calls among them: nothing is known of how to do those at once
		}
		saves := max(g.Time-once, 0)
		causes = append(causes, cause{about: g.About[0], Finding: bench.Finding{Kind: bench.RepeatingQueries, Confidence: bench.Certain,
			Effect:  bench.Gain{ShareP50: g.Share, ShareP99: g.ShareSlow, SavesMS: saves},
			Summary: fmt.Sprintf("%d queries come %s times in the same order in a request, %s in all: %s", len(g.Names), number(g.Repeats), number(g.Repeats*float64(len(g.Names))), list(g.Names)),
			Remedy:  fmt.Sprintf("read %s for all rows at once, with a join or `IN (…)`: %s", strings.Join(slices.Compact(slices.Clone(g.About)), " and "), faster(t.Typical, saves)),
			Suspect: suspects,
			Evidence: []bench.Proof{{Source: bench.FromTraces, Samples: t.Used, Text: fmt.Sprintf("%s repetitions of %d queries take %s: %s of a typical request and %s of a slow one",
				number(g.Repeats), len(g.Names), span(g.Time), percent(g.Share), percent(g.ShareSlow))}}}})
	}
	return causes
}

// list is some statements in a sentence.
func list(names []string) string {
	shown := make([]string, len(names))
	for i, n := range names {
		shown[i] = quoted(n)
	}
	return strings.Join(shown, ", ")
}
