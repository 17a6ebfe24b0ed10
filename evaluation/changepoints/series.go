package main

import (
	"math/rand/v2"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// length is how many runs a series has, one a day.
const length = 120

// epoch is the day of the first.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// A series is values with the truth about them.
type series struct {
	points []bench.Point
	steps  []int // indexes of the first run of each new level
}

// A kind is a way in which series behave. noise is the standard deviation of a run, as a part of its level.
type kind struct {
	name string
	make func(rng *rand.Rand, noise float64) series
}

// kinds are those that are judged, in the order of the table.
func kinds() []kind {
	all := []kind{{"no change", func(rng *rand.Rand, noise float64) series { return build(rng, shape{noise: noise}) }}}
	for _, s := range []struct {
		name string
		size float64
	}{{"step of 5%", 0.05}, {"step of 10%", 0.10}, {"step of 20%", 0.20}, {"step of 50%", 0.50}} {
		all = append(all, kind{s.name, func(rng *rand.Rand, noise float64) series { return build(rng, shape{noise: noise, step: s.size}) }})
	}
	return append(all,
		kind{"a single spike", func(rng *rand.Rand, noise float64) series { return build(rng, shape{noise: noise, spikes: 1}) }},
		kind{"spikes, one run in 20", func(rng *rand.Rand, noise float64) series {
			return build(rng, shape{noise: noise, spikes: length / 20})
		}},
		kind{"spikes and a step of 20%", func(rng *rand.Rand, noise float64) series {
			return build(rng, shape{noise: noise, spikes: length / 20, step: 0.20})
		}},
		kind{"slow drift, +40% in all", func(rng *rand.Rand, noise float64) series { return build(rng, shape{noise: noise, drift: 0.40}) }},
		kind{"noise that grows threefold", func(rng *rand.Rand, noise float64) series { return build(rng, shape{noise: noise, grows: 3}) }},
		kind{"the same with a step of 20%", func(rng *rand.Rand, noise float64) series {
			return build(rng, shape{noise: noise, grows: 3, step: 0.20})
		}},
		kind{"a third of the runs missing, step of 20%", func(rng *rand.Rand, noise float64) series {
			return build(rng, shape{noise: noise, missing: 1. / 3, step: 0.20})
		}},
		kind{"dependent runs (AR 0.5), no change", func(rng *rand.Rand, noise float64) series { return build(rng, shape{noise: noise, depends: 0.5}) }},
	)
}

// A shape is what goes into a series.
type shape struct {
	noise   float64 // of a run, relative to its level
	grows   float64 // times that at the end; 0: it stays
	depends float64 // correlation of a run's noise with that of the run before
	step    float64 // relative to the level before, somewhere in the middle half
	spikes  int     // runs that are 1.5 to 3 times as slow
	drift   float64 // from first to last, relative to the first
	missing float64 // part of the runs that are not there
}

const level = 100.0 // milliseconds, at first

func build(rng *rand.Rand, s shape) series {
	at := length/4 + rng.IntN(length/2)
	spiked := map[int]bool{}
	for len(spiked) < s.spikes {
		if i := rng.IntN(length); i < at-2 || i > at+2 { // a spike beside the step would move it
			spiked[i] = true
		}
	}
	var out series
	carried := rng.NormFloat64()
	for i := range length {
		part := float64(i) / (length - 1)
		mean := level * (1 + s.drift*part)
		if s.step > 0 && i >= at {
			mean *= 1 + s.step
		}
		noise := s.noise
		if s.grows > 0 {
			noise *= 1 + (s.grows-1)*part
		}
		carried = s.depends*carried + sqrt(1-s.depends*s.depends)*rng.NormFloat64()
		v := mean * (1 + noise*carried)
		if spiked[i] {
			v *= 1.5 + 1.5*rng.Float64()
		}
		if i != at && rng.Float64() < s.missing {
			continue
		}
		if s.step > 0 && i == at {
			out.steps = append(out.steps, len(out.points))
		}
		out.points = append(out.points, bench.Point{Time: epoch.AddDate(0, 0, i), Value: v})
	}
	return out
}
