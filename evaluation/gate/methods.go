package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// Recordings are epochs of pairs, by the slowdown of their heads.
type recordings map[float64][][]block

// A method decides once about head of a slowdown, on stretches that it draws, and says how many seconds of each side it used.
type method struct {
	name   string
	decide func(r recordings, factor float64, rng *rand.Rand) (bench.Status, int)
}

const (
	runLength = 30 // seconds of a run, for the methods that compare runs
	suiteOf4  = 12 // tests of a suite of four endpoints
	level     = 0.05
)

// methods are ours, and what people use today. usual is p95 of the unchanged program.
func methods(usual time.Duration) []method {
	judged := func(slow func(r recordings, factor float64, rng *rand.Rand) bool, seconds int) func(recordings, float64, *rand.Rand) (bench.Status, int) {
		return func(r recordings, factor float64, rng *rand.Rand) (bench.Status, int) {
			if slow(r, factor, rng) {
				return bench.Fail, seconds
			}
			return bench.Pass, seconds
		}
	}
	lastRun := func(limit float64) func(recordings, float64, *rand.Rand) bool {
		return func(r recordings, factor float64, rng *rand.Rand) bool {
			return p95(r.head(factor, rng)) > limit*p95(r.base(rng))
		}
	}
	return []method{
		{"tidemark ab", func(r recordings, factor float64, rng *rand.Rand) (bench.Status, int) {
			return interleaved(r[factor], rng)
		}},
		{"last run +5%", judged(lastRun(1.05), runLength)},
		{"last run +10%", judged(lastRun(1.10), runLength)},
		{"threshold of 1.2 times p95", judged(func(r recordings, factor float64, rng *rand.Rand) bool {
			return p95(r.head(factor, rng)) > 1.2*float64(usual)
		}, runLength)},
		{"t-test, 3 runs against 10", judged(func(r recordings, factor float64, rng *rand.Rand) bool {
			before, now := make([]float64, 0, 10), make([]float64, 0, 3)
			for range 10 {
				before = append(before, p95(r.base(rng)))
			}
			for range 3 {
				now = append(now, p95(r.head(factor, rng)))
			}
			return welch(before, now) < level
		}, 3*runLength)},
		{"Mann-Whitney on latencies", judged(func(r recordings, factor float64, rng *rand.Rand) bool {
			return mannWhitney(r.base(rng), r.head(factor, rng)) < level
		}, runLength)},
	}
}

// base is a run of the unchanged program, at some time.
func (r recordings) base(rng *rand.Rand) *hist.Histogram {
	return run(r[1], rng, func(b *block) *hist.Histogram { return b.Base })
}

// head is a run of head, at some time.
func (r recordings) head(factor float64, rng *rand.Rand) *hist.Histogram {
	return run(r[factor], rng, func(b *block) *hist.Histogram { return b.Head })
}

// run is what a method that knows no pairs has measured of one side: the blocks of a stretch together.
func run(epochs [][]block, rng *rand.Rand, side func(*block) *hist.Histogram) *hist.Histogram {
	epoch := epochs[rng.IntN(len(epochs))]
	from := rng.IntN(max(len(epoch)-runLength, 0) + 1)
	all := hist.New()
	for i := from; i < min(from+runLength, len(epoch)); i++ {
		all.Add(side(&epoch[i]))
	}
	return all
}

func p95(h *hist.Histogram) float64 { return float64(h.Quantile(.95)) }

// usualP95 is the median of the epochs' p95.
func usualP95(epochs [][]block) time.Duration {
	all := make([]time.Duration, 0, len(epochs))
	for _, epoch := range epochs {
		h := hist.New()
		for i := range epoch {
			h.Add(epoch[i].Base)
		}
		all = append(all, h.Quantile(.95))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// welch is the one-sided p of Welch's t-test that y is larger than x.
func welch(x, y []float64) float64 {
	mx, vx := stat.MeanVariance(x, nil)
	my, vy := stat.MeanVariance(y, nil)
	ex, ey := vx/float64(len(x)), vy/float64(len(y))
	free := (ex + ey) * (ex + ey) / (ex*ex/float64(len(x)-1) + ey*ey/float64(len(y)-1))
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: free}.Survival((my - mx) / math.Sqrt(ex+ey))
}

// mannWhitney is the one-sided p, by the normal approximation with ties, that y is larger than x.
func mannWhitney(x, y *hist.Histogram) float64 {
	nx, ny := float64(x.Count()), float64(y.Count())
	counts := map[time.Duration][2]float64{}
	for i, h := range []*hist.Histogram{x, y} {
		h.Each(func(v time.Duration, n int64) bool {
			c := counts[v]
			c[i] = float64(n)
			counts[v] = c
			return true
		})
	}
	values := make([]time.Duration, 0, len(counts))
	for v := range counts {
		values = append(values, v)
	}
	slices.Sort(values)
	u, below, ties := 0.0, 0.0, 0.0
	for _, v := range values {
		c := counts[v]
		u += c[1] * (below + c[0]/2)
		below += c[0]
		t := c[0] + c[1]
		ties += t*t*t - t
	}
	n := nx + ny
	sigma := math.Sqrt(nx * ny / 12 * (n + 1 - ties/(n*(n-1))))
	return distuv.UnitNormal.Survival((u - nx*ny/2) / sigma)
}
