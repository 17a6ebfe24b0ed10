// Package stats has intervals for quantiles. Callers say what they assume of their data by the function they choose:
// groups that depend within themselves (BootstrapQuantile) or independent values (OrderRanks).
package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
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
	sums := make([]cumulative, len(groups))
	for i, g := range groups {
		for _, b := range g {
			support = append(support, b.Value)
		}
		sums[i] = accumulate(g)
	}
	slices.Sort(support)
	support = slices.Compact(support)
	if len(support) == 0 {
		return 0, 0
	}
	estimates := make([]float64, 0, resamples)
	times := make([]int64, len(groups)) // that each was drawn
	for range resamples {
		clear(times)
		var n int64
		for range groups {
			g := rng.IntN(len(groups))
			times[g]++
			n += sums[g].total()
		}
		if n == 0 {
			continue
		}
		// The sample itself is never made: counts are looked up where the search for the rank needs them.
		rank := max(int64(math.Ceil(q*float64(n)-1e-9)), 1)
		at := sort.Search(len(support)-1, func(i int) bool {
			var seen int64
			for g, drawn := range times {
				if drawn > 0 {
					seen += drawn * sums[g].upTo(support[i])
				}
			}
			return seen >= rank
		})
		estimates = append(estimates, support[at])
	}
	slices.Sort(estimates)
	return estimates[int(0.025*float64(len(estimates)))], estimates[min(int(0.975*float64(len(estimates))), len(estimates)-1)]
}

// cumulative is a group's values, and how many there are up to each.
type cumulative struct {
	values []float64
	counts []int64
}

func accumulate(group []Bin) cumulative {
	c := cumulative{make([]float64, len(group)), make([]int64, len(group))}
	var n int64
	for i, b := range group {
		n += b.Count
		c.values[i], c.counts[i] = b.Value, n
	}
	return c
}

func (c cumulative) total() int64 {
	if len(c.counts) == 0 {
		return 0
	}
	return c.counts[len(c.counts)-1]
}

// upTo is how many are not above v.
func (c cumulative) upTo(v float64) int64 {
	i, found := slices.BinarySearch(c.values, v)
	switch {
	case found:
		return c.counts[i]
	case i == 0:
		return 0
	}
	return c.counts[i-1]
}

// OrderRanks gives the ranks (from 1) of the two order statistics between which the q-quantile of n independent values lies with
// 95% confidence, by the normal approximation of the binomial: Conover, Practical Nonparametric Statistics (1999), section 3.2.
// They are clipped to 1 and n.
func OrderRanks(n int64, q float64) (low, high int64) {
	spread := 1.959964 * math.Sqrt(float64(n)*q*(1-q))
	return max(int64(math.Ceil(float64(n)*q-spread)), 1), min(int64(math.Ceil(float64(n)*q+spread)), n)
}
