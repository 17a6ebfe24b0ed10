package generator

import (
	"math"
	"time"

	"github.com/tidemark/tidemark/bench"
)

const (
	stallFactor  = 3                     // an answer is slow when it takes so many times the usual,
	stallLeast   = 20 * time.Millisecond // and so much longer
	slowBin      = 0.3                   // share of a bin's answers: those that came last into a stall waited for a short time
	leastInStall = 3                     // slow answers
	stallByLuck  = 0.05                  // a row that is expected by luck less often than so in a whole run
	silence      = 0.8                   // of the longest wait of a stall, counted back from its first answer:
	mostInIt     = 1. / 3                // of the answers that usually come in such a time. While a service is merely busy, answers go on
	leastPeriod  = 0.2                   // seconds
	leastOnGrid  = 3                     // stalls: then all of them, and to a tenth of a period
	fewWithin    = 0.1
	dueWithin    = 0.125
	mostOnGrid   = 0.7 // of the stalls, and of the times at which one is due
)

// A stall is a row of bins of slow answers, without one of fast answers in between.
type stall struct {
	at, length, worst float64 // seconds, ms, ms
	answers, slow     float64
}

// stalls finds times in which every answer was slow: a few slow ones are always there, and many at once have something in common. What the
// generator's own timer was late for as well is left out. nil: none.
func stalls(r *bench.Result, seconds []*bench.Slice, t bench.Timeline) *bench.Stalls {
	usual := r.Histogram.Response.Quantile(.5)
	limit := uint32(max(stallFactor*usual, usual+stallLeast) / time.Microsecond)
	rows := rows(t, limit)
	share, answers := outside(t, limit, rows)
	var found []stall
	for _, s := range rows {
		// A row is no luck if so many slow ones among its answers are hardly expected once in the whole run.
		if p := s.slow / s.answers; p <= share || s.answers*divergence(p, share) < math.Log(answers/stallByLuck) {
			continue
		}
		if !silent(t, s, answers/float64(len(t.Bins))) {
			continue
		}
		if i := int(s.at); i < len(seconds) && bench.Milliseconds(seconds[i].Canary.Max()) < s.length/4 {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return nil
	}
	of := func(f func(stall) float64) float64 { return quantile(found, .5, f) }
	out := &bench.Stalls{Count: len(found), Period: period(found), Length: of(func(s stall) float64 { return s.length }), Worst: of(func(s stall) float64 { return s.worst }),
		Usual: bench.Milliseconds(usual)}
	for _, s := range found {
		out.Share += s.length / 1000 / max(r.Duration, .001)
	}
	out.Share = min(out.Share, 1)
	return out
}

// rows are the rows of slow bins, of at least so many slow answers that they may be a stall.
func rows(t bench.Timeline, limit uint32) (all []stall) {
	first, last, now := -1, 0, stall{}
	end := func() {
		if first >= 0 && now.slow >= leastInStall {
			// The first to come back had waited for the longest; what came after it is part of the stall too.
			now.at, now.length = (time.Duration(first) * t.Width).Seconds(), now.worst+float64(last-first)*bench.Milliseconds(t.Width)
			all = append(all, now)
		}
		first, now = -1, stall{}
	}
	for i, b := range t.Bins {
		if b.Answers == 0 {
			continue
		}
		slow := b.Slow(limit)
		if slow < slowBin*float64(b.Answers) {
			end()
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		now.worst, now.answers, now.slow = max(now.worst, float64(b.Slowest)/1000), now.answers+float64(b.Answers), now.slow+slow
	}
	end()
	return all
}

// silent reports whether hardly an answer came while those of a stall were waited for, at so many a bin in the whole run.
func silent(t bench.Timeline, s stall, usual float64) bool {
	first := int(math.Round(s.at / t.Width.Seconds()))
	n := min(int(silence*s.worst/bench.Milliseconds(t.Width)), first)
	came := 0.0
	for _, b := range t.Bins[first-n : first] {
		came += float64(b.Answers)
	}
	return came <= mostInIt*usual*float64(n)
}

// outside is the share of slow answers outside of some rows, and how many answers there are in all.
func outside(t bench.Timeline, limit uint32, rows []stall) (share, answers float64) {
	slow := 0.0
	for _, b := range t.Bins {
		answers, slow = answers+float64(b.Answers), slow+b.Slow(limit)
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

// period is the time between stalls, if they come regularly: three, each as long after the one before to a tenth; or, of more, most, within an
// eighth of a period of where they are due, so that one that nobody met, or one by luck, does not hide it. 0: they don't.
func period(found []stall) float64 {
	best, most := 0.0, 0
	for i := range found {
		for j := range i {
			for parts := 1; parts <= 2; parts++ { // one in between may have been missed
				p := (found[i].at - found[j].at) / float64(parts)
				if on, exact := grid(found, found[j].at, p); on > most || on == most && p > best {
					if fits(on, len(found), exact) {
						best, most = p, on
					}
				}
			}
		}
	}
	return best
}

// grid is how many stalls come when they are due, every p seconds from one of them on, and how much of the dues between the first and the
// last of them have one.
func grid(found []stall, from, p float64) (on int, covered float64) {
	if p < leastPeriod {
		return 0, 0
	}
	tolerance := dueWithin
	if len(found) == leastOnGrid {
		tolerance = fewWithin
	}
	first, last := math.Inf(1), math.Inf(-1)
	dues := map[float64]bool{}
	for _, s := range found {
		due := math.Round((s.at - from) / p)
		if math.Abs(s.at-from-due*p) <= tolerance*p && !dues[due] {
			dues[due] = true
			first, last = min(first, due), max(last, due)
		}
	}
	return len(dues), float64(len(dues)) / (last - first + 1)
}

// fits reports whether so many of all stalls, on so much of their grid, are no chance.
func fits(on, all int, covered float64) bool {
	if all == leastOnGrid {
		return on == all && covered == 1
	}
	return on > leastOnGrid && float64(on) >= mostOnGrid*float64(all) && covered >= mostOnGrid
}
