package load

import (
	"math/rand/v2"
	"time"
)

// arrivals gives the intended send times of an open model, in order.
type arrivals struct {
	rate float64    // a second
	rng  *rand.Rand // nil: evenly spaced
	end  time.Duration
	n    float64 // how many were given; with rng, the sum of the exponential gaps, in units of 1/rate
}

func newArrivals(rate float64, poisson bool, end time.Duration, seed uint64) *arrivals {
	a := &arrivals{rate: rate, end: end}
	if poisson {
		a.rng = rand.New(rand.NewPCG(seed, 1))
	}
	return a
}

// next is the next arrival's time since the start, and whether it comes before the end.
func (a *arrivals) next() (time.Duration, bool) {
	// From the count and not from the last time: rounding must not add up.
	at := time.Duration(a.n / a.rate * float64(time.Second))
	if a.rng == nil {
		a.n++
	} else {
		a.n += a.rng.ExpFloat64()
	}
	return at, at < a.end
}
