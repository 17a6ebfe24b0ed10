package stats

import (
	"math"
	"slices"
)

// Outliers are the indexes of at most so many values that do not belong to the others, which are roughly normal: the generalised
// extreme studentised deviate test (B. Rosner, Percentage Points for a Generalized ESD Many-Outlier Procedure, Technometrics 1983).
// alpha is the probability that normal values have any. Fewer than five values have none: they cannot tell.
func Outliers(y []float64, most int, alpha float64) []int {
	const least = 5
	var gone []int
	found := 0
	rest := make([]int, len(y))
	for i := range rest {
		rest[i] = i
	}
	for range most {
		n := float64(len(rest))
		if len(rest) < least {
			break
		}
		var mean, square float64
		for _, i := range rest {
			mean += y[i] / n
		}
		furthest, distance := 0, -1.0
		for k, i := range rest {
			square += (y[i] - mean) * (y[i] - mean)
			if d := math.Abs(y[i] - mean); d > distance {
				furthest, distance = k, d
			}
		}
		deviation := math.Sqrt(square / (n - 1))
		if deviation == 0 {
			break
		}
		// The critical value of the greatest deviate of n (F. Grubbs, 1950): that of the two-sided t at alpha shared among them.
		t := StudentQuantile(1-alpha/(2*n), n-2)
		critical := (n - 1) * t / math.Sqrt((n-2+t*t)*n)
		gone = append(gone, rest[furthest])
		rest = slices.Delete(rest, furthest, furthest+1)
		if distance/deviation > critical {
			found = len(gone) // those before it were masked by it
		}
	}
	gone = gone[:found]
	slices.Sort(gone)
	return gone
}
