package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

// leastRefused is the share of requests that is worth speaking of.
const leastRefused = 0.01

// rateLimited finds requests that were refused with status 429: the service, or something before it, says so itself.
func rateLimited(s *Subject) []cause {
	l := s.load().Limit
	if l == nil || l.Share < leastRefused {
		return nil
	}
	text := fmt.Sprintf("%s of the answers have status 429; %s a second are let through", percent(l.Share), number(l.Passed))
	if l.RetryAfter > 0 {
		text += fmt.Sprintf(", and the others are asked to wait for %s s", number(l.RetryAfter))
	}
	return []cause{{Finding: bench.Finding{Kind: bench.RateLimited, Confidence: bench.Certain,
		Effect:   bench.Gain{ShareP50: l.Share, ShareP99: l.Share},
		Summary:  fmt.Sprintf("%s of the requests are refused with status 429: a limit lets about %s a second through", percent(l.Share), number(l.Passed)),
		Remedy:   "raise the limit or make it one for each caller; to measure the service behind it, except the load generator from it, or send less",
		Evidence: []bench.Proof{{Source: bench.FromGenerator, Samples: s.Requests, Text: text}}}}}
}
