package generator

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	leastPeriod = 0.2   // seconds
	leastOnGrid = 3     // stalls: then all of them, and all dues
	dueWithin   = 0.125 // periods
	mostOnGrid  = 0.7   // of more stalls, and of the times at which one is due
	byLuck      = 0.03  // of as many at random times seem as regular, at most;
	draws       = 400   // as that many show,
	mostDrawn   = 20    // unless there are so many that none ever does
	nextOnes    = 3     // stalls after one: that with which its grid begins is among them
)

// period is the time between stalls at some times, in their order, if they come regularly: three, each as long after the one before; or, of
// more, most, where one is due, so that one that nobody met, or one by luck, does not hide it. 0: they don't, or as many at random times of a
// measurement of that length would seem to. All are seconds.
func period(at []float64, length float64) float64 {
	best, off := regular(at)
	if best == 0 || len(at) > mostDrawn {
		return best
	}
	random := make([]float64, len(at))
	rng := rand.New(rand.NewPCG(uint64(len(at)), 0)) // the same stalls are told alike
	lucky := 0
	for range draws {
		for i := range random {
			random[i] = length * rng.Float64()
		}
		slices.Sort(random)
		if p, by := regular(random); p != 0 && by <= off {
			lucky++
		}
	}
	if float64(lucky) > byLuck*draws {
		return 0
	}
	return best
}

// regular is the period on whose grid of dues times, in their order, lie best, and how far from it the last that counts is, in periods. 0: there is none.
func regular(at []float64) (best, off float64) {
	off = dueWithin
	for i, from := range at {
		for _, to := range at[i+1 : min(i+1+nextOnes, len(at))] {
			for parts := 1.; parts <= 2; parts++ { // one in between may have been missed
				p := (to - from) / parts
				if p < leastPeriod {
					continue
				}
				if by := grid(at, from, p); by < off || by == off && p > best {
					best, off = p, by
				}
			}
		}
	}
	return best, off
}

// grid is how far times are from when they are due, every p seconds from one of them on: the farthest of as many as are needed, which have to
// be spread over the dues between them.
func grid(at []float64, from, p float64) float64 {
	dues := map[float64]float64{}
	for _, t := range at {
		due := math.Round((t - from) / p)
		by := math.Abs(t-from-due*p) / p
		if was, there := dues[due]; !there || by < was {
			dues[due] = by
		}
	}
	needed, covered := len(at), 1.
	if len(at) > leastOnGrid {
		needed, covered = max(leastOnGrid+1, int(math.Ceil(mostOnGrid*float64(len(at))))), mostOnGrid
	}
	if len(at) < leastOnGrid || len(dues) < needed {
		return 1
	}
	by := slices.Sorted(maps.Values(dues))[needed-1]
	first, last, on := math.Inf(1), math.Inf(-1), 0.
	for due, b := range dues {
		if b <= by {
			first, last, on = min(first, due), max(last, due), on+1
		}
	}
	if on < covered*(last-first+1) {
		return 1
	}
	return by
}
