package bench

import "time"

// A Policy says what fails, what only warns, and how long may be measured to know.
type Policy struct {
	Strict     bool // of a run: a threshold that is close fails
	Always     bool // of a comparison: a threshold that base breaches as well fails
	MustDecide bool // of a comparison: what is inconclusive fails
	Tolerance  Tolerance
	MaxTime    time.Duration // of a comparison, for all scenarios together; 0: TimeForScenario for each
}

// TimeForScenario is how long a comparison may measure for each scenario when its policy does not say: a minute for each side, the
// warm-ups, and the confirmation.
const TimeForScenario = 3 * time.Minute

// DefaultTolerance is how much slower bothers nobody where nothing else is said.
var DefaultTolerance = Tolerance{Ratio: 0.05, Change: time.Millisecond}
