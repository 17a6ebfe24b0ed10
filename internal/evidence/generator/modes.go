package generator

import (
	"math"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

const (
	modeWidth   = 1.12 // ratio of a bin's ends
	valley      = 0.5  // a dip to less than so much of the lower of two heaps keeps them apart
	leastOfMode = 20   // requests
)

// smooth is a triangle over five bins.
var smooth = [5]float64{1. / 9, 2. / 9, 3. / 9, 2. / 9, 1. / 9}

// modes are the heaps of a distribution on a logarithmic scale; nil if there is one.
func modes(h *hist.Histogram) (all []bench.Mode) {
	at := func(v time.Duration) int { return int(math.Log(max(float64(v), 1000)/1000) / math.Log(modeWidth)) }
	raw := make([]float64, at(time.Hour)+2*len(smooth))
	h.Each(func(v time.Duration, n int64) bool {
		raw[at(v)+len(smooth)] += float64(n)
		return true
	})
	height := make([]float64, len(raw))
	for i := 2; i < len(raw)-2; i++ {
		for j, w := range smooth {
			height[i] += w * raw[i+j-2]
		}
	}
	total := float64(h.Count())
	for _, p := range heaps(height) {
		var n, where float64
		for i := p.from; i < p.to; i++ {
			n, where = n+raw[i], where+raw[i]*float64(i-len(smooth))
		}
		if n >= leastOfMode {
			all = append(all, bench.Mode{At: math.Pow(modeWidth, where/n+.5) / 1000, Share: n / total})
		}
	}
	if len(all) < 2 {
		return nil
	}
	return all
}

// A heap is a stretch of bins from one valley to the next.
type heap struct {
	from, to int
	top      float64
}

// heaps are the heaps of a curve: wherever it falls from a top and rises again from less than half of the lower of the two.
func heaps(height []float64) (all []heap) {
	now, lowest, lowestAt := heap{}, math.Inf(1), 0
	for i, y := range height {
		switch {
		case y > now.top && (now.top == 0 || lowest > valley*now.top): // still climbing, or a dip that was none
			now.top, lowest = y, math.Inf(1)
		case y < lowest:
			lowest, lowestAt = y, i
		}
		if now.top > 0 && lowest <= valley*min(now.top, y) && y > 0 && i > lowestAt {
			all = append(all, heap{now.from, lowestAt, now.top})
			now, lowest = heap{from: lowestAt, top: y}, math.Inf(1)
		}
	}
	return append(all, heap{now.from, len(height), now.top})
}
