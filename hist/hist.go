// Package hist holds the latency histogram that every number of a run comes from.
//
// Its stance: percentiles are never averaged. Histograms of workers, of seconds and of machines are added,
// and the percentile is read from the sum. Underneath is HdrHistogram at three significant digits, so a value
// read back is within 0.1% of the value recorded (and within half a microsecond below 1 ms), at a constant cost a record.
package hist

import (
	"fmt"
	"math"
	"math/bits"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const (
	lowest  = int64(time.Microsecond) // values are kept in nanoseconds, told apart from half a microsecond up
	highest = int64(time.Hour)
	digits  = 3
)

// Histogram counts durations from 0 to one hour; longer ones count as one hour. The zero value is an empty one that is small until it counts.
// It is not safe for concurrent use: each worker has its own, and they are added.
type Histogram struct {
	h    *hdrhistogram.Histogram // nil while compact
	bins []bin
	sum  float64 // nanoseconds; kept apart because HdrHistogram's own mean walks every bucket
}

// A bin is a bucket that is not empty, by its smallest value.
type bin struct{ value, count int64 }

// The geometry of HdrHistogram with lowest and digits: buckets of 512 ns, 2,048 of them, from there on twice as wide for each doubling of the value.
const (
	narrowest  = 9  // log2 of the narrowest bucket's width
	resolution = 11 // log2 of how many buckets are of the same width at first
)

// last is the largest value of the bucket.
func (b bin) last() int64 {
	doublings := max(bits.Len64(uint64(b.value)>>narrowest)-resolution, 0)
	return b.value + 1<<(narrowest+doublings) - 1
}

// smallest is the smallest value of the bucket at an index.
func smallest(index int64) int64 {
	const half = 1 << (resolution - 1)
	if index < 2*half {
		return index << narrowest
	}
	return (index%half + half) << (narrowest + index/half - 1)
}

// middle is what stands for the values of the bucket.
func (b bin) middle() int64 { return b.value + (b.last()+1-b.value)/2 }

// New returns an empty histogram, of about 190 KB.
func New() *Histogram {
	return &Histogram{h: hdrhistogram.New(lowest, highest, digits)}
}

// Record counts one duration. Negative durations count as 0.
func (h *Histogram) Record(d time.Duration) {
	v := min(max(int64(d), 0), highest)
	h.expand()
	// In range by construction, the only error that RecordValue knows.
	_ = h.h.RecordValue(v)
	h.sum += float64(v)
}

// RecordN counts a duration n times.
func (h *Histogram) RecordN(d time.Duration, n int64) {
	v := min(max(int64(d), 0), highest)
	h.expand()
	_ = h.h.RecordValues(v, n) // in range by construction
	h.sum += float64(v) * float64(n)
}

// Add counts everything that other has counted.
func (h *Histogram) Add(other *Histogram) {
	h.expand()
	if other.h != nil {
		h.h.Merge(other.h)
	}
	for _, b := range other.bins {
		_ = h.h.RecordValues(b.value, b.count) // in range, as it was there
	}
	h.sum += other.sum
}

// Reset forgets everything.
func (h *Histogram) Reset() { *h = *New() }

// Compact makes the histogram as small as what it holds: some bytes for each bucket that is not empty. Nothing is lost; what is
// read of it takes longer, and recording makes it as large as before.
func (h *Histogram) Compact() {
	if h.h == nil {
		return
	}
	h.h, h.bins = nil, h.filled()
}

// filled is the buckets that are not empty, from the smallest on.
func (h *Histogram) filled() (bins []bin) {
	if h.h == nil {
		return h.bins
	}
	counts := h.h.Export().Counts
	n := 0
	for _, count := range counts {
		if count > 0 {
			n++
		}
	}
	bins = make([]bin, 0, n)
	for i, count := range counts {
		if count > 0 {
			bins = append(bins, bin{smallest(int64(i)), count})
		}
	}
	return bins
}

func (h *Histogram) expand() {
	if h.h == nil {
		h.h, h.bins = h.full(), nil
	}
}

// full is the histogram with all its buckets, to read.
func (h *Histogram) full() *hdrhistogram.Histogram {
	if h.h != nil {
		return h.h
	}
	full := hdrhistogram.New(lowest, highest, digits)
	for _, b := range h.bins {
		_ = full.RecordValues(b.value, b.count) // in range, as it was there
	}
	return full
}

// Count is how many durations were recorded.
func (h *Histogram) Count() (n int64) {
	if h.h != nil {
		return h.h.TotalCount()
	}
	for _, b := range h.bins {
		n += b.count
	}
	return n
}

// Quantile is the smallest recorded duration (to three digits) that at least the fraction q of all durations do not exceed:
// the nearest-rank definition. It is 0 for an empty histogram. q is between 0 and 1.
func (h *Histogram) Quantile(q float64) time.Duration {
	n := h.Count()
	if n == 0 {
		return 0
	}
	rank := max(math.Ceil(q*float64(n)-1e-9), 1)
	if h.h == nil {
		whole := n
		if rank < float64(n) { // else it might be rounded to more than there can be
			whole = int64(rank)
		}
		return time.Duration(h.ranked(whole))
	}
	// HdrHistogram rounds the rank to the nearest; asking for the exact share of the rank makes it the nearest-rank definition.
	return time.Duration(h.h.ValueAtPercentile(100 * rank / float64(n)))
}

// ranked is the largest value of the bucket that has the rank-th value, of a compact histogram.
func (h *Histogram) ranked(rank int64) int64 {
	for _, b := range h.bins {
		if rank -= b.count; rank <= 0 {
			return b.last()
		}
	}
	return h.bins[len(h.bins)-1].last()
}

// Min is the smallest recorded duration, to three digits; 0 when empty.
func (h *Histogram) Min() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(h.full().Min())
}

// Max is the largest recorded duration, to three digits; 0 when empty.
func (h *Histogram) Max() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(h.full().Max())
}

// Mean is the arithmetic mean of the recorded durations; 0 when empty.
func (h *Histogram) Mean() time.Duration {
	if n := h.Count(); n > 0 {
		return time.Duration(h.sum / float64(n))
	}
	return 0
}

// Each calls f with each bucket's middle and count, from the smallest on, leaving out empty buckets, until f returns false.
func (h *Histogram) Each(f func(value time.Duration, count int64) bool) {
	for _, b := range h.filled() {
		if !f(time.Duration(b.middle()), b.count) {
			return
		}
	}
}

// MarshalText encodes the histogram in HdrHistogram's interchange format: V2, compressed, base64; values in nanoseconds.
func (h *Histogram) MarshalText() ([]byte, error) {
	return h.full().Encode(hdrhistogram.V2CompressedEncodingCookieBase)
}

// coarseDigits is the precision of what is kept of each second.
const coarseDigits = 2

// Coarse encodes the histogram as MarshalText does, at two significant digits: a fifth of the size.
func (h *Histogram) Coarse() ([]byte, error) {
	coarse := hdrhistogram.New(lowest, highest, coarseDigits)
	h.Each(func(value time.Duration, count int64) bool {
		_ = coarse.RecordValues(int64(value), count) // in range, as it was there
		return true
	})
	return coarse.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
}

// UnmarshalText reads what MarshalText wrote, or what any HdrHistogram implementation wrote in the same format and unit.
// The mean of a histogram read back is computed from its buckets, so it is exact to three digits only.
func (h *Histogram) UnmarshalText(text []byte) error {
	if bins, ok := decode(text); ok {
		*h = Histogram{bins: bins}
		for _, b := range bins {
			h.sum += float64(b.count) * float64(b.middle())
		}
		return nil
	}
	if d := precision(text); d > mostDigits {
		return fmt.Errorf("histogram: %d significant digits; %d at most can be read", d, mostDigits)
	}
	decoded, err := hdrhistogram.Decode(text)
	if err != nil {
		return fmt.Errorf("histogram: %w", err)
	}
	*h = *New()
	if dropped := h.h.Merge(decoded); dropped > 0 {
		return fmt.Errorf("histogram: %d values are longer than an hour", dropped)
	}
	h.sum = h.h.Mean() * float64(h.h.TotalCount()) // of the buckets' middles; listing them would take most of the time that reading a record does
	h.Compact()                                    // a record may hold many
	return nil
}
