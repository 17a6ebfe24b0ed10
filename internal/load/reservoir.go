package load

import (
	"math"
	"math/rand/v2"

	"github.com/tidemark/tidemark/bench"
)

// A reservoir keeps a sample of what flows by, each with the same chance, at the cost of a comparison for those that are not kept
// (algorithm L: K.-H. Li, Reservoir-sampling algorithms of time complexity O(n(1+log(N/n))), 1994).
type reservoir struct {
	bench.Sample
	room int
	next int64 // the one that is kept next, counted from 1
	w    float64
	rng  *rand.Rand
}

func newReservoir(room int, seed uint64) reservoir {
	return reservoir{room: room, next: 1, w: 1, rng: rand.New(rand.NewPCG(seed, 2))}
}

// take counts one more, and keeps what it is if its turn has come.
func (r *reservoir) take(what func() bench.Sampled) {
	r.Of++
	if r.Of < r.next {
		return
	}
	if len(r.Requests) < r.room {
		r.Requests = append(r.Requests, what())
		r.next++
		if len(r.Requests) < r.room {
			return
		}
	} else {
		r.Requests[r.rng.IntN(r.room)] = what()
	}
	r.w *= math.Exp(math.Log(1-r.rng.Float64()) / float64(r.room))
	r.next = r.Of + 1 + int64(math.Log(1-r.rng.Float64())/math.Log1p(-r.w))
}
