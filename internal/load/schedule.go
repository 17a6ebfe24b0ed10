package load

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A ramp is a stretch of time over which the level of the load moves evenly from one value to another.
type ramp struct {
	from, length time.Duration
	start, end   float64
}

// levels is the load over time, in users or in iterations a second, from the start of the warm-up to the end.
func levels(l bench.Load) []ramp {
	level := func(users int, rate float64) float64 { return max(float64(users), rate) } // one of them is 0
	if len(l.Stages) == 0 {
		n := level(l.Users, l.Rate)
		return []ramp{{0, l.Warmup + l.Duration, n, n}}
	}
	first := level(l.Stages[0].Users, l.Stages[0].Rate)
	all := []ramp{{0, l.Warmup + l.Stages[0].Duration, first, first}}
	for _, s := range l.Stages[1:] {
		before := all[len(all)-1]
		all = append(all, ramp{before.from + before.length, s.Duration, before.end, level(s.Users, s.Rate)})
	}
	return all
}

// arrivals gives the intended send times of an open model, in order.
type arrivals struct {
	ramps  []ramp
	rng    *rand.Rand // nil: evenly spaced
	n      float64    // how many were given; with rng, the sum of exponential gaps of mean 1
	before float64    // how many come before the first of ramps
}

func newArrivals(ramps []ramp, poisson bool, seed uint64) *arrivals {
	a := &arrivals{ramps: ramps}
	if poisson {
		a.rng = rand.New(rand.NewPCG(seed, 1))
	}
	return a
}

// next is the next arrival's time since the start, and whether it comes before the end. A Poisson process of changing rate is
// one of rate 1 on the scale of the expected number of arrivals (time rescaling: Cinlar, Introduction to Stochastic Processes,
// 1975), so both kinds invert that number.
func (a *arrivals) next() (time.Duration, bool) {
	for len(a.ramps) > 0 {
		r := a.ramps[0]
		if at := r.when(a.n - a.before); at < r.from+r.length {
			// From the count and not from the last time: rounding must not add up.
			if a.rng == nil {
				a.n++
			} else {
				a.n += a.rng.ExpFloat64()
			}
			return at, true
		}
		a.before += (r.start + r.end) / 2 * r.length.Seconds()
		a.ramps = a.ramps[1:]
	}
	return 0, false
}

// when is the time at which n arrivals have been expected since the ramp began: n = start*t + slope*t²/2, solved for t.
func (r ramp) when(n float64) time.Duration {
	slope := (r.end - r.start) / r.length.Seconds()
	under := r.start*r.start + 2*slope*n
	if under < 0 { // a falling rate never reaches n
		return r.from + r.length
	}
	// The form that loses no digits when the slope is small. n is 0 where both are.
	t := 0.0
	if n > 0 {
		t = 2 * n / (r.start + math.Sqrt(under))
	}
	return r.from + time.Duration(t*float64(time.Second))
}

// active is the first time from t on at which user number is one of those who send; false: never again. User 0 is the first.
func active(ramps []ramp, number int, t time.Duration) (time.Duration, bool) {
	need := float64(number + 1)
	for _, r := range ramps {
		end := r.from + r.length
		if t >= end {
			continue
		}
		at := max(t, r.from)
		now := r.start + (r.end-r.start)*float64(at-r.from)/float64(r.length)
		switch {
		case now >= need:
			return at, true
		case r.end > r.start && r.end >= need:
			return min(r.from+time.Duration((need-r.start)/(r.end-r.start)*float64(r.length)), end), true
		}
	}
	return 0, false
}
