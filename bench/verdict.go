package bench

// A Status is what a verdict says.
type Status string

// The statuses, from harmless to worst.
const (
	Pass      Status = "pass"
	Close     Status = "close" // the interval straddles the threshold
	NotJudged Status = "not-judged"
	Fail      Status = "fail"
	Void      Status = "void" // the generator was the limit: the numbers are not the server's
	// Inconclusive is of a comparison alone: neither slower nor shown not to be.
	Inconclusive Status = "inconclusive"
)

// A Verdict is a status with its reasons, in words and numbers.
type Verdict struct {
	Status   Status   `json:"status"`
	Reasons  []string `json:"reasons"`
	Breached []string `json:"breached,omitempty"` // of one scenario: the thresholds that were, as p95, errors or throughput
}
