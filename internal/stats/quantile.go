// Package stats has intervals for quantiles. Callers say what they assume of their data by the function they choose:
// groups that depend within themselves (BootstrapQuantile) or independent values (OrderRanks).
package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

// A Bin is a value and how often it was seen.
type Bin struct {
	Value float64
	Count int64
}

// BootstrapQuantile is the 95% percentile-bootstrap interval of the q-quantile (nearest rank) of everything in the groups,
// resampling whole groups: values within a group may depend on each other, groups may not. It is the block bootstrap
// of Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 13. Bins are in ascending order. With no
// values at all it is 0, 0. The same rng state gives the same interval.
func BootstrapQuantile(groups [][]Bin, q float64, resamples int, rng *rand.Rand) (low, high float64) {
	var support []float64
	for _, g := range groups {
		for _, b := range g {
			support = append(support, b.Value)
		}
	}
	slices.Sort(support)
	support = slices.Compact(support)
	if len(support) == 0 {
		return 0, 0
	}
	index := make(map[float64]int, len(support))
	for i, v := range support {
		index[v] = i
	}
	estimates := make([]float64, 0, resamples)
	counts := make([]int64, len(support))
	for range resamples {
		clear(counts)
		var n int64
		for range groups {
			for _, b := range groups[rng.IntN(len(groups))] {
				counts[index[b.Value]] += b.Count
				n += b.Count
			}
		}
		if n > 0 {
			estimates = append(estimates, support[rankIndex(counts, int64(math.Ceil(q*float64(n)-1e-9)))])
		}
	}
	slices.Sort(estimates)
	return estimates[int(0.025*float64(len(estimates)))], estimates[min(int(0.975*float64(len(estimates))), len(estimates)-1)]
}

func rankIndex(counts []int64, rank int64) int {
	var seen int64
	for i, c := range counts {
		if seen += c; seen >= max(rank, 1) {
			return i
		}
	}
	return len(counts) - 1
}

// OrderRanks gives the ranks (from 1) of the two order statistics between which the q-quantile of n independent values lies with
// 95% confidence, by the normal approximation of the binomial: Conover, Practical Nonparametric Statistics (1999), section 3.2.
// They are clipped to 1 and n.
func OrderRanks(n int64, q float64) (low, high int64) {
	spread := 1.959964 * math.Sqrt(float64(n)*q*(1-q))
	return max(int64(math.Ceil(float64(n)*q-spread)), 1), min(int64(math.Ceil(float64(n)*q+spread)), n)
}
