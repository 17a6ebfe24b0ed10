// Package trend tells steps from spikes and from slow drift in a series of runs, and says when a drift will cross a threshold.
//
// Its stance: the raw detector is one thing, and finds what is significant; filters make it a good alarm, each on a switch of its own.
// A step is reported once, at the run where it began, when enough runs confirm it; a single spike never is. Drift is looked for
// only since the last step: a line through a step is no drift.
package trend

import (
	"math"
	"slices"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/stats"
)

// Options are the detector's parameters and the filters.
type Options struct {
	Window     int     // of the detector, in runs
	MaxP       float64 // of a step
	MinSegment int     // runs that each level has at least; 1: any
	Spikes     float64 // single values further than so many deviations from their neighbours are left out; 0: none is
	MinRatio   float64 // a step is at least this part of the level before, and
	MinChange  float64 // this many units
	Retest     float64 // p of a step that is tested again, over the runs next to it and with runs allowed to depend on each other; 1: any
	Apart      float64 // more than this part of each level's runs is on its side of the middle between them; 0: any
	Slopes     bool    // a step that a slope explains better is none
	MaxDriftP  float64 // of a drift
}

// Defaults are the options of the command line: the detector as in Hunter, JUDGEMENT's effect size, and filters as
// evaluation/changepoints shows them to be best.
func Defaults() Options {
	return Options{Window: 50, MaxP: 0.001, MinSegment: 3, Spikes: 6, MinRatio: 0.05, MinChange: 1, Retest: 1e-5, Apart: 2. / 3, Slopes: true, MaxDriftP: 0.01}
}

// A drift is looked for in so many runs at least, and in the newest so many at most: all pairs of them are compared.
const leastForDrift, mostForDrift = 8, 500

// farthest is how far ahead a crossing is told: beyond it a line says nothing.
const farthest = 2 * 365 * day

const day = 24 * time.Hour

// Analyse finds the shifts and the drift of a trend's points, which are in the order of time.
func Analyse(t *bench.Trend, o Options) {
	values := make([]float64, len(t.Points))
	for i, p := range t.Points {
		values[i] = p.Value
	}
	if o.Spikes > 0 {
		values = stats.Despike(values, o.Spikes, max(o.MinSegment-1, 1))
	}
	t.Shifts = []bench.Shift{}
	for _, c := range filter(values, (stats.Divisive{Window: o.Window, MaxP: o.MaxP}).Find(values), o) {
		p := t.Points[c.Index]
		t.Shifts = append(t.Shifts, bench.Shift{Index: c.Index, Time: p.Time, Commit: p.Commit, Subject: p.Subject, Before: c.Before, After: c.After, P: c.P})
	}
	from := 0
	if n := len(t.Shifts); n > 0 {
		from = t.Shifts[n-1].Index
	}
	t.Drift = drift(t, from, values, o.MaxDriftP)
}

// filter takes away the change points that make no good alarm, the smallest first, and measures again what is left of the others.
func filter(values []float64, found []stats.ChangePoint, o Options) []stats.ChangePoint {
	for {
		worst, least := -1, math.Inf(1)
		for i := range found {
			from, to := neighbours(found, i, len(values))
			c := &found[i]
			before, after := values[from:c.Index], values[c.Index:to]
			c.Before, c.After = mean(before), mean(after)
			if change := math.Abs(c.After - c.Before); change < least && !o.good(before, after, change) {
				worst, least = i, change
			}
		}
		if worst < 0 {
			return found
		}
		found = slices.Delete(found, worst, worst+1)
	}
}

// nearest is how many runs on each side of a step it is tested over: noise may have been another long ago.
const nearest = 25

// good reports whether a step between two levels makes a good alarm.
func (o Options) good(before, after []float64, change float64) bool {
	level := math.Abs(mean(before))
	if o.Spikes > 0 {
		// The newest run may be a spike that nothing after it tells from a step. It must not hide the steps before it.
		before, after = stats.Clip(before, o.Spikes), stats.Clip(after, o.Spikes)
	}
	switch {
	case min(len(before), len(after)) < o.MinSegment,
		change < o.MinChange || change < o.MinRatio*level,
		o.Apart > 0 && !apart(before, after, o.Apart),
		o.Retest < 1 && stats.TestShift(before[max(len(before)-nearest, 0):], after[:min(len(after), nearest)]) > o.Retest,
		o.Slopes && sloping(before, after, o.MaxP):
		return false
	}
	return true
}

// apart reports whether more than a part of the values of each level are on its side of the middle between them.
func apart(before, after []float64, part float64) bool {
	low, high := mean(before), mean(after)
	middle := (low + high) / 2
	side := func(values []float64, up bool) bool {
		n := 0
		for _, v := range values {
			if v != middle && (v > middle) == up {
				n++
			}
		}
		return float64(n) > part*float64(len(values))
	}
	return side(before, low > high) && side(after, high > low)
}

// sloping reports whether one slope through both levels explains them better than a step, and a step beside that slope explains little.
func sloping(before, after []float64, maxP float64) bool {
	step, line, both, free := stats.StepOrSlope(before, after)
	// Where the step is was chosen to suit it; the slope has nothing to choose (G. Schwarz's criterion, 1978, for two parameters more).
	n := float64(len(before) + len(after))
	if line >= step*math.Exp(2*math.Log(n)/n) || free < 1 {
		return false
	}
	if both <= 0 {
		return true
	}
	t := math.Sqrt(max(line-both, 0) / (both / free))
	return 2*stats.StudentTail(t, free) > maxP
}

func neighbours(found []stats.ChangePoint, i, length int) (from, to int) {
	to = length
	if i > 0 {
		from = found[i-1].Index
	}
	if i+1 < len(found) {
		to = found[i+1].Index
	}
	return from, to
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v
	}
	return m / float64(max(len(x), 1))
}

// drift looks for a slow change from a run on.
func drift(t *bench.Trend, from int, values []float64, maxP float64) *bench.Drift {
	from = max(from, len(t.Points)-mostForDrift)
	points, values := t.Points[from:], values[from:]
	if len(points) < leastForDrift || maxP <= 0 {
		return nil
	}
	start := points[0].Time
	days := make([]float64, len(points))
	for i := range points {
		days[i] = points[i].Time.Sub(start).Hours() / 24
	}
	line, ok := stats.TheilSen(days, values, 1)
	if !ok {
		return nil
	}
	inflation := stats.Inflation(values, line, days)
	_, p := stats.MannKendall(values, inflation)
	if p > maxP {
		return nil
	}
	if line, _ = stats.TheilSen(days, values, inflation); line.Low <= 0 && line.High >= 0 {
		return nil
	}
	d := &bench.Drift{PerDay: line.Slope, Low: line.Low, High: line.High, P: p, Since: start, Start: line.Intercept}
	last := points[len(points)-1].Time
	if towards := line.Slope > 0 != t.AtLeast; t.Threshold > 0 && towards && !t.Breaches(d.At(last)) {
		d.Crossing = crossing(d, t.Threshold, last)
	}
	return d
}

// crossing is when a drift reaches a threshold; nil: too far ahead to tell.
func crossing(d *bench.Drift, threshold float64, last time.Time) *bench.Crossing {
	// All lines go through the middle of the points: there the level is known best.
	middle := d.Since.Add(last.Sub(d.Since) / 2)
	when := func(slope float64) (time.Time, bool) {
		days := (threshold - d.At(middle)) / slope
		if days < 0 || days > 3*farthest.Hours()/24 {
			return time.Time{}, false
		}
		return middle.Add(time.Duration(days * float64(day))), true
	}
	steep, flat := d.High, d.Low
	if d.PerDay < 0 {
		steep, flat = flat, steep
	}
	at, ok := when(d.PerDay)
	earliest, soon := when(steep)
	if !ok || !soon || at.Sub(last) > farthest {
		return nil
	}
	c := &bench.Crossing{Time: at, Earliest: earliest}
	if latest, ok := when(flat); ok && latest.Sub(last) <= 2*farthest {
		c.Latest = &latest
	}
	return c
}
