package compare

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/tidemark/tidemark/hist"
)

// A table holds pairs as cumulative counts over the values that any of them has. The quantile of many blocks together is then found
// by bisection, without adding the blocks up: what is resampled thousands of times must be cheap.
type table struct {
	values []time.Duration
	pairs  [][2][]int32 // of each pair, of base and of head: how many requests took at most values[i]
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
		t.pairs = append(t.pairs, [2][]int32{t.cumulate(p.Base), t.cumulate(p.Head)})
	}
	return t
}

func (t *table) cumulate(h *hist.Histogram) []int32 {
	counts := make([]int32, len(t.values))
	i := 0
	h.Each(func(v time.Duration, n int64) bool {
		for t.values[i] != v {
			i++
		}
		counts[i] = int32(min(n, math.MaxInt32)) //nolint:gosec // a block has some thousands
		return true
	})
	for i := 1; i < len(counts); i++ {
		counts[i] += counts[i-1]
	}
	return counts
}

// all is every block of a side, in the order of the pairs.
func (t *table) all(side int) [][]int32 {
	blocks := make([][]int32, len(t.pairs))
	for i := range t.pairs {
		blocks[i] = t.pairs[i][side]
	}
	return blocks
}

// quantile is that of all requests of some blocks, by nearest rank; ok is false if they have none.
func (t *table) quantile(blocks [][]int32, q float64) (v time.Duration, ok bool) {
	last := len(t.values) - 1
	if last < 0 {
		return 0, false
	}
	upTo := func(i int) (n int64) {
		for _, b := range blocks {
			n += int64(b[i])
		}
		return n
	}
	total := upTo(last)
	if total == 0 {
		return 0, false
	}
	rank := max(int64(math.Ceil(q*float64(total)-1e-9)), 1)
	return t.values[sort.Search(last, func(i int) bool { return upTo(i) >= rank })], true
}

// ratios are the log ratios of head's quantiles to base's; ok is false if a side has no request.
func (t *table) ratios(base, head [][]int32, out []float64) (ok bool) {
	for i, q := range Quantiles {
		b, okBase := t.quantile(base, q.Q)
		h, okHead := t.quantile(head, q.Q)
		if !okBase || !okHead {
			return false
		}
		out[i] = math.Log(float64(max(h, 1)) / float64(max(b, 1)))
	}
	return true
}
