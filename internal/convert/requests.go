package convert

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// requests are those of one name, counted one by one: as a whole, and by the second in which they were sent, where that is told.
type requests struct {
	tally    *Tally
	all      second
	statuses map[int]int64
	untimed  int64
	base     time.Time // seconds count from here: the first request that came, which need not be the first that was sent
	first    time.Time
	last     time.Time // when the last answer was there
	seconds  map[int64]*second
	coarse   bool // there are too many seconds to keep
}

// A second is what was sent in one.
type second struct {
	outcomes [bench.OutcomeCount]int64
	recent   []uint32 // response times in microseconds, not yet in the histogram
	times    hist.Histogram
	censored time.Duration
}

// mostRecent is how many response times are kept as they are: most seconds have no more, and a number is smaller than a histogram.
const mostRecent = 1024

func (s *requests) add(r Request) {
	s.all.add(r)
	if r.Status > 0 {
		s.statuses[r.Status]++
	}
	if r.Start.IsZero() {
		s.untimed++
		return
	}
	if s.first.IsZero() {
		s.base, s.first, s.last, s.seconds = r.Start, r.Start, r.Start, map[int64]*second{}
	}
	if r.Start.Before(s.first) {
		s.first = r.Start
	}
	if end := r.Start.Add(r.Took); end.After(s.last) {
		s.last = end
	}
	if s.coarse {
		return
	}
	if s.last.Sub(s.first) > longestSpan {
		s.forget()
		return
	}
	at := int64(math.Floor(r.Start.Sub(s.base).Seconds()))
	if s.seconds[at] == nil {
		if s.tally.seconds == mostSeconds {
			s.forget()
			return
		}
		s.tally.seconds++
		s.seconds[at] = &second{}
	}
	s.seconds[at].add(r)
}

// forget gives up the seconds: there are too many, or a clock jumped.
func (s *requests) forget() {
	s.tally.seconds -= len(s.seconds)
	s.seconds, s.coarse = nil, true
}

func (s *second) add(r Request) {
	s.outcomes[r.Outcome]++
	if r.Outcome != bench.OK && r.Outcome != bench.Timeout {
		return
	}
	if r.Outcome == bench.Timeout && (s.censored == 0 || r.Took < s.censored) {
		s.censored = r.Took
	}
	s.recent = append(s.recent, uint32(min(r.Took, time.Hour)/time.Microsecond))
	if len(s.recent) == mostRecent {
		s.fold()
	}
}

func (s *second) fold() {
	if len(s.recent) > 0 {
		for _, us := range s.recent {
			s.times.Record(time.Duration(us) * time.Microsecond)
		}
		s.times.Compact()
	}
	s.recent = nil
}

// slice is the second as if it had been measured here. What the tool itself was late by is not known.
func (s *second) slice(number int) *bench.Slice {
	s.fold()
	return &bench.Slice{Second: number, Response: &s.times, Service: &s.times, Canary: &hist.Histogram{}, Lag: &hist.Histogram{}, Outcomes: s.outcomes, Censored: s.censored}
}

// result is what bench makes of the seconds; where there are none, of all together.
func (s *requests) result(of bench.Scenario) Measured {
	var slices []*bench.Slice
	length := s.last.Sub(s.first)
	if len(s.seconds) > 0 && s.untimed == 0 {
		slices = s.slices()
	}
	m := Measured{Slices: slices}
	if slices == nil {
		m.Result = bench.Collect(of, []*bench.Slice{s.all.slice(0)}, length)
		m.Seconds = []bench.Second{}
	} else {
		m.Result = bench.Collect(of, slices, length)
	}
	switch {
	case s.untimed > 0:
		m.Duration, m.Throughput, m.Unknown = 0, 0, []string{"throughput"}
		m.Notes = append(m.Notes, "when requests were sent is not told: there are no seconds and no throughput, and intervals assume that requests do not depend on each other")
	case s.coarse:
		m.Notes = append(m.Notes, fmt.Sprintf("from the first to the last request are %s: too long to keep seconds, so intervals assume that requests do not depend on each other", length.Round(time.Minute)))
	case length <= 0: // one request, at an instant
		m.Throughput, m.Unknown = 0, []string{"throughput"}
	}
	m.Statuses = map[string]int64{}
	for status, n := range s.statuses {
		m.Statuses[strconv.Itoa(status)] = n
	}
	return m
}

func (s *requests) slices() []*bench.Slice {
	from, to := int64(math.MaxInt64), int64(math.MinInt64)
	for at := range s.seconds {
		from, to = min(from, at), max(to, at)
	}
	all := make([]*bench.Slice, to-from+1)
	for i := range all {
		found := s.seconds[from+int64(i)]
		if found == nil {
			found = &second{}
		}
		all[i] = found.slice(i)
	}
	return all
}
