package stats

import (
	"math"
)

// TestShift is the p-value of Student's two-sided test that two neighbouring stretches have the same mean, when each value may depend on the one
// before it (an autoregressive process of order one). The correlation is estimated from both stretches, corrected for its bias (F. Marriott
// and J. Pope, Bias in the Estimation of Autocorrelations, Biometrika 1954); the variance of a mean and the degrees of freedom follow from it (M.
// Bartlett, 1935; G. Bayley and J. Hammersley, The Effective Number of Independent Observations in an Autocorrelated Time Series, 1946). A
// negative one counts as none. 1: there are too few values to tell.
func TestShift(left, right []float64) float64 {
	nl, nr := len(left), len(right)
	free := float64(nl + nr - 2)
	if nl == 0 || nr == 0 || free < 1 {
		return 1
	}
	ml, vl := moments(left)
	mr, vr := moments(right)
	variance := (vl*float64(nl) + vr*float64(nr)) / free
	if variance == 0 {
		if ml == mr {
			return 1
		}
		return 0
	}
	r := correlation(left, ml, right, mr)
	free = max(free*(1-r*r)/(1+r*r), 1)
	t := math.Abs(ml-mr) / math.Sqrt(variance*(ofMean(nl, r)+ofMean(nr, r)))
	return 2 * StudentTail(t, free)
}

// mostCorrelated bounds what is believed of a short series.
const mostCorrelated = 0.9

// correlation is that of a value's deviation with the one before it, within two stretches.
func correlation(left []float64, ml float64, right []float64, mr float64) float64 {
	var products, squares float64
	for _, s := range []struct {
		y    []float64
		mean float64
	}{{left, ml}, {right, mr}} {
		for i, v := range s.y {
			squares += (v - s.mean) * (v - s.mean)
			if i > 0 {
				products += (v - s.mean) * (s.y[i-1] - s.mean)
			}
		}
	}
	r := products / squares
	r += (1 + 4*r) / float64(len(left)+len(right))
	return min(max(r, 0), mostCorrelated)
}

// ofMean is the variance of the mean of n values, each of variance 1, of an autoregressive process of order one.
func ofMean(n int, r float64) float64 {
	sum, power := 1.0, 1.0
	for k := 1; k < n; k++ {
		power *= r
		sum += 2 * (1 - float64(k)/float64(n)) * power
	}
	return sum / float64(n)
}
