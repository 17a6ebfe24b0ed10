package inventory

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// The service's time to answer: most calls a few milliseconds, a few of a hundred behind something slow. Measured on services
// of this kind, both humps look log-normal.
const (
	usualMedian = 4 * time.Millisecond
	usualSpread = 0.5
	slowMedian  = 120 * time.Millisecond
	slowSpread  = 0.6
	slowShare   = 0.03
	slowest     = 800 * time.Millisecond
)

// A tail draws times to answer; from the same seed, the same ones.
type tail struct {
	mu  sync.Mutex
	rng *rand.Rand
}

func newTail(seed uint64) *tail { return &tail{rng: rand.New(rand.NewPCG(seed, 2))} }

func (t *tail) next() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	median, spread := usualMedian, usualSpread
	if t.rng.Float64() < slowShare {
		median, spread = slowMedian, slowSpread
	}
	return min(slowest, time.Duration(float64(median)*math.Exp(spread*t.rng.NormFloat64())))
}
