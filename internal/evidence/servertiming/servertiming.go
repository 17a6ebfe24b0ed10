// Package servertiming reads Server-Timing headers: what the service itself says about where the time of a request went.
package servertiming

import (
	"cmp"
	"math"
	"slices"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// Read is what the headers of a sample of requests say. Without any it is evidence that is missing.
func Read(s bench.Sample, span evidence.Span) bench.Evidence {
	var told []request
	for _, m := range s.Requests {
		if m.ServerTiming != "" && m.Outcome == bench.OK {
			told = append(told, request{m, parse(m.ServerTiming)})
		}
	}
	if len(told) == 0 {
		return evidence.Missing(bench.FromServerTiming, span, "no answer has a Server-Timing header")
	}
	slices.SortFunc(told, func(a, b request) int { return cmp.Compare(a.Service(), b.Service()) })
	return bench.Evidence{Source: bench.FromServerTiming, From: span.From, To: span.To, Samples: int64(len(told)), Timings: timings(told)}
}

// A request is a sampled one with what its answer said.
type request struct {
	bench.Sampled
	metrics []metric
}

// total is a metric's time and count in one request: a name may come several times.
func (r request) total(name string) (duration, count float64) {
	for _, m := range r.metrics {
		if m.name == name {
			duration += max(m.duration, 0)
			count += m.count
		}
	}
	return duration, count
}

// timings sums up requests, from the fastest to the slowest.
func timings(told []request) (all []bench.Timing) {
	slow := told[len(told)-(len(told)+19)/20:]
	typical := told[len(told)/4 : len(told)-len(told)/4] // the middle half
	for _, name := range names(told) {
		durations := make([]float64, 0, len(told))
		for _, r := range told {
			d, _ := r.total(name)
			durations = append(durations, d)
		}
		slices.Sort(durations)
		t := bench.Timing{Name: name, P50: durations[(len(durations)-1)/2], P95: durations[(len(durations)*95+99)/100-1]}
		for _, d := range durations {
			t.Mean += d / float64(len(durations))
		}
		t.Share, t.Count = share(typical, name)
		t.ShareSlow, t.CountSlow = share(slow, name)
		t.CountBySize = slope(told, name)
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b bench.Timing) int { return cmp.Compare(b.Mean, a.Mean) })
	return all
}

func names(told []request) (all []string) {
	for _, r := range told {
		for _, m := range r.metrics {
			if !slices.Contains(all, m.name) && len(all) < mostMetrics {
				all = append(all, m.name)
			}
		}
	}
	return all
}

// share is the part of the service time of some requests that a metric says it was, and how much it counted in one of them.
func share(of []request, name string) (share, count float64) {
	var part, whole float64
	for _, r := range of {
		d, n := r.total(name)
		part, whole, count = part+d, whole+bench.Milliseconds(r.Service()), count+n/float64(len(of))
	}
	if whole == 0 {
		return 0, count
	}
	return min(part/whole, 1), count
}

// slope is how many more a metric counts for each that the scenario's size is larger, by least squares; 0 where sizes do not differ.
func slope(told []request, name string) float64 {
	var n, mx, my, xx, xy float64
	for _, r := range told {
		if !math.IsNaN(r.Grows) {
			_, count := r.total(name)
			n, mx, my = n+1, mx+r.Grows, my+count
		}
	}
	for _, r := range told {
		if !math.IsNaN(r.Grows) {
			_, count := r.total(name)
			xx, xy = xx+(r.Grows-mx/n)*(r.Grows-mx/n), xy+(r.Grows-mx/n)*(count-my/n)
		}
	}
	if xx == 0 {
		return 0
	}
	return xy / xx
}
