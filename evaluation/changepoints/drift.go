package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/stats"
	"github.com/tidemark/tidemark/internal/trend"
)

// ahead is how far the drift has to go for the threshold, relative to what it has gone by the end of the series.
const ahead = 1.5

// drifts are the shapes that drift is looked for in, in the order of the table.
var drifts = []struct {
	name  string
	shape shape
}{
	{"no change", shape{}},
	{"dependent runs (AR 0.5), no change", shape{depends: 0.5}},
	{"spikes, one run in 20", shape{spikes: length / 20}},
	{"step of 20%", shape{step: 0.20}},
	{"drift, +10% in all", shape{drift: 0.10}},
	{"drift, +20% in all", shape{drift: 0.20}},
	{"drift, +40% in all", shape{drift: 0.40}},
	{"drift, +20% in all, dependent runs (AR 0.5)", shape{drift: 0.20, depends: 0.5}},
	{"drift, +20% in all, a third of the runs missing", shape{drift: 0.20, missing: 1. / 3}},
}

// driftTable shows how often a drift is told in whole series, and how often the interval of its crossing holds the day on which it will be.
func driftTable(b *bytes.Buffer, seeds int) {
	b.WriteString("\n### Drift\n\n| series |")
	for _, noise := range noises {
		fmt.Fprintf(b, " noise %.0f%%: told | crossing held | Mann-Kendall alone |", 100*noise)
	}
	b.WriteString("\n| --- |")
	for range noises {
		b.WriteString(" ---: | ---: | ---: |")
	}
	for i, d := range drifts {
		fmt.Fprintf(b, "\n| %s |", d.name)
		for _, noise := range noises {
			told, crossings, held, alone := 0, 0, 0, 0
			for seed := range seeds {
				s := d.shape
				s.noise = noise
				t := &bench.Trend{Points: build(rand.New(rand.NewPCG(uint64(seed), uint64(100+i))), s).points} //nolint:gosec // seeds are small
				if s.drift > 0 {
					t.Threshold = level * (1 + ahead*s.drift)
				}
				trend.Analyse(t, trend.Defaults())
				if _, p := stats.MannKendall(values(t.Points), 1); p <= trend.Defaults().MaxDriftP {
					alone++
				}
				if t.Drift == nil {
					continue
				}
				told++
				if c := t.Drift.Crossing; c != nil {
					crossings++
					truth := epoch.Add(time.Duration(ahead * (length - 1) * 24 * float64(time.Hour)))
					if !truth.Before(c.Earliest) && (c.Latest == nil || !truth.After(*c.Latest)) {
						held++
					}
				}
			}
			crossing := "-"
			if crossings > 0 {
				crossing = fmt.Sprintf("%.0f%% of %d", 100*float64(held)/float64(crossings), crossings)
			}
			fmt.Fprintf(b, " %.1f%% | %s | %.1f%% |", 100*float64(told)/float64(seeds), crossing, 100*float64(alone)/float64(seeds))
		}
	}
	b.WriteByte('\n')
}

func values(points []bench.Point) []float64 {
	all := make([]float64, len(points))
	for i, p := range points {
		all[i] = p.Value
	}
	return all
}
