package inventory

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// A latency is how long the service takes for a kind of call: most take the usual time, a share gets behind something slow.
// Measured on services of this kind, both humps look log-normal.
type latency struct {
	usual     time.Duration // the median
	spread    float64       // of the logarithm
	slow      time.Duration // the median of the slow ones
	slowShare float64
}

var (
	reserving = latency{usual: 4 * time.Millisecond, spread: 0.5, slow: 120 * time.Millisecond, slowShare: 0.03} // writes, behind other writes
	lookingUp = latency{usual: 3 * time.Millisecond, spread: 0.2}                                                // reads, from memory
)

const (
	slowSpread = 0.6
	slowest    = 800 * time.Millisecond
)

// A clock draws times to answer; from the same seed, the same ones.
type clock struct {
	mu  sync.Mutex
	rng *rand.Rand
	of  latency
}

func newClock(seed, stream uint64, of latency) *clock {
	return &clock{rng: rand.New(rand.NewPCG(seed, stream)), of: of}
}

func (c *clock) next() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	median, spread := c.of.usual, c.of.spread
	if c.rng.Float64() < c.of.slowShare {
		median, spread = c.of.slow, slowSpread
	}
	return min(slowest, time.Duration(float64(median)*math.Exp(spread*c.rng.NormFloat64())))
}
