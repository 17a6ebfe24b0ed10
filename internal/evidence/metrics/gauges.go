package metrics

import (
	"cmp"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

const (
	quarter   = 4
	mostGauge = 60
)

// gauges sums up what the samples showed. A series counts from the second sample that has it.
func gauges(samples []sample) []bench.Gauge {
	all := map[series][]point{}
	for _, s := range samples {
		for key, v := range s.values {
			all[key] = append(all[key], point{s.at.Sub(samples[0].at).Seconds(), v, 1})
		}
	}
	var out []bench.Gauge
	for key, points := range all {
		if key.grows {
			points = rates(points)
		}
		if len(points) == 0 {
			continue
		}
		g := bench.Gauge{Name: key.name, Labels: key.labels, Kind: key.kind, First: points[0].v, Last: points[len(points)-1].v, Mean: mean(points)}
		for _, p := range points {
			g.Max = max(g.Max, p.v)
		}
		if key.grows {
			n := (len(points) + quarter - 1) / quarter
			g.First, g.Last = mean(points[:n]), mean(points[len(points)-n:])
		}
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b bench.Gauge) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Labels, b.Labels))
	})
	return out[:min(len(out), mostGauge)]
}

// A point is a value at a time, in seconds. A rate weighs as long as it held.
type point struct{ t, v, weight float64 }

// rates are how fast a counter grew between its points. It is smaller than before when the process was started anew, and nothing is known then.
func rates(points []point) []point {
	var out []point
	for i := 1; i < len(points); i++ {
		took, grew := points[i].t-points[i-1].t, points[i].v-points[i-1].v
		if took > 0 && grew >= 0 {
			out = append(out, point{points[i].t, grew / took, took})
		}
	}
	return out
}

func mean(points []point) float64 {
	var sum, weight float64
	for _, p := range points {
		sum, weight = sum+p.v*p.weight, weight+p.weight
	}
	return sum / weight
}
