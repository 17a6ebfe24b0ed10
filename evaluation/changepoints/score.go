package main

import (
	"math"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/stats"
	"github.com/tidemark/tidemark/internal/trend"
)

// A method says where the steps of a series are.
type method struct {
	name  string
	steps func(points []bench.Point) []int
}

// methods are those that are held beside each other: ours, and Apache Otava's algorithm (the same detector without our filters) at its defaults, and with
// the effect size that users of it set.
var methods = []method{
	{"tidemark", func(points []bench.Point) []int {
		o := trend.Defaults()
		o.MaxDriftP = 0 // drift has a table of its own
		t := &bench.Trend{Points: points}
		trend.Analyse(t, o)
		at := make([]int, 0, len(t.Shifts))
		for _, s := range t.Shifts {
			at = append(at, s.Index)
		}
		return at
	}},
	{"Otava", otava(0)},
	{"Otava, 5%", otava(0.05)},
}

func otava(magnitude float64) func(points []bench.Point) []int {
	return func(points []bench.Point) []int {
		values := make([]float64, len(points))
		for i, p := range points {
			values[i] = p.Value
		}
		var at []int
		for _, c := range (stats.Divisive{Window: 50, MaxP: 0.001, MinMagnitude: magnitude}).Find(values) {
			at = append(at, c.Index)
		}
		return at
	}
}

// A score adds up what a method did on series of one kind, run by run, as a user sees it.
type score struct {
	series, steps int
	alarms        int // different places at which a step was told, at any time
	right         int // of those, at a step that is there, once for each
	delay         int // runs from a step, its own included, until it was told
	disturbed     int // series with an alarm that is not right
}

const (
	firstLook = 10 // runs, before which nobody looks
	near      = 3  // runs: alarms so close are one, and right so close to a step
)

// watch gives a series to a method run by run, and counts the alarms that it raises. An alarm is for what has happened already: a
// place is taken for a step only once the step is there.
func (s *score) watch(of series, m method) {
	s.series++
	s.steps += len(of.steps)
	var places []int
	found := map[int]bool{}
	wrong := false
	for n := firstLook; n <= len(of.points); n++ {
		for _, at := range m.steps(of.points[:n]) {
			if closest(places, at) <= near {
				continue
			}
			places = append(places, at)
			s.alarms++
			hit := false
			for _, step := range of.steps {
				if step < n && abs(at-step) <= near && !found[step] {
					found[step], hit = true, true
					s.right++
					s.delay += n - step
				}
			}
			wrong = wrong || !hit
		}
	}
	if wrong {
		s.disturbed++
	}
}

func closest(places []int, at int) int {
	least := math.MaxInt
	for _, p := range places {
		least = min(least, abs(p-at))
	}
	return least
}

func abs(n int) int { return max(n, -n) }

func sqrt(v float64) float64 { return math.Sqrt(v) }
