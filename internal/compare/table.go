package compare

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/tidemark/tidemark/hist"
)

// A table holds the blocks of pairs as cumulative counts over the values that any of them has. The quantile of many blocks together is then
// found by bisection, without adding the blocks up: what is resampled thousands of times must be cheap.
type table struct {
	pairs  int
	values []time.Duration
	upTo   [][]int32 // by value, then by block: how many of its requests took at most so long
}

// block is the number of a pair's block of base (0) or head (1).
func block(pair, side int) int { return 2*pair + side }

func newTable(pairs []Pair) *table {
	t := &table{pairs: len(pairs)}
	for _, p := range pairs {
		for _, h := range []*hist.Histogram{p.Base, p.Head} {
			h.Each(func(v time.Duration, _ int64) bool { t.values = append(t.values, v); return true })
		}
	}
	slices.Sort(t.values)
	t.values = slices.Compact(t.values)
	all := make([]int32, len(t.values)*2*len(pairs))
	for i := range t.values {
		t.upTo = append(t.upTo, all[i*2*len(pairs):(i+1)*2*len(pairs)])
	}
	for i, p := range pairs {
		t.cumulate(block(i, 0), p.Base)
		t.cumulate(block(i, 1), p.Head)
	}
	return t
}

func (t *table) cumulate(block int, h *hist.Histogram) {
	i, sum := 0, int64(0)
	fill := func(to int) {
		for ; i < to; i++ {
			t.upTo[i][block] = int32(min(sum, math.MaxInt32)) //nolint:gosec // a block has some thousands
		}
	}
	h.Each(func(v time.Duration, n int64) bool {
		at, _ := slices.BinarySearch(t.values, v)
		fill(at)
		sum += n
		return true
	})
	fill(len(t.values))
}

// side is the numbers of all blocks of a side, in the order of the pairs.
func (t *table) side(side int) []int {
	blocks := make([]int, t.pairs)
	for i := range blocks {
		blocks[i] = block(i, side)
	}
	return blocks
}

// quantiles are those of all requests of some blocks, by nearest rank; ok is false if they have none.
func (t *table) quantiles(blocks []int, out []time.Duration) (ok bool) {
	last := len(t.values) - 1
	if last < 0 {
		return false
	}
	upTo := func(i int) (n int64) {
		row := t.upTo[i]
		for _, b := range blocks {
			n += int64(row[b])
		}
		return n
	}
	total := upTo(last)
	if total == 0 {
		return false
	}
	from := 0 // quantiles ascend
	for i, q := range Quantiles {
		rank := max(int64(math.Ceil(q.Q*float64(total)-1e-9)), 1)
		from += sort.Search(last-from, func(k int) bool { return upTo(from+k) >= rank })
		out[i] = t.values[from]
	}
	return true
}

// A contrast is the quantiles of two sides and their log ratios, with room to be reused.
type contrast struct {
	base, head []time.Duration
	ratios     []float64 // log of head to base
}

func newContrast() *contrast {
	n := len(Quantiles)
	return &contrast{make([]time.Duration, n), make([]time.Duration, n), make([]float64, n)}
}

// contrast contrasts some blocks as base with some as head; ok is false if a side has no request.
func (t *table) contrast(base, head []int, c *contrast) (ok bool) {
	if !t.quantiles(base, c.base) || !t.quantiles(head, c.head) {
		return false
	}
	for i := range c.ratios {
		c.ratios[i] = math.Log(float64(max(c.head[i], 1)) / float64(max(c.base[i], 1)))
	}
	return true
}
