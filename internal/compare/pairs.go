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
	"time"

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

// An Estimate is what pairs say of one quantile.
type Estimate struct {
	Base, Head time.Duration // pooled
	Ratio      float64       // head to base
	Low, High  float64       // its 95% interval, from resampling pairs
	P          float64       // one-sided: that head is no slower
}

// table holds the pairs as counts over the values that any of them has, so that pooling is adding rows.
type table struct {
	values []time.Duration
	sides  [][2][]int32 // of each pair: base, head
}

func newTable(pairs []Pair) *table {
	t := &table{}
	for _, p := range pairs {
		for _, h := range []*hist.Histogram{p.Base, p.Head} {
			h.Each(func(v time.Duration, _ int64) bool { t.values = append(t.values, v); return true })
		}
	}
	slices.Sort(t.values)
	t.values = slices.Compact(t.values)
	for _, p := range pairs {
		t.sides = append(t.sides, [2][]int32{t.counts(p.Base), t.counts(p.Head)})
	}
	return t
}

func (t *table) counts(h *hist.Histogram) []int32 {
	c := make([]int32, len(t.values))
	i := 0
	h.Each(func(v time.Duration, n int64) bool {
		for t.values[i] != v {
			i++
		}
		c[i] += int32(min(n, math.MaxInt32)) //nolint:gosec // a block has some thousands
		return true
	})
	return c
}

// quantiles are those of summed counts, by nearest rank.
func (t *table) quantiles(sum []int64, out []float64) bool {
	var total int64
	for _, n := range sum {
		total += n
	}
	if total == 0 {
		return false
	}
	var seen int64
	next := 0
	for i, n := range sum {
		seen += n
		for next < len(Quantiles) && float64(seen) >= math.Ceil(Quantiles[next].Q*float64(total)-1e-9) {
			out[next] = float64(t.values[i])
			next++
		}
	}
	return true
}

// ratios are the log ratios of head to base when the pairs that take gives are pooled: which pair, and whether its sides are swapped.
func (t *table) ratios(take func(i int) (pair int, swapped bool), scratch *[2][]int64, out []float64) bool {
	base, head := scratch[0], scratch[1]
	clear(base)
	clear(head)
	for i := range t.sides {
		pair, swapped := take(i)
		b, h := t.sides[pair][0], t.sides[pair][1]
		if swapped {
			b, h = h, b
		}
		for k := range b {
			base[k] += int64(b[k])
			head[k] += int64(h[k])
		}
	}
	var qb, qh [8]float64
	if !t.quantiles(base, qb[:]) || !t.quantiles(head, qh[:]) {
		return false
	}
	for i := range Quantiles {
		out[i] = math.Log(max(qh[i], 1) / max(qb[i], 1))
	}
	return true
}

const (
	exactPairs = 12   // 4,096 ways to swap: all are tried
	swaps      = 5000 // else so many at random
	resamples  = 2000
)

// Compare estimates each of Quantiles from pairs; nil if a side has no answer. The same rng state gives the same estimates.
func Compare(pairs []Pair, rng *rand.Rand) []Estimate {
	t := newTable(pairs)
	n := len(Quantiles)
	scratch := &[2][]int64{make([]int64, len(t.values)), make([]int64, len(t.values))}
	seen := make([]float64, n)
	if len(pairs) == 0 || !t.ratios(func(i int) (int, bool) { return i, false }, scratch, seen) {
		return nil
	}
	out := make([]Estimate, n)
	var qb, qh [8]float64
	t.quantiles(scratch[0], qb[:])
	t.quantiles(scratch[1], qh[:])
	for i := range out {
		out[i] = Estimate{Base: time.Duration(qb[i]), Head: time.Duration(qh[i]), Ratio: math.Exp(seen[i])}
	}
	t.test(out, seen, scratch, rng)
	t.intervals(out, scratch, resamples, rng)
	return out
}

// quick is how many resamples are enough to watch.
const quick = 200

// Interval is the ratio of one of Quantiles and a rough 95% interval, to watch while measuring; ok is false if a side has no answer.
func Interval(pairs []Pair, quantile int, rng *rand.Rand) (low, ratio, high float64, ok bool) {
	t := newTable(pairs)
	scratch := &[2][]int64{make([]int64, len(t.values)), make([]int64, len(t.values))}
	seen := make([]float64, len(Quantiles))
	if !t.ratios(func(i int) (int, bool) { return i, false }, scratch, seen) {
		return 0, 0, 0, false
	}
	out := make([]Estimate, len(Quantiles))
	t.intervals(out, scratch, quick, rng)
	return out[quantile].Low, math.Exp(seen[quantile]), out[quantile].High, true
}

// test is the permutation test: of all ways to swap the sides within pairs, how many make head at least as slow? (R. Fisher,
// The Design of Experiments, 1935, section 21.)
func (t *table) test(out []Estimate, seen []float64, scratch *[2][]int64, rng *rand.Rand) {
	const slack = 1e-12 // of rounding
	count, total := make([]int, len(out)), 0
	ratios := make([]float64, len(out))
	try := func(swapped func(i int) bool) {
		if !t.ratios(func(i int) (int, bool) { return i, swapped(i) }, scratch, ratios) {
			return
		}
		total++
		for i := range out {
			if ratios[i] >= seen[i]-slack {
				count[i]++
			}
		}
	}
	if pairs := len(t.sides); pairs <= exactPairs {
		for mask := range 1 << pairs {
			try(func(i int) bool { return mask>>i&1 == 1 })
		}
	} else {
		try(func(int) bool { return false }) // the one that was seen counts too: else p could be 0
		for range swaps {
			try(func(int) bool { return rng.Uint64()&1 == 1 })
		}
	}
	for i := range out {
		out[i].P = float64(count[i]) / float64(total)
	}
}

// intervals resamples pairs: the percentile bootstrap of Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
func (t *table) intervals(out []Estimate, scratch *[2][]int64, resamples int, rng *rand.Rand) {
	all := make([][]float64, len(out))
	ratios := make([]float64, len(out))
	for range resamples {
		if !t.ratios(func(int) (int, bool) { return rng.IntN(len(t.sides)), false }, scratch, ratios) {
			continue
		}
		for i := range out {
			all[i] = append(all[i], ratios[i])
		}
	}
	for i := range out {
		slices.Sort(all[i])
		n := len(all[i])
		if n == 0 {
			continue
		}
		out[i].Low, out[i].High = math.Exp(all[i][n*25/1000]), math.Exp(all[i][min(n*975/1000, n-1)])
	}
}
