package bench

// An Outcome is how a request ended. Only OK gives a latency; Timeout gives an error and a latency censored at the limit.
type Outcome uint8

// The outcomes.
const (
	OK Outcome = iota
	BadStatus
	BadExpectation
	Timeout
	Refused
	Reset
	TLSFailure
	DNSFailure
	TooLarge
	Malformed // the answer is no HTTP
	OutcomeCount
)

var outcomeNames = [OutcomeCount]string{"ok", "status", "expectation", "timeout", "refused", "reset", "tls", "dns", "too-large", "malformed"}

func (o Outcome) String() string { return outcomeNames[o] }
