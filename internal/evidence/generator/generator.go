// Package generator reads from the load generator's own measurements what percentiles do not show: what latency goes with, and when.
//
// Its stance: these are facts and no causes. A line fits, or it does not; a throughput follows the load, or it no longer does.
package generator

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// Facts is what one measurement of a scenario shows. slices are its seconds, from the end of the warm-up on.
func Facts(s *bench.Scenario, r *bench.Result, slices []*bench.Slice, o bench.Observations, span evidence.Span) bench.Evidence {
	facts := Shape(r, o)
	facts.Growth = growth(o.Sample, s.Load.Warmup, time.Duration(r.Duration*float64(time.Second)))
	facts.Stalls = stalls(r, slices, s.Load.Warmup, o)
	facts.Saturation = saturation(s.Load, slices, o)
	return bench.Evidence{Source: bench.FromGenerator, From: span.From, To: span.To, Samples: r.Requests, Load: &facts}
}

// Shape is the facts that do not depend on when requests were sent: of a measurement in blocks too.
func Shape(r *bench.Result, o bench.Observations) bench.LoadFacts {
	answered := answered(o.Sample)
	return bench.LoadFacts{Size: sizeFit(answered), Phases: phases(answered), Slow: phases(slowest(answered)), Answer: answerSize(o.Sample),
		Statuses: statuses(o.Statuses), Limit: rateLimit(r, o), Modes: modes(r.Histogram.Response)}
}

// answered are the requests whose latency counts.
func answered(s bench.Sample) (all []bench.Sampled) {
	for _, m := range s.Requests {
		if m.Outcome == bench.OK {
			all = append(all, m)
		}
	}
	return all
}

// slowest is the slowest twentieth.
func slowest(all []bench.Sampled) []bench.Sampled {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b bench.Sampled) int { return cmp.Compare(b.Response(), a.Response()) })
	return sorted[:(len(sorted)+19)/20]
}

func phases(all []bench.Sampled) bench.Phases {
	part := func(f func(bench.Sampled) time.Duration) float64 {
		return quantile(all, .5, func(m bench.Sampled) float64 { return bench.Milliseconds(f(m)) })
	}
	return bench.Phases{
		Wait:      part(func(m bench.Sampled) time.Duration { return m.Sent - m.Intended }),
		FirstByte: part(func(m bench.Sampled) time.Duration { return m.FirstByte - m.Sent }),
		Body:      part(func(m bench.Sampled) time.Duration { return m.Done - m.FirstByte }),
	}
}

func answerSize(s bench.Sample) bench.SizeSummary {
	size := func(m bench.Sampled) float64 { return float64(m.Size) }
	return bench.SizeSummary{P50: quantile(s.Requests, .5, size), P95: quantile(s.Requests, .95, size), Max: quantile(s.Requests, 1, size)}
}

func statuses(seen map[int]int64) (all []bench.StatusSeen) {
	for status, n := range seen {
		if status > 0 {
			all = append(all, bench.StatusSeen{Status: status, Count: n})
		}
	}
	slices.SortFunc(all, func(a, b bench.StatusSeen) int { return cmp.Compare(b.Count, a.Count) })
	return all
}

// quantile is the nearest-rank quantile of what is taken of some requests; 0 of none.
func quantile[T any](all []T, q float64, of func(T) float64) float64 {
	values := make([]float64, len(all))
	for i, m := range all {
		values[i] = of(m)
	}
	slices.Sort(values)
	return rank(values, q)
}

// rank is the nearest-rank quantile of sorted values; 0 of none.
func rank(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(int(math.Ceil(q*float64(len(sorted))))-1, 0)]
}

func median(values []float64) float64 { return rank(slices.Sorted(slices.Values(values)), .5) }
