package bench

import (
	"math"
	"time"
)

// A Timeline counts answers by when they came, in bins of equal width from the start of the measurement. It shows what a second is too
// coarse for: that for 300 ms none came, and then all at once.
type Timeline struct {
	Width time.Duration
	Bins  []Bin
}

// A Bin is one stretch of a timeline. Response times are in microseconds.
type Bin struct {
	Answers uint32
	Slowest uint32
	Sum     uint64
}

const (
	leastBin = 10 * time.Millisecond
	mostBins = 1 << 14 // of 10 ms: nearly three minutes; a longer measurement has wider ones
)

// NewTimeline is the empty timeline of a measurement of some length.
func NewTimeline(length time.Duration) Timeline {
	t := Timeline{Width: leastBin}
	for length/t.Width >= mostBins {
		t.Width *= 2
	}
	t.Bins = make([]Bin, length/t.Width+1)
	return t
}

// Record counts an answer that came some time after the start of the measurement. One that came after its end is left out.
func (t *Timeline) Record(at, response time.Duration) {
	i := int(at / t.Width)
	if i < 0 || i >= len(t.Bins) {
		return
	}
	us := uint32(min(max(response/time.Microsecond, 0), math.MaxUint32))
	b := &t.Bins[i]
	b.Answers++
	b.Slowest = max(b.Slowest, us)
	b.Sum += uint64(us)
}

// Slow is how many answers of a bin took longer than a limit, at least: it is known of the slowest and of the sum alone.
func (b Bin) Slow(limit uint32) float64 {
	if b.Slowest <= limit {
		return 0
	}
	// The sum is at most that of so many slowest ones, and of the others at the limit.
	return min(max((float64(b.Sum)-float64(b.Answers)*float64(limit))/float64(b.Slowest-limit), 0), float64(b.Answers))
}

// Add counts everything that other counted, which is of the same measurement.
func (t *Timeline) Add(other Timeline) {
	for i, o := range other.Bins {
		b := &t.Bins[i]
		b.Answers += o.Answers
		b.Slowest = max(b.Slowest, o.Slowest)
		b.Sum += o.Sum
	}
}
