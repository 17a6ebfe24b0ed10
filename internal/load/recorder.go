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
	mu       sync.Mutex
	slices   map[int]*bench.Slice
	sample   reservoir
	timeline bench.Timeline
	statuses [1000]int64
	_        [64]byte // shards of different workers share no cache line
}

func newRecorder(warmup, duration time.Duration, shards int, seed uint64) *recorder {
	r := &recorder{warmup: warmup, duration: duration, shards: make([]shard, shards), merged: map[int]*bench.Slice{}}
	for i := range r.shards {
		r.shards[i].slices = map[int]*bench.Slice{}
		// One shard may have nearly all requests, as when one connection is enough for an open model: each has room for all.
		r.shards[i].sample = newReservoir(bench.MaxSample, seed+uint64(i))
		r.shards[i].timeline = bench.NewTimeline(duration)
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

// A witness tells more of a request that is kept.
type witness interface {
	exemplar(bench.Measurement) bench.Exemplar
	sampled(bench.Measurement) bench.Sampled
}

// record counts a measurement. The witness is asked when it is among the slowest of its second, or is drawn into the sample.
func (r *recorder) record(worker int, m bench.Measurement, w witness) {
	at := m.Sent
	if m.Open {
		at = m.Intended
	}
	s := &r.shards[worker%len(r.shards)]
	s.mu.Lock()
	defer s.mu.Unlock()
	second := r.second(at)
	if sl := s.slice(second); sl.Record(m) {
		sl.Keep(w.exemplar(m))
	}
	if second < 0 {
		return
	}
	s.statuses[min(max(m.Status, 0), len(s.statuses)-1)]++
	if m.Status > 0 { // an answer came
		s.timeline.Record(m.Done-r.warmup, m.Response())
	}
	s.sample.take(func() bench.Sampled { return w.sampled(m) })
}

// observed is what was kept beside the slices. Called when nothing is recorded any more.
func (r *recorder) observed() bench.Observations {
	o := bench.Observations{Timeline: bench.NewTimeline(r.duration), Statuses: map[int]int64{}}
	for i := range r.shards {
		s := &r.shards[i]
		o.Sample.Add(s.sample.Sample, s.sample.rng)
		o.Timeline.Add(s.timeline)
		for status, n := range s.statuses {
			if n > 0 {
				o.Statuses[status] += n
			}
		}
	}
	return o
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
