package load

import (
	"slices"
	"sync"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A recorder sorts measurements into slices, by the second in which they were due (open model) or sent (closed model).
// Workers record into shards of their own, which are merged once a second.
type recorder struct {
	warmup, duration time.Duration
	shards           []shard
	merged           map[int]*bench.Slice
	examples
}

type shard struct {
	mu     sync.Mutex
	slices map[int]*bench.Slice
	_      [64]byte // shards of different workers share no cache line
}

func newRecorder(warmup, duration time.Duration, shards int) *recorder {
	r := &recorder{warmup: warmup, duration: duration, shards: make([]shard, shards), merged: map[int]*bench.Slice{}}
	for i := range r.shards {
		r.shards[i].slices = map[int]*bench.Slice{}
	}
	return r
}

// second is the slice that time t belongs to: from 0 in the measurement, negative in the warm-up.
func (r *recorder) second(t time.Duration) int {
	if t < r.warmup {
		return -int((r.warmup-t-1)/time.Second) - 1
	}
	// A request let go in the last instant may be sent just after the end; it belongs to the last second.
	return int(min(t-r.warmup, r.duration-1) / time.Second)
}

// record counts a measurement. keep is called when it is among the slowest of its second.
func (r *recorder) record(worker int, m bench.Measurement, keep func(bench.Measurement) bench.Exemplar) {
	at := m.Sent
	if m.Open {
		at = m.Intended
	}
	s := &r.shards[worker%len(r.shards)]
	s.mu.Lock()
	defer s.mu.Unlock()
	if sl := s.slice(r.second(at)); sl.Record(m) {
		sl.Keep(keep(m))
	}
}

// canary counts how late the generator's own timer was.
func (r *recorder) canary(due, late time.Duration) {
	s := &r.shards[0]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slice(r.second(due)).Canary.Record(late)
}

func (s *shard) slice(second int) *bench.Slice {
	sl := s.slices[second]
	if sl == nil {
		sl = bench.NewSlice(second)
		s.slices[second] = sl
	}
	return sl
}

// merge adds up what the shards have recorded of seconds before the one that t is in. Stragglers come in a later merge.
func (r *recorder) merge(t time.Duration) {
	touched := map[*bench.Slice]bool{}
	for i := range r.shards {
		s := &r.shards[i]
		s.mu.Lock()
		var done []*bench.Slice
		for second, sl := range s.slices {
			if second < r.second(t) || t >= r.warmup+r.duration {
				done = append(done, sl)
				delete(s.slices, second)
			}
		}
		s.mu.Unlock()
		for _, sl := range done {
			total := r.merged[sl.Second]
			if total == nil {
				r.merged[sl.Second] = sl
				total = sl
			} else {
				total.Add(sl)
			}
			touched[total] = true
		}
	}
	for sl := range touched {
		sl.Compact() // a run of an hour has 3,600
	}
}

// result is the slices of the measurement phase, in order. A second in which nothing was sent has an empty slice.
func (r *recorder) result(measured time.Duration) []*bench.Slice {
	last := int((measured+time.Second-1)/time.Second) - 1
	for second := range r.merged {
		last = max(last, second)
	}
	var all []*bench.Slice
	for second := 0; second <= last; second++ {
		if r.merged[second] == nil {
			r.merged[second] = bench.NewSlice(second)
		}
		all = append(all, r.merged[second])
	}
	return slices.Clip(all)
}
