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
	MaxDriftP  float64 // of a drift
}

// Defaults are the options of the command line: the detector as in Hunter, JUDGEMENT's effect size, spikes at six deviations.
func Defaults() Options {
	return Options{Window: 50, MaxP: 0.001, MinSegment: 3, Spikes: 6, MinRatio: 0.05, MinChange: 1, MaxDriftP: 0.01}
}

// leastForDrift is how many runs a drift is looked for in.
const leastForDrift = 8

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
		values = stats.Despike(values, o.Spikes)
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
	t.Drift = drift(t.Points[from:], values[from:], t.Threshold, o.MaxDriftP)
}

// filter takes away the change points that make no good alarm, the weakest first, and measures again what is left of the others.
func filter(values []float64, found []stats.ChangePoint, o Options) []stats.ChangePoint {
	for {
		worst, weakest := -1, math.Inf(-1)
		for i := range found {
			from, to := neighbours(found, i, len(values))
			found[i].Before, found[i].After = mean(values[from:found[i].Index]), mean(values[found[i].Index:to])
			short := min(found[i].Index-from, to-found[i].Index) < o.MinSegment
			change := math.Abs(found[i].After - found[i].Before)
			small := change < o.MinChange || change < o.MinRatio*math.Abs(found[i].Before)
			if !short && !small {
				continue
			}
			if weakness := -change; weakness > weakest {
				worst, weakest = i, weakness
			}
		}
		if worst < 0 {
			return found
		}
		found = slices.Delete(found, worst, worst+1)
	}
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

func drift(points []bench.Point, values []float64, threshold, maxP float64) *bench.Drift {
	if len(points) < leastForDrift {
		return nil
	}
	_, p := stats.MannKendall(values)
	if p > maxP {
		return nil
	}
	start := points[0].Time
	days := make([]float64, len(points))
	for i := range points {
		days[i] = points[i].Time.Sub(start).Hours() / 24
	}
	line, ok := stats.TheilSen(days, values)
	if !ok || line.Low <= 0 && line.High >= 0 {
		return nil
	}
	d := &bench.Drift{PerDay: line.Slope, Low: line.Low, High: line.High, P: p}
	// All lines go through the middle of the points: there the level is known best.
	last := len(points) - 1
	middle := days[last] / 2
	level := line.Intercept + line.Slope*middle
	if threshold <= 0 || line.Slope <= 0 || line.Intercept+line.Slope*days[last] >= threshold {
		return d
	}
	when := func(slope float64) time.Time {
		return start.Add(time.Duration((middle + (threshold-level)/slope) * float64(day)))
	}
	c := &bench.Crossing{Time: when(line.Slope), Earliest: when(line.High)}
	if c.Time.Sub(points[last].Time) > farthest {
		return d
	}
	if line.Low > 0 {
		if latest := when(line.Low); latest.Sub(points[last].Time) <= 2*farthest {
			c.Latest = &latest
		}
	}
	d.Crossing = c
	return d
}
