package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// Sentry asks for three consecutive calls; it also asks for half a second, since it looks at every endpoint. Here the endpoint is known to be
// slow, and what could be saved has to be a quarter of its time.
const (
	leastInTurn      = 3
	leastSavedInTurn = 0.25 // of a typical request
	leastSeen        = 0.5  // of the traces
)

// sequentialCalls finds calls of different kinds that wait for each other. Whether one needs another's answer no trace tells, so it is likely
// at most, unless the other side of a comparison made them at once.
func sequentialCalls(s *Subject) (causes []cause) {
	t := s.traces()
	if t == nil {
		return nil
	}
	for _, q := range t.Sequences {
		if !inTurn(t, q) {
			continue
		}
		confidence := bench.Likely
		if b := s.base().traces(); b != nil && !slices.ContainsFunc(b.Sequences, func(other bench.Sequence) bool { return slices.Equal(other.Names, q.Names) }) {
			confidence = bench.Certain // it was done otherwise
		}
		saves := q.Sum - q.Longest
		causes = append(causes, cause{about: strings.Join(slices.Compact(slices.Clone(q.About)), ","), Finding: bench.Finding{Kind: bench.SequentialCalls, Confidence: confidence,
			Effect:  bench.Gain{ShareP50: q.Share, ShareP99: min(q.SumSlow/max(t.Slow, .1), 1), SavesMS: saves},
			Summary: fmt.Sprintf("%d calls wait for each other: %s", len(q.Names), list(q.Names)),
			Remedy:  fmt.Sprintf("make those that do not need each other's answers at the same time: they take %s one after another and %s together, %s", span(q.Sum), span(q.Longest), faster(t.Typical, saves)),
			Suspect: suspect(q.Code),
			Evidence: []bench.Proof{{Source: bench.FromTraces, Samples: t.Used, Text: fmt.Sprintf("%d calls one after another in %s of the traces: %s of a typical request, of which the longest takes %s%s",
				len(q.Names), percent(q.Seen), percent(q.Share), span(q.Longest), where(q.Code))}}}})
	}
	return causes
}

// inTurn reports whether a sequence is worth undoing: three calls or more, none of them an N+1 of its own, and none that takes nearly all.
func inTurn(t *bench.Traces, q bench.Sequence) bool {
	if len(q.Names) < leastInTurn || q.Seen < leastSeen || q.Sum-q.Longest < leastSavedInTurn*t.Typical {
		return false
	}
	return !slices.ContainsFunc(t.Operations, func(o bench.Operation) bool { return slices.Contains(q.Names, o.Name) && repeats(t, o) })
}
