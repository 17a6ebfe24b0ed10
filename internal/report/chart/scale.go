package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// ticks are round values from 0 up to at least the highest, some three to six.
func ticks(highest float64) []float64 {
	if !(highest > 0) || math.IsInf(highest, 0) {
		highest = 1
	}
	rough := highest / 5
	unit := math.Pow(10, math.Floor(math.Log10(rough)))
	step := unit * 10
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*unit >= rough*(1-1e-9) {
			step = m * unit
			break
		}
	}
	var all []float64
	for i := 0; ; i++ {
		v := float64(i) * step
		if all = append(all, v); v >= highest*(1-1e-9) {
			return all
		}
	}
}

// logTicks are round values between two others, that are told apart by factors.
func logTicks(low, high float64) (all []float64) {
	within := func(steps ...float64) (some []float64) {
		for unit := math.Pow(10, math.Floor(math.Log10(low))); unit <= high; unit *= 10 {
			for _, m := range steps {
				if v := unit * m; v >= low*(1-1e-9) && v <= high*(1+1e-9) {
					some = append(some, v)
				}
			}
		}
		return some
	}
	for _, steps := range [][]float64{{1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9}} {
		if all = within(steps...); len(all) >= 3 {
			break
		}
	}
	return all
}

// onAxis is a duration beside an axis: as short as it can be.
func onAxis(ms float64) string {
	switch {
	case ms == 0:
		return "0"
	case ms >= 10_000 && math.Mod(ms, 1000) == 0:
		return bench.Thousands(ms/1000) + "s"
	}
	whole, fraction, found := strings.Cut(fmt.Sprintf("%.2f", ms), ".")
	if fraction = strings.TrimRight(fraction, "0"); found && fraction != "" && ms < 100 {
		return whole + "." + fraction + "ms"
	}
	return bench.Thousands(ms) + "ms"
}
