package compare

import (
	"math"
	"slices"

	"github.com/tidemark/tidemark/internal/stats"
)

const (
	// What splits a series of runs into stretches of one level: the trend's detector at its defaults.
	stepWindow, stepP, stepRatio = 50, 0.001, 0.05
	spikesAsSteps                = 6 // deviations from both neighbours, from which on a value is no step
	leastStretch                 = 3 // runs; fewer belong to the stretch before

	outlierLevel = 0.01 // how rarely runs of ordinary noise have an outlier
	outlierShare = 0.2  // of a stretch, at most so many are outliers

	// resolution is the least standard deviation that is believed: a histogram keeps three digits.
	resolution = 0.001
)

// stretches splits runs in the order of time into stretches between steps, each without its outliers; those are the spikes. Both are
// indexes.
func stretches(y []float64) (all [][]int, spikes []int) {
	plain := make([]float64, len(y)) // a step is told by its part of the level
	for i := range y {
		plain[i] = math.Exp(y[i])
	}
	var bounds []int
	from := 0
	for _, c := range (stats.Divisive{Window: stepWindow, MaxP: stepP, MinMagnitude: stepRatio}).Find(stats.Despike(plain, spikesAsSteps, leastStretch-1)) {
		if c.Index-from >= leastStretch && len(y)-c.Index >= leastStretch {
			bounds = append(bounds, c.Index)
			from = c.Index
		}
	}
	from = 0
	for _, to := range append(bounds, len(y)) {
		gone := stats.Outliers(y[from:to], int(outlierShare*float64(to-from)), outlierLevel)
		var stretch []int
		for i := from; i < to; i++ {
			if slices.Contains(gone, i-from) {
				spikes = append(spikes, i)
			} else {
				stretch = append(stretch, i)
			}
		}
		all = append(all, stretch)
		from = to
	}
	return all, spikes
}

// pick is the values at some indexes.
func pick(y []float64, indexes []int) []float64 {
	out := make([]float64, len(indexes))
	for i, at := range indexes {
		out[i] = y[at]
	}
	return out
}

func mean(y []float64) (m float64) {
	for _, v := range y {
		m += v / float64(len(y))
	}
	return m
}

// pooled is the variance within groups whose levels may differ, and its degrees of freedom.
func pooled(groups [][]float64) (variance, free float64) {
	for _, g := range groups {
		if len(g) == 0 {
			continue
		}
		m := mean(g)
		for _, v := range g {
			variance += (v - m) * (v - m)
		}
		free += float64(len(g) - 1)
	}
	if free == 0 {
		return 0, 0
	}
	return variance / free, free
}
