package generator

import (
	"cmp"
	"math"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

const (
	mostBins   = 20
	leastBins  = 5  // a line through fewer says little
	leastInBin = 10 // requests, for a median
)

// sizeFit fits a straight line to service time by size: medians of bins of about as many requests each, by least squares, since a single
// slow request tells of something else. Requests of one size are in one bin. nil: too few sizes, or too few requests.
func sizeFit(all []bench.Sampled) *bench.SizeFit {
	var sized []bench.Sampled
	for _, m := range all {
		if !math.IsNaN(m.Grows) && !math.IsInf(m.Grows, 0) {
			sized = append(sized, m)
		}
	}
	if len(sized) < leastBins*leastInBin {
		return nil
	}
	slices.SortFunc(sized, func(a, b bench.Sampled) int { return cmp.Compare(a.Grows, b.Grows) })
	var x, y, bytes []float64
	for len(sized) > 0 {
		n := max(len(sized)/max(mostBins-len(x), 1), leastInBin)
		for n < len(sized) && sized[n].Grows == sized[n-1].Grows {
			n++
		}
		if n = min(n, len(sized)); n < leastInBin {
			break // the rest is too small for a median
		}
		bin := sized[:n]
		x = append(x, quantile(bin, .5, func(m bench.Sampled) float64 { return m.Grows }))
		y = append(y, quantile(bin, .5, func(m bench.Sampled) float64 { return bench.Milliseconds(m.Service()) }))
		bytes = append(bytes, quantile(bin, .5, func(m bench.Sampled) float64 { return float64(m.Size) }))
		sized = sized[n:]
	}
	if len(x) < leastBins {
		return nil
	}
	intercept, slope, r2 := line(x, y)
	_, perBytes, _ := line(x, bytes)
	return &bench.SizeFit{Intercept: intercept, Slope: slope, R2: r2, Bins: len(x), Smallest: x[0], Typical: rank(x, .5), Largest: x[len(x)-1], Bytes: perBytes}
}

// line is the straight line of least squares, and the share of the variance that it explains.
func line(x, y []float64) (intercept, slope, r2 float64) {
	n := float64(len(x))
	var mx, my float64
	for i := range x {
		mx, my = mx+x[i]/n, my+y[i]/n
	}
	var xx, xy, yy float64
	for i := range x {
		xx, xy, yy = xx+(x[i]-mx)*(x[i]-mx), xy+(x[i]-mx)*(y[i]-my), yy+(y[i]-my)*(y[i]-my)
	}
	if xx == 0 {
		return my, 0, 0
	}
	slope = xy / xx
	if yy > 0 {
		r2 = xy * xy / (xx * yy)
	}
	return my - slope*mx, slope, r2
}
