package generator

import (
	"cmp"
	"slices"
	"time"

	"github.com/tidemark/tidemark/bench"
)

const (
	behind      = 0.95 // answers to arrivals: below it a backlog builds up
	flat        = 1.15 // throughput that grows by less, while
	more        = 1.5  // the load grows by more, and
	slower      = 2.0  // latency at least so many times, no longer follows
	waits       = 1.2  // the second half to the first, of a backlog that builds up
	mostLevels  = 10
	leastLevels = 3
)

// saturation looks for throughput that no longer follows the load. nil: it does, or the load had one level that was answered.
func saturation(l bench.Load, seconds []*bench.Slice, o bench.Observations) *bench.Saturation {
	if len(l.Stages) > 0 {
		return ofStages(l, seconds, o.Timeline)
	}
	if !l.Open() || len(seconds) < 4 {
		return nil
	}
	// Arrivals and answers of the second half: at first, more may be on their way than come back.
	half := len(seconds) / 2
	var offered, came float64
	for i, sl := range seconds[half:] {
		if float64(half+i+1) > l.Duration.Seconds() {
			break
		}
		offered += float64(sl.Requests())
		came += float64(answersIn(o.Timeline, half+i))
	}
	length := min(float64(len(seconds)), l.Duration.Seconds()) - float64(half)
	first, last := medianResponse(seconds[:half]), medianResponse(seconds[half:])
	if length < 2 || offered == 0 || came >= behind*offered {
		return nil
	}
	if timeouts := count(seconds, bench.Timeout); timeouts == 0 && last < waits*first {
		return nil // whatever keeps answers away, they do not wait longer and longer
	}
	// The fastest answer is the best guess at what one takes that need not wait. Where those sent at last take no longer, they wait for the
	// generator's slots and not for the service.
	ok := answered(o.Sample)
	service := func(m bench.Sampled) float64 { return bench.Milliseconds(m.Service()) }
	light, late := quantile(ok, 0, service), slices.DeleteFunc(slices.Clone(ok), func(m bench.Sampled) bool { return m.Intended < l.Warmup+l.Duration/2 })
	if quantile(late, .5, service) < slower*light && count(seconds, bench.Timeout) == 0 {
		return nil
	}
	return &bench.Saturation{Offered: offered / length, Answered: came / length, Kept: kept(seconds, o.Timeline), Light: light, Heavy: last, Workers: came / length * light / 1000}
}

// A level is the seconds in which the load was about the same.
type level struct {
	load, answers, offered, response float64 // users or rate; a second; a second; median in ms
}

// ofStages compares levels of a load that changes.
func ofStages(l bench.Load, seconds []*bench.Slice, t bench.Timeline) *bench.Saturation {
	var all []level
	for i, sl := range seconds {
		if at := (time.Duration(i) * time.Second) + time.Second/2; at < l.Duration-time.Second/2 && sl.Response.Count() > 0 {
			all = append(all, level{loadAt(l, at), float64(answersIn(t, i)), float64(sl.Requests()), bench.Milliseconds(sl.Response.Quantile(.5))})
		}
	}
	levels := group(all)
	if len(levels) < leastLevels {
		return nil
	}
	light, top := levels[0], levels[len(levels)-1]
	if top.response < slower*light.response || l.Open() && top.answers >= behind*top.offered {
		return nil
	}
	for i, knee := range levels {
		highest := slices.MaxFunc(levels[i:], func(a, b level) int { return cmp.Compare(a.answers, b.answers) })
		if top.load >= more*knee.load && highest.answers <= flat*knee.answers {
			s := &bench.Saturation{Answered: highest.answers, Level: knee.load, Light: light.response, Heavy: top.response, Workers: highest.answers * light.response / 1000}
			if l.Open() {
				s.Offered = top.offered
			}
			return s
		}
	}
	return nil
}

// group puts seconds of about the same load together, from the lightest to the heaviest.
func group(all []level) (levels []level) {
	slices.SortStableFunc(all, func(a, b level) int { return cmp.Compare(a.load, b.load) })
	for len(all) > 0 {
		n := max(len(all)/max(mostLevels-len(levels), 1), 1)
		for n < len(all) && all[n].load == all[n-1].load {
			n++
		}
		part := all[:n]
		of := func(f func(level) float64) float64 { return quantile(part, .5, f) }
		levels = append(levels, level{of(func(l level) float64 { return l.load }), of(func(l level) float64 { return l.answers }),
			of(func(l level) float64 { return l.offered }), of(func(l level) float64 { return l.response })})
		all = all[n:]
	}
	return levels
}

// loadAt is the users, or the rate, some time after the warm-up.
func loadAt(l bench.Load, at time.Duration) float64 {
	value := func(s bench.Stage) float64 { return max(float64(s.Users), s.Rate) }
	before := value(l.Stages[0])
	for _, s := range l.Stages {
		if at < s.Duration {
			return before + (value(s)-before)*float64(at)/float64(s.Duration)
		}
		at, before = at-s.Duration, value(s)
	}
	return before
}

// answersIn is how many answers came in a second.
func answersIn(t bench.Timeline, second int) (n int64) {
	per := int(time.Second / t.Width)
	for i := second * per; i < (second+1)*per && i < len(t.Bins); i++ {
		n += int64(t.Bins[i].Answers)
	}
	return n
}

// kept is how much of the load of the first quarter was answered in it.
func kept(seconds []*bench.Slice, t bench.Timeline) float64 {
	var offered, came float64
	for i, sl := range seconds[:max(len(seconds)/4, 1)] {
		offered, came = offered+float64(sl.Requests()), came+float64(answersIn(t, i))
	}
	return came / max(offered, 1)
}

func count(seconds []*bench.Slice, o bench.Outcome) (n int64) {
	for _, s := range seconds {
		n += s.Outcomes[o]
	}
	return n
}

func medianResponse(seconds []*bench.Slice) float64 {
	return quantile(seconds, .5, func(s *bench.Slice) float64 { return bench.Milliseconds(s.Response.Quantile(.5)) })
}
