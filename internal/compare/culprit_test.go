package compare

import (
	"math"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

// The step is a doubling, log 0.693. A trial of 1.2 +- 2% (se 0.01 at least) is 0.182 from nothing and 0.511 from the step: it speaks for
// nothing, as sure as one trial may be, 999 to 1. Halfway, at the root of 2, it speaks for neither.
// A step of 2, log 0.693, and trials whose log ratio is uncertain by log(1.02/0.98)/3.92 = 0.0102. Without the step the deviation is
// sqrt(0.0102² + 0.0693²) = 0.0701, with it sqrt(0.0102² + 0.0102² + 0.1733²) = 0.1739.
func TestCulpritIsToldByTheLikelierLevel(t *testing.T) {
	around := func(ratio float64) bench.Effect {
		return bench.Effect{Ratio: ratio, Low: ratio * 0.98, High: ratio * 1.02}
	}
	trial := func(ratio float64) (probability float64) {
		c := NewCulprit(2, around(2))
		c.Measured(0, around(ratio))
		_, last, p := c.Best()
		if last == 0 {
			return 1 - p
		}
		return p // that it is the second one
	}
	for ratio, want := range map[float64]float64{
		1:    0.999, // no measurement counts for more
		1.05: 0.999,
		// log 1.2 = 0.182: without the step -0.182²/(2*0.0701²) - log 0.0701 = -0.72, with it -0.511²/(2*0.1739²) - log 0.1739 = -2.57: e^1.84 = 6.3 to 1.
		1.2:        0.863,
		math.Sqrt2: 0.001, // half of the step is no small part of it
		1.9:        0.001,
		3:          0.001,
	} {
		if got := trial(ratio); math.Abs(got-want) > 1e-3 {
			t.Errorf("%.2f times: %.4f, want %.3f", ratio, got, want)
		}
	}
}
