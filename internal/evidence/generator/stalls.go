package generator

import (
	"math"
	"time"

	"github.com/tidemark/tidemark/bench"
)

const (
	stallFactor  = 3                     // an answer is slow when it takes so many times the usual,
	stallLeast   = 20 * time.Millisecond // and so much longer
	slowMoment   = 0.3                   // share of a moment's answers: those that came last into a stall waited for a short time
	leastInStall = 3                     // slow answers
	stallByLuck  = 0.05                  // a row that is expected by luck less often than so in a whole run
	silence      = 0.8                   // of the longest wait of a stall, counted back from its first answer:
	mostInIt     = 1. / 3                // of the answers that usually come in such a time. While a service is merely busy, answers go on
)

// A stall is a row of moments of slow answers, without one of fast answers in between.
type stall struct {
	at, length, worst float64 // seconds, ms, ms
	answers, slow     float64
}

// stalls finds times in which every answer was slow: a few slow ones are always there, and many at once have something in common. What the
// generator's own timer was late for as well is left out. nil: none.
func stalls(r *bench.Result, seconds []*bench.Slice, warmup time.Duration, o bench.Observations) *bench.Stalls {
	usual := r.Histogram.Response.Quantile(.5)
	t := watched(o, warmup, max(stallFactor*usual, usual+stallLeast))
	rows := t.rows()
	share, answers := t.outside(rows)
	var found []stall
	for _, s := range rows {
		// A row is no luck if so many slow ones among its answers are hardly expected once in the whole run.
		if p := s.slow / s.answers; p <= share || s.answers*divergence(p, share) < math.Log(answers/stallByLuck) {
			continue
		}
		if !t.silent(s, answers/float64(len(t.moments))) {
			continue
		}
		if i := int(s.at); i < len(seconds) && bench.Milliseconds(seconds[i].Canary.Max()) < s.length/4 {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return nil
	}
	var at []float64
	for _, s := range found {
		at = append(at, s.at)
	}
	of := func(f func(stall) float64) float64 { return quantile(found, .5, f) }
	out := &bench.Stalls{Count: len(found), Period: period(at, r.Duration), Length: of(func(s stall) float64 { return s.length }), Worst: of(func(s stall) float64 { return s.worst }),
		Usual: bench.Milliseconds(usual)}
	for _, s := range found {
		out.Share += s.length / 1000 / max(r.Duration, .001)
	}
	out.Share = min(out.Share, 1)
	return out
}

// A course is how a measurement went, in moments of equal width.
type course struct {
	width   float64 // ms
	moments []moment
}

// A moment is the answers that came in it.
type moment struct {
	answers, slow float64
	slowest       float64 // ms
}

// watched is the course of a measurement, answers being slow from a limit on. Of a light load every request is in the sample; of others a
// timeline tells how many were slow at least.
func watched(o bench.Observations, warmup, limit time.Duration) course {
	c := course{bench.Milliseconds(o.Timeline.Width), make([]moment, len(o.Timeline.Bins))}
	if int64(len(o.Sample.Requests)) < o.Sample.Of {
		for i, b := range o.Timeline.Bins {
			c.moments[i] = moment{float64(b.Answers), b.Slow(uint32(limit / time.Microsecond)), float64(b.Slowest) / 1000}
		}
		return c
	}
	for _, m := range o.Sample.Requests {
		i := int((m.Done - warmup) / o.Timeline.Width)
		if m.Status == 0 || i < 0 || i >= len(c.moments) {
			continue
		}
		now := &c.moments[i]
		now.answers++
		now.slowest = max(now.slowest, bench.Milliseconds(m.Response()))
		if m.Response() > limit {
			now.slow++
		}
	}
	return c
}

// rows are the rows of slow moments, of at least so many slow answers that they may be a stall.
func (c course) rows() (all []stall) {
	first, last, now := -1, 0, stall{}
	end := func() {
		if first >= 0 && now.slow >= leastInStall {
			// The first to come back had waited for the longest; what came after it is part of the stall too.
			now.at, now.length = float64(first)*c.width/1000, now.worst+float64(last-first)*c.width
			all = append(all, now)
		}
		first, now = -1, stall{}
	}
	for i, m := range c.moments {
		if m.answers == 0 {
			continue
		}
		if m.slow < slowMoment*m.answers {
			end()
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		now.worst, now.answers, now.slow = max(now.worst, m.slowest), now.answers+m.answers, now.slow+m.slow
	}
	end()
	return all
}

// silent reports whether hardly an answer came while those of a stall were waited for, at so many a moment in the whole run.
func (c course) silent(s stall, usual float64) bool {
	first := int(math.Round(s.at * 1000 / c.width))
	n := min(int(silence*s.worst/c.width), first)
	came := 0.0
	for _, m := range c.moments[first-n : first] {
		came += m.answers
	}
	return came <= mostInIt*usual*float64(n)
}

// outside is the share of slow answers outside of some rows, and how many answers there are in all.
func (c course) outside(rows []stall) (share, answers float64) {
	slow := 0.0
	for _, m := range c.moments {
		answers, slow = answers+m.answers, slow+m.slow
	}
	n := answers
	for _, s := range rows {
		n, slow = n-s.answers, slow-s.slow
	}
	return (max(slow, 0) + 1) / (n + 2), answers // none that was seen is not none that can be (P.-S. Laplace)
}

// divergence bounds how likely it is that a share of n is p where q is expected: at most exp(-n*divergence) (H. Chernoff, 1952).
func divergence(p, q float64) float64 {
	d := p * math.Log(p/q)
	if p < 1 {
		d += (1 - p) * math.Log((1-p)/(1-q))
	}
	return d
}
