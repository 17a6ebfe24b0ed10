package main

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

func TestTheTableIsTheSameAgain(t *testing.T) {
	var one, two bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		if err := run(b, 1); err != nil {
			t.Fatal(err)
		}
	}
	if one.String() != two.String() || strings.Count(one.String(), "step of 50%") != len(noises) {
		t.Errorf("%s", one.String())
	}
}

// Of a step at 5 that is told after seven runs at 4, once more at 6 (the same alarm), and of another place at 12 after 15 runs.
func TestScoreByHand(t *testing.T) {
	m := method{steps: func(points []bench.Point) []int {
		switch n := len(points); {
		case n < 12:
			return nil
		case n < 15:
			return []int{4}
		}
		return []int{6, 12}
	}}
	var s score
	s.watch(series{points: make([]bench.Point, 20), steps: []int{5}}, m)
	// The first alarm is right: told when there are 12 runs, the seventh since the step. The second is not.
	if s != (score{series: 1, steps: 1, alarms: 2, right: 1, delay: 7, disturbed: 1}) {
		t.Errorf("%+v", s)
	}
	if got := s.cells(); got != " 0.50 | 1.00 | 7.0 | 100.0% |" {
		t.Errorf("%q", got)
	}
}

func TestSeriesAreAsTheySay(t *testing.T) {
	s := build(rand.New(rand.NewPCG(1, 2)), shape{step: 0.5, missing: 0.5})
	at := s.steps[0]
	if len(s.points) > 90 || s.points[at-1].Value != 100 || s.points[at].Value != 150 || s.points[len(s.points)-1].Value != 150 {
		t.Errorf("%d points, step at %d: %+v", len(s.points), at, s.points)
	}
	s = build(rand.New(rand.NewPCG(1, 2)), shape{spikes: 6, drift: 0.4})
	high := 0
	for i, p := range s.points {
		if p.Value > 1.4*(100+40*float64(i)/(length-1)) {
			high++
		}
	}
	if high != 6 || len(s.steps) != 0 {
		t.Errorf("%d spikes, steps %v", high, s.steps)
	}
}
