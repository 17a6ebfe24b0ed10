// Package compare says how two sides of one endpoint differ.
//
// Its stance: blocks of both sides were measured in pairs, in random order within each pair, so that what drifts with time drifts for
// both. Callers need not assume independent or normal latencies, only that under no difference the two sides of a pair could
// be swapped. The statistic is the log ratio of the pooled quantiles: quantiles of small blocks are biased, their mean stays so.
package compare

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// A Pair is a block of each side, measured one after the other.
type Pair struct{ Base, Head *hist.Histogram }

// Quantiles are the metrics that are compared.
var Quantiles = []Quantile{{"p50", .5}, {"p95", .95}, {"p99", .99}}

// A Quantile is a metric's name and its share.
type Quantile struct {
	Name string
	Q    float64
}

const (
	exactPairs = 12   // 4,096 ways to swap: all are tried
	resamples  = 2000 // for an interval
	quick      = 200  // of them are enough to watch

	oftenEnough = 50 // swaps that make head as slow as it was seen: p is known to a seventh then
)

// Compare estimates each of Quantiles from pairs; nil if a side has no answer. level is the smallest p that has to be told apart
// from smaller ones: above 12 pairs so many swaps are drawn that it can be. The same rng state gives the same estimates.
func Compare(pairs []Pair, level float64, rng *rand.Rand) []bench.Effect {
	t, seen := newTable(pairs), newContrast()
	if !t.contrast(t.side(0), t.side(1), seen) {
		return nil
	}
	out := effects(seen)
	t.test(out, seen.ratios, level, rng)
	t.intervals(out, resamples, rng)
	return out
}

// Watch estimates each of Quantiles roughly and without a test, to be looked at while measuring; nil if a side has no answer.
func Watch(pairs []Pair, rng *rand.Rand) []bench.Effect {
	t, seen := newTable(pairs), newContrast()
	if !t.contrast(t.side(0), t.side(1), seen) {
		return nil
	}
	out := effects(seen)
	t.intervals(out, quick, rng)
	return out
}

func effects(c *contrast) []bench.Effect {
	out := make([]bench.Effect, len(Quantiles))
	for i, q := range Quantiles {
		out[i] = bench.Effect{Metric: q.Name, Base: bench.Milliseconds(c.base[i]), Head: bench.Milliseconds(c.head[i]), Ratio: math.Exp(c.ratios[i])}
	}
	return out
}

// test is the permutation test: of all ways to swap the sides within pairs, how many make head at least as slow? (R. Fisher,
// The Design of Experiments, 1935, section 21.) Where they are drawn, drawing ends when each metric has seen that happen often enough to be
// far from significant (J. Besag and P. Clifford, Sequential Monte Carlo p-Values, Biometrika 1991).
func (t *table) test(out []bench.Effect, seen []float64, level float64, rng *rand.Rand) {
	const slack = 1e-12 // of rounding
	count, total := make([]int, len(out)), 0
	base, head, c := t.side(0), t.side(1), newContrast()
	try := func(swapped func(i int) int) {
		for i := range t.pairs {
			side := swapped(i)
			base[i], head[i] = block(i, side), block(i, 1-side)
		}
		if !t.contrast(base, head, c) {
			return
		}
		total++
		for i := range out {
			if c.ratios[i] >= seen[i]-slack {
				count[i]++
			}
		}
	}
	if t.pairs <= exactPairs {
		for mask := range 1 << t.pairs {
			try(func(i int) int { return mask >> i & 1 })
		}
	} else {
		try(func(int) int { return 0 }) // the one that was seen counts too: else p could be 0
		for n := 0; n < swaps(level) && slices.Min(count) < oftenEnough; n++ {
			try(func(int) int { return int(rng.Uint64() & 1) }) //nolint:gosec // a bit
		}
	}
	for i := range out {
		out[i].P = float64(count[i]) / float64(total)
	}
}

// swaps is how many are drawn, so that a p of level stands on ten of them at least.
func swaps(level float64) int {
	const least, most = 5_000, 200_000
	return int(min(max(10/max(level, 1e-9), least), most))
}

// intervals resamples pairs: the percentile bootstrap of Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13, with
// its percentiles moved outwards by what is too narrow for few pairs (T. Hesterberg, What Teachers Should Know About the Bootstrap,
// The American Statistician, 2015, section 4.3).
func (t *table) intervals(out []bench.Effect, resamples int, rng *rand.Rand) {
	base, head, c := t.side(0), t.side(1), newContrast()
	ratios, bases, heads := make([][]float64, len(out)), make([][]float64, len(out)), make([][]float64, len(out))
	single, typical, some := t.each(), make([][]float64, len(out)), make([]float64, t.pairs)
	drawn := make([]int, t.pairs)
	for range resamples {
		for i := range t.pairs {
			pair := rng.IntN(t.pairs)
			base[i], head[i], drawn[i] = block(pair, 0), block(pair, 1), pair
		}
		if !t.contrast(base, head, c) {
			continue
		}
		for i := range out {
			for k, pair := range drawn {
				some[k] = single[i][pair]
			}
			typical[i] = append(typical[i], trimmed(some))
			ratios[i] = append(ratios[i], c.ratios[i])
			bases[i] = append(bases[i], bench.Milliseconds(c.base[i]))
			heads[i] = append(heads[i], bench.Milliseconds(c.head[i]))
		}
	}
	tail := expandedTail(t.pairs)
	for i := range out {
		e := &out[i]
		low, high := ends(ratios[i], tail)
		e.Low, e.High = math.Exp(low), math.Exp(high)
		e.BaseLow, e.BaseHigh = ends(bases[i], tail)
		e.HeadLow, e.HeadHigh = ends(heads[i], tail)
		_, high = ends(typical[i], tail)
		e.Typical, e.TypicalHigh = math.Exp(trimmed(slices.Clone(single[i]))), math.Exp(high)
	}
}

// each is the log ratio of each pair's own blocks, by quantile. A pair with a block without an answer has none, and counts as no change.
func (t *table) each() [][]float64 {
	all, c := make([][]float64, len(Quantiles)), newContrast()
	for i := range all {
		all[i] = make([]float64, t.pairs)
	}
	for pair := range t.pairs {
		if t.contrast([]int{block(pair, 0)}, []int{block(pair, 1)}, c) {
			for i := range all {
				all[i][pair] = c.ratios[i]
			}
		}
	}
	return all
}

// trim is the share of values that trimmed leaves out at each end: a fifth, as J. Tukey and D. McLaughlin (Sankhya, 1963) and most after them.
const trim = 0.2

// trimmed is the mean without the largest and the smallest values, which it sorts.
func trimmed(x []float64) (mean float64) {
	slices.Sort(x)
	out := int(trim * float64(len(x)))
	x = x[out : len(x)-out]
	for _, v := range x {
		mean += v
	}
	return mean / float64(len(x))
}

// expandedTail is the share of resamples to leave out at each end so that 95% are covered with n groups: that of a normal
// distribution beyond sqrt(n/(n-1)) times Student's quantile.
func expandedTail(n int) float64 {
	if n < 2 {
		return 0
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975)
	return distuv.UnitNormal.Survival(t * math.Sqrt(float64(n)/float64(n-1)))
}

// ends are the values that leave out a share at each end.
func ends(x []float64, tail float64) (low, high float64) {
	if len(x) == 0 {
		return 0, 0
	}
	slices.Sort(x)
	out := int(tail * float64(len(x)))
	return x[out], x[len(x)-1-out]
}
