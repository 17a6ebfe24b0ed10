package bench

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Policy says what it takes to fail.
type Policy struct {
	Strict           bool          // a close verdict on a threshold fails
	Always           bool          // a threshold that the base misses too fails; otherwise it is a warning: a change answers for what it changed
	FailInconclusive bool          // a comparison that could not be decided fails; otherwise it is a notice
	Tolerance        float64       // how much slower bothers nobody, as a share of the base, or
	ToleranceTime    time.Duration // as a time, whichever is larger
	MaxTime          time.Duration // of a comparison, for all scenarios together; what is undecided then is inconclusive
}

// DefaultPolicy is the policy of a suite that does not state one.
func DefaultPolicy() Policy {
	return Policy{Tolerance: 0.05, ToleranceTime: time.Millisecond, MaxTime: 10 * time.Minute}
}

// ParsePercent reads a share from text as 5% or 0.5%. The error says what to write instead.
func ParsePercent(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !percent || !(n >= 0 && n <= 1000) {
		return 0, fmt.Errorf("%q is no percentage: write one, as 5%%", text)
	}
	return n / 100, nil
}
