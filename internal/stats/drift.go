package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// MannKendall tests a series for a monotonic trend, without assuming a distribution (H. Mann, 1945; M. Kendall, Rank
// Correlation Methods, 1975; variance corrected for ties, and for continuity). It assumes independent values. p is two-sided;
// 1 for fewer than four values, which cannot tell.
func MannKendall(y []float64) (s int, p float64) {
	ties := map[float64]int{}
	for i := range y {
		ties[y[i]]++
		for j := range i {
			switch {
			case y[i] > y[j]:
				s++
			case y[i] < y[j]:
				s--
			}
		}
	}
	if len(y) < 4 {
		return s, 1
	}
	variance := mannKendallVariance(len(y), ties)
	if variance == 0 || s == 0 {
		return s, 1
	}
	z := (math.Abs(float64(s)) - 1) / math.Sqrt(variance)
	return s, 2 * distuv.UnitNormal.Survival(z)
}

func mannKendallVariance(count int, ties map[float64]int) float64 {
	term := func(k int) float64 { n := float64(k); return n * (n - 1) * (2*n + 5) }
	v := term(count)
	for _, t := range ties {
		v -= term(t)
	}
	return v / 18
}

// A Line is y = Intercept + Slope*x, with a 95% interval of the slope.
type Line struct{ Intercept, Slope, Low, High float64 }

// TheilSen fits a line by the median of the slopes between all pairs of points (H. Theil, 1950; P. Sen, Estimates of the
// Regression Coefficient Based on Kendall's Tau, JASA 1968, with his interval). A third of the points may be outliers. ok is
// false when fewer than two points differ in x.
func TheilSen(x, y []float64) (line Line, ok bool) {
	var slopes []float64
	ties := map[float64]int{}
	for i := range x {
		ties[y[i]]++
		for j := range i {
			if dx := x[i] - x[j]; dx != 0 {
				slopes = append(slopes, (y[i]-y[j])/dx)
			}
		}
	}
	if len(slopes) == 0 {
		return Line{}, false
	}
	slices.Sort(slopes)
	line.Slope = median(slopes)
	// Ranks N/2 -+ z*sigma/2 of the sorted slopes.
	const z = 1.959964
	n, spread := float64(len(slopes)), z*math.Sqrt(mannKendallVariance(len(y), ties))
	line.Low = slopes[int(max(math.Floor((n-spread)/2)-1, 0))]
	line.High = slopes[int(min(math.Ceil((n+spread)/2), n-1))]
	rest := make([]float64, len(y))
	for i := range y {
		rest[i] = y[i] - line.Slope*x[i]
	}
	slices.Sort(rest)
	line.Intercept = median(rest)
	return line, true
}

// median is the middle of sorted values.
func median(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// Despike replaces single values that differ from both sides by the median of the values around them: those further from it
// than limit times the scaled median absolute deviation of the whole series' steps (the Hampel identifier: F. Hampel, 1974;
// scaled by 1.4826 to estimate a normal standard deviation). A change that lasts for two values or more stays. The last value is
// left alone when its neighbour is the only one to compare it with: it may be a spike or the first of many.
func Despike(y []float64, limit float64) []float64 {
	const scale = 1.4826
	out := slices.Clone(y)
	if len(y) < 5 {
		return out
	}
	steps := make([]float64, len(y)-1)
	for i := range steps {
		steps[i] = math.Abs(y[i+1] - y[i])
	}
	slices.Sort(steps)
	// A difference of two values has sqrt(2) times the deviation of one.
	deviation := scale * median(steps) / math.Sqrt2
	for i := 1; i < len(y)-1; i++ {
		around := []float64{y[max(i-2, 0)], y[i-1], y[i+1], y[min(i+2, len(y)-1)]}
		slices.Sort(around)
		m := median(around)
		before, after := y[i]-y[i-1], y[i]-y[i+1]
		if math.Abs(y[i]-m) > limit*deviation && before*after > 0 && min(math.Abs(before), math.Abs(after)) > limit*deviation {
			out[i] = m
		}
	}
	return out
}
