package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// A ChangePoint splits a series into what comes before its index and what comes from it on.
type ChangePoint struct {
	Index         int
	P             float64 // of Student's t-test between the two stretches
	Before, After float64 // means of the stretches, up to the neighbouring change points
}

// Magnitude is the larger of the relative changes from before to after and back.
func (c ChangePoint) Magnitude() float64 {
	relative := func(from, to float64) float64 {
		if from == 0 {
			return 0
		}
		return math.Abs(to/from - 1)
	}
	return max(relative(c.Before, c.After), relative(c.After, c.Before))
}

// Divisive finds change points as Hunter does (M. Fleming et al., Hunter: Using Change Point Detection to Hunt for Performance
// Regressions, ICPE 2023): E-divisive (D. Matteson and N. James, A Nonparametric Approach for Multiple Change Point Analysis of
// Multivariate Data, JASA 2014) in overlapping windows, each split tested with Student's t-test at a relaxed level; then the
// weakest points are taken away until every one left has p < MaxP and a magnitude above MinMagnitude.
//
// It assumes that the values of a stretch are independent and roughly normal. It gives the indexes that Apache Otava gives at
// commit 1ceb1537a49d at the same parameters, and so shares two peculiarities: the t-test uses population standard deviations, and
// when a point was taken away the two after it are tested again, and the one before it is not.
type Divisive struct {
	Window       int     // points looked at together, at least 2
	MaxP         float64 // 0 to 1
	MinMagnitude float64 // relative
}

// Find returns the change points of a series, in order.
func (d Divisive) Find(series []float64) []ChangePoint {
	return d.merge(series, d.split(series))
}

// split finds weak change points: those that a window shows at the relaxed level.
func (d Divisive) split(series []float64) []int {
	relaxed := d.MaxP
	switch {
	case d.MaxP < 0.05:
		relaxed *= 10
	case d.MaxP < 0.5:
		relaxed *= 2
	}
	var all []int
	for start := 0; start < len(series); {
		end := min(start+d.Window, len(series))
		found := divide(series[start:end], relaxed)
		next := start + d.Window/2
		for _, i := range found {
			if !slices.Contains(all, start+i) {
				all = append(all, start+i)
			}
		}
		if len(found) > 0 {
			next = max(next, start+found[len(found)-1])
		}
		start = next
	}
	slices.Sort(all)
	return all
}

// divide splits a window again and again where it differs most, until that is no longer significant.
func divide(window []float64, maxP float64) []int {
	sums := distances(window)
	var found []int
	for {
		best, where := math.Inf(-1), -1
		ends := append(slices.Clone(found), len(window))
		from := 0
		for _, to := range ends {
			if to-from > 1 {
				if q, i := sums.furthest(from, to); q > best {
					best, where = q, i
				}
			}
			from = to
		}
		if where < 0 {
			return found
		}
		at, _ := slices.BinarySearch(found, where)
		if at < len(found) && found[at] == where {
			return found
		}
		from, to := 0, len(window)
		if at > 0 {
			from = found[at-1]
		}
		if at < len(found) {
			to = found[at]
		}
		if p := compare(window[from:where], window[where:to]).P; !(p <= maxP) {
			return found
		}
		found = slices.Insert(found, at, where)
	}
}

// merge takes the weakest points away. The next point's stretch before it is longer then, so it is tested again, and with it the one
// after: that one may be owed a test from when it was the point before.
func (d Divisive) merge(series []float64, indexes []int) []ChangePoint {
	points := make([]ChangePoint, len(indexes))
	test := func(i int) {
		from, to := 0, len(series)
		if i > 0 {
			from = points[i-1].Index
		}
		if i+1 < len(points) {
			to = points[i+1].Index
		}
		index := points[i].Index
		points[i] = compare(series[from:index], series[index:to])
		points[i].Index = index
	}
	for i := range indexes {
		points[i].Index = indexes[i]
	}
	for i := range points {
		test(i)
	}
	for len(points) > 0 {
		weakest := 0
		for i := range points {
			if points[i].P > points[weakest].P {
				weakest = i
			}
		}
		if points[weakest].P < d.MaxP {
			weakest = 0
			for i := range points {
				if points[i].Magnitude() < points[weakest].Magnitude() {
					weakest = i
				}
			}
			if points[weakest].Magnitude() > d.MinMagnitude {
				return points
			}
		}
		points = slices.Delete(points, weakest, weakest+1)
		for i := weakest; i < min(weakest+2, len(points)); i++ {
			test(i)
		}
	}
	return nil
}

// compare is Student's two-sided t-test of equal means, with the pooled population variance. Its Index is not set.
func compare(left, right []float64) ChangePoint {
	meanL, varL := moments(left)
	meanR, varR := moments(right)
	c := ChangePoint{P: 1, Before: meanL, After: meanR}
	nl, nr := float64(len(left)), float64(len(right))
	free := nl + nr - 2
	if free <= 0 {
		return c
	}
	pooled := ((nl-1)*varL + (nr-1)*varR) / free
	t := (meanL - meanR) / math.Sqrt(pooled*(1/nl+1/nr))
	c.P = math.NaN() // two equal constants: nothing to test
	switch {
	case math.IsInf(t, 0):
		c.P = 0
	case !math.IsNaN(t):
		c.P = 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: free}.Survival(math.Abs(t))
	}
	return c
}

func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		variance += (v - mean) * (v - mean)
	}
	return mean, variance / float64(len(x))
}

// rectangles holds, at [i][j], the sum of the distances between the first i and the first j values.
type rectangles [][]float64

func distances(x []float64) rectangles {
	sums := make(rectangles, len(x)+1)
	sums[0] = make([]float64, len(x)+1)
	for i := range x {
		sums[i+1] = make([]float64, len(x)+1)
		for j := range x {
			sums[i+1][j+1] = math.Abs(x[i]-x[j]) + sums[i][j+1] + sums[i+1][j] - sums[i][j]
		}
	}
	return sums
}

func (r rectangles) sum(a, b, c, d int) float64 { return r[b][d] - r[a][d] - r[b][c] + r[a][c] }

// furthest is the split of [from, to) at which a stretch before it and one after it, of any length, differ most: the statistic
// of the energy distance, equation (7) of Matteson and James with exponent 1.
func (r rectangles) furthest(from, to int) (most float64, at int) {
	most, at = math.Inf(-1), -1
	for tau := from + 1; tau < to; tau++ {
		n := float64(tau - from)
		before := r.sum(from, tau, from, tau) / 2
		for kappa := tau + 1; kappa <= to; kappa++ {
			m := float64(kappa - tau)
			q := 2 / (m + n) * r.sum(from, tau, tau, kappa)
			if n > 1 {
				q -= 2 * m / (m + n) / (n - 1) * before
			}
			if m > 1 {
				q -= 2 * n / (m + n) / (m - 1) * r.sum(tau, kappa, tau, kappa) / 2
			}
			if q > most {
				most, at = q, tau
			}
		}
	}
	return most, at
}
