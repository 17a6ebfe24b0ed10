package generator

import (
	"math"
	"time"

	"github.com/tidemark/tidemark/bench"
)

const (
	stallFactor = 3                     // an answer is slow when it takes so many times the usual,
	stallLeast  = 20 * time.Millisecond // and so much longer
	slowBin     = 0.3                   // share of a bin's answers: those that came last into a stall waited for a short time
	stallByLuck = 0.05                  // a row that is expected by luck less often than so in a whole run
	leastPeriod = 0.2                   // seconds
	leastOnGrid = 3                     // stalls: then all of them, and to a tenth of a period
	fewWithin   = 0.1
	dueWithin   = 0.125
	mostOnGrid  = 0.7 // of the stalls, and of the times at which one is due
)

// A stall is a row of bins of slow answers, without one of fast answers in between.
type stall struct {
	at, length, worst float64 // seconds, ms, ms
}

// stalls finds times in which every answer was slow: a few slow ones are always there, and many at once have something in common. What the
// generator's own timer was late for as well is left out. nil: none.
func stalls(r *bench.Result, seconds []*bench.Slice, t bench.Timeline) *bench.Stalls {
	usual := r.Histogram.Response.Quantile(.5)
	limit := max(stallFactor*usual, usual+stallLeast)
	answers := float64(r.Histogram.Response.Count())
	share := slowShare(t, uint32(limit/time.Microsecond))
	if answers == 0 || share >= slowBin {
		return nil
	}
	var found []stall
	for _, s := range rows(t, uint32(limit/time.Microsecond), share, math.Log(stallByLuck/answers)) {
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

// slowShare is the share of slow answers in a median second: stalls that take less than half of the seconds do not count in it.
func slowShare(t bench.Timeline, limit uint32) float64 {
	per := int(time.Second / t.Width)
	var shares []float64
	for from := 0; from+per <= len(t.Bins); from += per {
		n, slow := 0.0, 0.0
		for _, b := range t.Bins[from : from+per] {
			n, slow = n+float64(b.Answers), slow+b.Slow(limit)
		}
		if n > 0 {
			shares = append(shares, (slow+1)/(n+2)) // none of few is not none at all (P.-S. Laplace)
		}
	}
	if shares == nil {
		return 1
	}
	return median(shares)
}

// rows are the rows of slow bins that hardly come about by luck, when a share of all answers is slow: luck is the logarithm of how seldom.
func rows(t bench.Timeline, limit uint32, share, luck float64) (all []stall) {
	first, last, worst, logP := -1, 0, uint32(0), 0.0
	end := func() {
		if first >= 0 && logP < luck {
			// The first to come back had waited for the longest; what came after it is part of the stall too.
			worstMS := float64(worst) / 1000
			all = append(all, stall{(time.Duration(first) * t.Width).Seconds(), worstMS + float64(last-first)*bench.Milliseconds(t.Width), worstMS})
		}
		first, worst, logP = -1, 0, 0
	}
	for i, b := range t.Bins {
		if b.Answers == 0 {
			continue
		}
		slow := b.Slow(limit) / float64(b.Answers)
		if slow < slowBin || slow <= share {
			end()
			continue
		}
		if first < 0 {
			first = i
		}
		last, worst = i, max(worst, b.Slowest)
		logP -= float64(b.Answers) * divergence(slow, share)
	}
	end()
	return all
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
