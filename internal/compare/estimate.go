package compare

import (
	"fmt"
	"math"

	"github.com/tidemark/tidemark/internal/stats"
)

const (
	leastFree    = 4     // degrees of freedom, as five runs of one level have: fewer say nothing about the noise between runs
	unusualLevel = 0.01  // of a control that moves further than it does from run to run
	upper95      = 0.975 // of a two-sided 95% interval
)

// An estimate is the difference of one metric between the sides, on the metric's own scale.
type estimate struct {
	base, head float64   // levels
	heads      []float64 // head's runs, without spikes
	m, n       int       // runs that the levels are means of
	noiseRuns  int
	spikes     int
	notes      []string

	within   bool    // the variance is from within the runs: too few runs tell that between them
	variance float64 // of a run
	free     float64 // degrees of freedom that it is known with

	plain, plainSpread, plainFree float64 // difference, and its standard error, with the machine's drift in it
	drift                         *drift  // nil: the control was not measured in every run

	difference, spread float64 // with the drift taken out, if that helps
}

// compareBy estimates one metric.
func compareBy(m metric, s Sides) estimate {
	known, before := s.known(m)
	y, x := values(m, known)
	headY, headX := values(m, s.Head)
	parts, spikes := stretches(y)
	e := estimate{spikes: len(spikes), noiseRuns: len(known)}

	level := notBelow(parts[len(parts)-1], before) // base is what came last
	if len(level) == 0 {
		level = notBelow(indexes(len(y)), before)
		e.notes = append(e.notes, "base itself is unlike the runs before it")
	} else if gone := len(s.Base) - len(level); gone > 0 {
		e.notes = append(e.notes, fmt.Sprintf("%d of base's %d runs are left out: spikes, or from before a step", gone, len(s.Base)))
	}
	kept := indexes(len(headY))
	if gone := stats.Outliers(headY, int(outlierShare*float64(len(headY))), outlierLevel); len(gone) > 0 {
		kept = without(kept, gone)
		e.notes = append(e.notes, fmt.Sprintf("%d of head's %d runs are left out: spikes", len(gone), len(headY)))
	}
	e.heads = pick(headY, kept)
	e.base, e.head, e.m, e.n = mean(pick(y, level)), mean(e.heads), len(level), len(kept)
	e.plain = e.head - e.base
	e.difference = e.plain

	groups := [][]float64{e.heads}
	for _, p := range parts {
		groups = append(groups, pick(y, p))
	}
	e.scatter(m, s, groups)
	if len(x) < len(y) || len(headX) < len(headY) {
		return e // some run has no control
	}
	controls := [][]float64{pick(headX, kept)}
	for _, p := range parts {
		controls = append(controls, pick(x, p))
	}
	d := controlled(controls, groups, mean(pick(x, level)), mean(controls[0]), e.m, e.n)
	if e.drift = &d; d.applied && !e.within {
		e.difference -= d.coefficient * d.shift
		e.variance, e.free = max(d.variance, e.least(m, s)), d.free
		e.spread = math.Sqrt(e.variance * (1/float64(e.m) + 1/float64(e.n) + d.leverage))
	}
	return e
}

// known is the runs that tell base's noise, in the order of time, and how many of them are from before base.
func (s Sides) known(m metric) (all []Sample, before int) {
	for _, b := range s.Before {
		if ok, _ := m.usable(b.Result); ok {
			all = append(all, b)
		}
	}
	return append(all, s.Base...), len(all)
}

// scatter finds the variance between runs, or where too few tell it, that within.
func (e *estimate) scatter(m metric, s Sides, groups [][]float64) {
	e.variance, e.free = pooled(groups)
	runs := 1/float64(e.m) + 1/float64(e.n)
	if e.within = e.free < leastFree; e.within {
		e.free = math.Inf(1)
		e.spread = math.Sqrt(max(within(m, s.Base)/float64(e.m)+within(m, s.Head)/float64(e.n), resolution*resolution*runs))
	} else {
		e.variance = max(e.variance, e.least(m, s))
		e.spread = math.Sqrt(e.variance * runs)
	}
	e.plainSpread, e.plainFree = e.spread, e.free
}

// least is the variance that runs have at least: what a run's own requests leave open is part of what runs differ by, and if fewer
// runs say less, that is luck.
func (e *estimate) least(m metric, s Sides) float64 {
	return max(min(within(m, s.Base), within(m, s.Head)), resolution*resolution)
}

// interval is the difference's 95% interval.
func (e *estimate) interval() (low, high float64) {
	reach := stats.StudentQuantile(upper95, e.free) * e.spread
	return e.difference - reach, e.difference + reach
}

// p is the probability that a head that is no worse looks as bad.
func (e *estimate) p() float64 { return stats.StudentTail(e.difference/e.spread, e.free) }

// noise is the standard deviation between runs; 0 where it is not known.
func (e *estimate) noise() float64 {
	if e.within {
		return 0
	}
	return math.Sqrt(e.variance)
}

// values are a metric's values, and the logs of the control of those runs that have it.
func values(m metric, all []Sample) (y, x []float64) {
	for _, s := range all {
		y = append(y, m.value(s.Result))
		if c := m.control(s); c > 0 {
			x = append(x, math.Log(c))
		}
	}
	return y, x
}

// within is the mean variance of a metric within runs.
func within(m metric, all []Sample) (v float64) {
	for _, s := range all {
		v += m.within(s.Result) / float64(len(all))
	}
	return v
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// notBelow is those of some indexes that are not below a first.
func notBelow(all []int, first int) (out []int) {
	for _, i := range all {
		if i >= first {
			out = append(out, i)
		}
	}
	return out
}

// without is indexes in order without some of them, also in order.
func without(all, gone []int) (out []int) {
	for _, i := range all {
		if len(gone) > 0 && gone[0] == i {
			gone = gone[1:]
			continue
		}
		out = append(out, i)
	}
	return out
}
