package compare

import (
	"math"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

// The step is a doubling, log 0.693. A trial of 1.2 +- 2% (se 0.01 at least) is 0.182 from nothing and 0.511 from the step: it speaks for
// nothing, as sure as one trial may be, 999 to 1. Halfway, at the root of 2, it speaks for neither.
func TestCulpritIsToldByTheNearerLevel(t *testing.T) {
	trial := func(ratio float64) (probability float64) {
		c := NewCulprit(2, bench.Effect{Ratio: 2})
		c.Measured(0, bench.Effect{Ratio: ratio, Low: ratio * 0.98, High: ratio * 1.02})
		_, last, p := c.Best()
		if last == 0 {
			return 1 - p
		}
		return p // that it is the second one
	}
	if p := trial(1.2); math.Abs(p-0.999) > 1e-6 {
		t.Errorf("near nothing: %g", p)
	}
	if p := trial(1.9); math.Abs(p-0.001) > 1e-6 {
		t.Errorf("near the step: %g", p)
	}
	if p := trial(math.Sqrt2); math.Abs(p-0.5) > 1e-6 {
		t.Errorf("halfway: %g", p)
	}
}
