package bench

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Policy says what it takes to fail, and how long may be measured to know.
type Policy struct {
	Strict           bool          // of a run: a close verdict on a threshold fails
	Always           bool          // of a comparison: a threshold that the base misses too fails; otherwise it is a warning: a change answers for what it changed
	FailInconclusive bool          // of a comparison: one that could not be decided fails; otherwise it is a notice
	Tolerance        Tolerance     // how much slower bothers nobody
	MaxTime          time.Duration // of a comparison, for all scenarios together; what is undecided then is inconclusive. 0: TimeForScenario for each
}

// TimeForScenario is how long a comparison may measure for each scenario when its policy does not say: a minute for each side, the
// warm-ups, and the confirmation.
const TimeForScenario = 3 * time.Minute

// DefaultPolicy is the policy of a suite that does not state one.
func DefaultPolicy() Policy {
	return Policy{Tolerance: Tolerance{Ratio: 0.05, Change: time.Millisecond}}
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
