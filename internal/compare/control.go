package compare

import (
	"math"

	"github.com/tidemark/tidemark/internal/stats"
)

const (
	// A control is taken out only where history shows that the metric goes with it: in at least so many runs, and so surely.
	controlRuns  = 10
	controlLevel = 0.01
)

// A drift is what the control says of a metric.
type drift struct {
	shift       float64 // log ratio of the control, head to base
	coefficient float64 // how much of it goes into the metric
	applied     bool
	variance    float64 // of the metric, once it is taken out
	free        float64
	leverage    float64 // the shift's part in the variance of the difference, for each unit of variance: the coefficient is not known exactly
	unusual     bool    // the shift is more than the control moves from run to run
}

// controlled fits the metric to the control within groups: the stretches of base's side, and head's runs. base and head are the
// control's means.
func controlled(x, y [][]float64, base, head float64, m, n int) drift {
	d := drift{shift: head - base}
	variance, free := pooled(x)
	variance = max(variance, resolution*resolution)
	if free >= leastFree {
		spread := math.Sqrt(variance * (1/float64(m) + 1/float64(n)))
		d.unusual = math.Abs(d.shift) > stats.StudentQuantile(1-unusualLevel/2, free)*spread
	}
	c, ok := stats.Covary(x, y)
	if !ok || int(free)+len(x) < controlRuns || c.P > controlLevel {
		return d
	}
	d.coefficient, d.variance, d.free, d.leverage = c.Slope, c.Residual, c.Free, d.shift*d.shift/c.Within
	d.applied = true
	return d
}
