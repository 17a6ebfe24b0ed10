package generator

import (
	"math"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/stats"
)

const (
	mostWindows   = 40
	leastWindows  = 8
	leastInWindow = 10
	window        = 500 * time.Millisecond
)

// growth looks at the medians of windows of time, one after another. nil: too few requests.
func growth(s bench.Sample, warmup, measured time.Duration) *bench.Growth {
	all := answered(s)
	n := min(int(measured/window), mostWindows, len(all)/leastInWindow/2) // half of them to spare: they are not spread evenly
	if n < leastWindows {
		return nil
	}
	times := make([][]float64, n)
	for _, m := range all {
		at := m.Sent
		if m.Open {
			at = m.Intended
		}
		i := min(max(int(float64(n)*float64(at-warmup)/float64(measured)), 0), n-1)
		times[i] = append(times[i], bench.Milliseconds(m.Response()))
	}
	var x, y []float64
	quarters := [4][]float64{}
	for i, t := range times {
		if len(t) < leastInWindow {
			continue
		}
		x, y = append(x, (float64(i)+.5)*measured.Seconds()/float64(n)), append(y, median(t))
		quarters[4*i/n] = append(quarters[4*i/n], y[len(y)-1])
	}
	if len(y) < leastWindows {
		return nil
	}
	g := &bench.Growth{Windows: len(y), P: 1}
	for i, q := range quarters {
		g.Quarters[i] = median(q)
	}
	logs := make([]float64, len(y))
	for i, v := range y {
		logs[i] = math.Log(max(v, .001))
	}
	g.P = min(trendP(x, y), trendP(x, logs)) // it may grow by an amount or by a factor
	g.Step = step(x, y)
	return g
}

// trendP is Mann-Kendall's p, where a slow window is followed by another.
func trendP(x, y []float64) float64 {
	line, ok := stats.TheilSen(x, y, 1)
	if !ok {
		return 1
	}
	_, p := stats.MannKendall(y, stats.Inflation(y, line, x))
	return p
}

// Parts of the variance.
const (
	leastExplained = 0.75 // by a step, of all
	stepOverLine   = 0.5  // what a step leaves unexplained, of what a slope leaves
)

// step is where two levels explain a series much better than a slope does; 0 where they don't.
func step(x, y []float64) float64 {
	_, _, r2 := line(x, y)
	whole := squares(y)
	best, left := 0, whole
	for i := 2; i <= len(y)-2; i++ {
		a := squares(y[:i])
		b := squares(y[i:])
		if a+b < left {
			best, left = i, a+b
		}
	}
	if best == 0 || left > (1-leastExplained)*whole || left > stepOverLine*(1-r2)*whole {
		return 0
	}
	return (x[best-1] + x[best]) / 2
}

// squares is the sum of squared differences from the mean.
func squares(y []float64) (sum float64) {
	mean := 0.0
	for _, v := range y {
		mean += v / float64(len(y))
	}
	for _, v := range y {
		sum += (v - mean) * (v - mean)
	}
	return sum
}
