package diagnose

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// What makes an answer large. A new TCP connection sends ten segments at first (RFC 6928), 14 KB, and twice as many after each round trip: an
// answer of 48 KB takes three of them, wherever its reader is. From 300 KB on, Sentry calls a payload large.
const (
	largeAnswer  = 48 << 10
	hugeAnswer   = 300 << 10
	timesLarger  = 3   // than on the other side of a comparison
	leastWriting = 0.1 // of a request
)

// oversizedAnswer finds answers that are large, where writing and sending them takes a good part of the time. That an answer is larger than its
// reader needs no measurement shows, so it is possible only, unless it is huge, or was much smaller on the other side.
func oversizedAnswer(s *Subject) []cause {
	facts := s.load()
	bytes := facts.Answer.P50
	if bytes < largeAnswer {
		return nil
	}
	before := s.base().load().Answer.P50
	confidence, compared := bench.Possible, ""
	switch {
	case before > 0 && bytes >= timesLarger*before:
		confidence, compared = bench.Certain, fmt.Sprintf(", %.0f times as much as before (%s)", bytes/before, size(before))
	case before > 0:
		return nil // it was as large
	case bytes >= hugeAnswer:
		confidence = bench.Likely
	}
	sent := facts.Phases.Body / max(s.Latency.P50, .1)
	work, source := s.ownShare()
	if sent+work < leastWriting {
		return nil
	}
	proofs := []bench.Proof{{Source: bench.FromGenerator, Samples: s.Requests, Text: fmt.Sprintf("answers of %s (median), %s at most%s; the median body takes %s to come", size(bytes), size(facts.Answer.Max), compared, span(facts.Phases.Body))}}
	if work > 0 {
		proofs = append(proofs, bench.Proof{Source: source, Text: fmt.Sprintf("%s of a typical request is the service's own work, of which writing the answer is a part", percent(work))})
	}
	return []cause{{Finding: bench.Finding{Kind: bench.OversizedAnswer, Confidence: confidence,
		Effect:   bench.Gain{ShareP50: min(sent+work, 1), ShareP99: min(facts.Slow.Body/max(s.Latency.P99, .1)+work, 1)},
		Summary:  fmt.Sprintf("each answer has %s%s", size(bytes), compared),
		Remedy:   "send what the reader needs: fewer fields, smaller pages, details on request; and compress it",
		Evidence: proofs}}}
}

// ownShare is the part of a typical request that is the service's own work, as traces or Server-Timing tell it; 0 where nothing does.
func (s *Subject) ownShare() (share float64, source bench.Source) {
	if t := s.traces(); t != nil {
		for _, o := range t.Operations {
			if o.Kind == bench.ServeOperation && o.Parent == "" {
				return o.Share, bench.FromTraces
			}
		}
		return 0, bench.FromTraces
	}
	if e := of(s.Evidence, bench.FromServerTiming); e != nil {
		for _, m := range e.Timings {
			if lower := strings.ToLower(m.Name); lower == "app" || lower == "cpu" {
				return m.Share, bench.FromServerTiming
			}
		}
	}
	return 0, ""
}
