package bench

import "time"

// A Tolerance is how much slower bothers nobody: up to a ratio, or up to an amount, whichever is more.
type Tolerance struct {
	Ratio  float64       // 0.05: up to 5%
	Change time.Duration // and up to so much, however large the percentage
}

// Limit is the ratio of head to base up to which nobody is bothered, for a base of so many milliseconds.
func (t Tolerance) Limit(baseMS float64) float64 {
	return 1 + max(t.Ratio, Milliseconds(t.Change)/max(baseMS, 0.001))
}
