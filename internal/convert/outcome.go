package convert

import (
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// causes are words in the messages of tools and of what is below them, and what they mean. The first that fits counts.
var causes = []struct {
	word string
	is   bench.Outcome
}{
	{"timeout", bench.Timeout}, {"timed out", bench.Timeout}, {"timedout", bench.Timeout}, {"deadline exceeded", bench.Timeout},
	{"no such host", bench.DNSFailure}, {"enotfound", bench.DNSFailure}, {"unknownhost", bench.DNSFailure}, {"name resolution", bench.DNSFailure}, {"eai_again", bench.DNSFailure},
	{"refused", bench.Refused},
	{"x509", bench.TLSFailure}, {"tls", bench.TLSFailure}, {"ssl", bench.TLSFailure}, {"certificate", bench.TLSFailure},
	{"reset", bench.Reset}, {"econnaborted", bench.Reset}, {"broken pipe", bench.Reset}, {"epipe", bench.Reset}, {"eof", bench.Reset}, {"premature", bench.Reset}, {"failed to respond", bench.Reset}, {"closed", bench.Reset},
}

// Outcome is how a request ended that a tool calls failed, by its status, where there was one, and by what the tool says of it. An answer
// whose status is none of an error failed a check of the tool.
func Outcome(status int, message string) bench.Outcome {
	if status >= 400 {
		return bench.BadStatus
	}
	if status == 0 {
		low := strings.ToLower(message)
		for _, c := range causes {
			if strings.Contains(low, c.word) {
				return c.is
			}
		}
	}
	return bench.BadExpectation
}
