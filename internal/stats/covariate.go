package stats

import "math"

// A Covariate is how one variable goes with another within groups whose levels may differ: y = level of the group + Slope * x.
type Covariate struct {
	Slope    float64
	P        float64 // one-sided, of a slope of 0 against a positive one
	Residual float64 // variance of y that x does not explain
	Free     float64 // its degrees of freedom
	Within   float64 // sum of squares of x within groups: what the slope is known from
}

// Covary fits groups of pairs by least squares: the analysis of covariance with one covariate (R. Fisher, Statistical Methods for
// Research Workers, 4th edition, 1932, section 49.1). ok is false when x does not vary, or nothing is left to estimate an error from.
func Covary(x, y [][]float64) (c Covariate, ok bool) {
	var xy, yy float64
	for g := range x {
		n := float64(len(x[g]))
		if n == 0 {
			continue
		}
		var mx, my float64
		for i := range x[g] {
			mx, my = mx+x[g][i]/n, my+y[g][i]/n
		}
		for i := range x[g] {
			dx, dy := x[g][i]-mx, y[g][i]-my
			c.Within, xy, yy = c.Within+dx*dx, xy+dx*dy, yy+dy*dy
		}
		c.Free += n - 1
	}
	c.Free-- // for the slope
	if c.Free < 1 || c.Within == 0 {
		return Covariate{}, false
	}
	c.Slope = xy / c.Within
	c.Residual = max(yy-c.Slope*xy, 0) / c.Free
	if c.Residual == 0 {
		c.P = 0.5
		if c.Slope > 0 {
			c.P = 0
		}
		return c, true
	}
	c.P = StudentTail(c.Slope/math.Sqrt(c.Residual/c.Within), c.Free)
	return c, true
}
