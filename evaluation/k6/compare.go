//go:build unix

package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/tidemark/tidemark/bench"
)

// alpha is shared by all tests of the table: with it one table in a hundred calls alike things different.
const alpha = 0.01

// A side is what one generator sent of one kind of request while it was measured.
type side struct {
	count   int
	shapes  map[string]bool
	values  map[string][]float64
	scatter float64 // of arrivals: variance by mean of how many come in a tenth of a second; of a Poisson process 1, of even arrivals near 0
}

// sides sorts what was recorded by the kind of request, and leaves out each scenario's warm-up: set-up steps are alone in their kind, and stay.
func sides(all []recorded, warmup, duration time.Duration) map[string]*side {
	first := map[string]time.Time{}
	times := map[string][]time.Duration{}
	found := map[string]*side{}
	for _, one := range all {
		if _, seen := first[one.request]; !seen {
			first[one.request] = one.at
		}
	}
	only := map[string]int{}
	for _, one := range all {
		only[one.request]++
	}
	for _, one := range all {
		at := one.at.Sub(first[one.request])
		if only[one.request] > 1 && (at < warmup || at >= warmup+duration) {
			continue
		}
		s := found[one.request]
		if s == nil {
			s = &side{shapes: map[string]bool{}, values: map[string][]float64{}}
			found[one.request] = s
		}
		s.count++
		s.shapes[one.headers+one.shape] = true
		for name, values := range one.values {
			s.values[name] = append(s.values[name], values...)
		}
		times[one.request] = append(times[one.request], at-warmup)
	}
	for request, s := range found {
		s.scatter = scatter(times[request], duration)
	}
	return found
}

func scatter(times []time.Duration, duration time.Duration) float64 {
	const bin = 100 * time.Millisecond
	counts := make([]float64, duration/bin)
	for _, at := range times {
		if i := int(at / bin); i >= 0 && i < len(counts) {
			counts[i]++
		}
	}
	mean, square := 0.0, 0.0
	for _, c := range counts {
		mean += c / float64(len(counts))
	}
	for _, c := range counts {
		square += (c - mean) * (c - mean) / float64(len(counts)-1)
	}
	return square / mean
}

// compare prints how both sides sent each kind of request, and reports whether nothing tells them apart.
func compare(w io.Writer, plan *bench.Plan, ours, theirs *recorder) bool {
	l := plan.Scenarios[0].Load
	a, b := sides(ours.all, l.Warmup, l.Duration), sides(theirs.all, l.Warmup, l.Duration)
	kinds := keys(union(a, b))
	tests := 0
	for _, kind := range kinds {
		if a[kind] != nil {
			tests += 1 + len(a[kind].values)
		}
	}
	limit, ok := alpha/float64(tests), true
	verdict := func(p float64) string {
		if p < limit {
			ok = false
			return fmt.Sprintf("%.2g: DIFFERENT", p)
		}
		return fmt.Sprintf("%.2g", p)
	}
	fmt.Fprintf(w, "| request | Tidemark | k6 | p | bodies and headers | scatter of arrivals |\n| --- | ---: | ---: | ---: | --- | --- |\n")
	for _, kind := range kinds {
		x, y := a[kind], b[kind]
		if x == nil || y == nil {
			ok = false
			fmt.Fprintf(w, "| %s | %d | %d | | SENT BY ONE ALONE | |\n", kind, count(x), count(y))
			continue
		}
		shapes := fmt.Sprintf("the same %d", len(x.shapes))
		if !maps.Equal(x.shapes, y.shapes) {
			shapes, ok = fmt.Sprintf("DIFFERENT: %q, %q", keys(x.shapes), keys(y.shapes)), false
		}
		arrivals := ""
		if x.count > 1 {
			arrivals = fmt.Sprintf("%.2f, %.2f", x.scatter, y.scatter)
		}
		// Of two counts of Poisson processes, the difference is normal with the sum as its variance.
		z := float64(x.count-y.count) / math.Sqrt(float64(max(x.count+y.count, 1)))
		fmt.Fprintf(w, "| %s | %d | %d | %s | %s | %s |\n", kind, x.count, y.count, verdict(2*distuv.UnitNormal.CDF(-math.Abs(z))), shapes, arrivals)
	}
	fmt.Fprintf(w, "\n| value | of | drawn | least to most | mean | p |\n| --- | --- | ---: | --- | --- | ---: |\n")
	for _, kind := range kinds {
		x, y := a[kind], b[kind]
		if x == nil || y == nil {
			continue
		}
		for _, name := range keys(union(x.values, y.values)) {
			u, v := x.values[name], y.values[name]
			if len(u) == 0 || len(v) == 0 {
				ok = false
				fmt.Fprintf(w, "| %s | %s | %d, %d | | | SENT BY ONE ALONE |\n", name, kind, len(u), len(v))
				continue
			}
			fmt.Fprintf(w, "| %s | %s | %d, %d | %g to %g, %g to %g | %.4g, %.4g | %s |\n", name, kind, len(u), len(v), slices.Min(u), slices.Max(u), slices.Min(v), slices.Max(v), mean(u), mean(v), verdict(alike(u, v)))
		}
	}
	fmt.Fprintf(w, "\nEach pair is Tidemark, k6. p: that two such samples come from one distribution (chi-square in up to 20 classes of equal size); below %.2g, 1%% shared by %d tests, they differ.\n", limit, tests)
	return ok
}

func count(s *side) int {
	if s == nil {
		return 0
	}
	return s.count
}

// alike is the p-value of a chi-square test that two samples come from one distribution: in a class for each value, or, of many values, in twenty of about
// equal size.
func alike(u, v []float64) float64 {
	const classes = 20
	all := slices.Sorted(slices.Values(slices.Concat(u, v)))
	var ends []float64 // the largest value of each class
	if distinct := slices.Compact(slices.Clone(all)); len(distinct) <= classes {
		ends = distinct
	} else {
		for i := 1; i <= classes; i++ {
			ends = append(ends, all[len(all)*i/classes-1])
		}
		ends = slices.Compact(ends)
	}
	counts := func(sample []float64) []float64 {
		n := make([]float64, len(ends))
		for _, value := range sample {
			i, _ := slices.BinarySearch(ends, value)
			n[i]++
		}
		return n
	}
	if len(ends) < 2 {
		return 1
	}
	a, b := counts(u), counts(v)
	// Numerical Recipes, section 14.3: of two binned samples of unlike size.
	ratio, statistic := math.Sqrt(float64(len(v))/float64(len(u))), 0.0
	for i := range a {
		if sum := a[i] + b[i]; sum > 0 {
			d := ratio*a[i] - b[i]/ratio
			statistic += d * d / sum
		}
	}
	return distuv.ChiSquared{K: float64(len(ends) - 1)}.Survival(statistic)
}

func mean(values []float64) (m float64) {
	for _, v := range values {
		m += v / float64(len(values))
	}
	return m
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

func union[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
