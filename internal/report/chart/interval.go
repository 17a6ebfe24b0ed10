package chart

import (
	"fmt"
	"math"
)

// Interval draws a change with its interval on a small axis that all rows of a table share: ratios by equal factors, from 1/reach to reach. The
// upright line is no change.
func Interval(low, ratio, high, reach float64, fails bool) string {
	const width, height = 132.0, 16.0
	x := func(r float64) float64 {
		at := math.Log(max(r, 1e-9)) / math.Log(max(reach, 1.01))
		return width/2 + (width/2-5)*min(max(at, -1), 1)
	}
	d := begin(width, height, "Change with its 95% interval", fmt.Sprintf("%+.1f%%, from %+.1f%% to %+.1f%%", 100*(ratio-1), 100*(low-1), 100*(high-1)))
	line, fill := "l-head", "f-head"
	if fails {
		line, fill = "l-fail", "f-fail"
	}
	d.upright("l-axis", width/2, 0, height)
	d.across(line, x(low), max(x(high), x(low)+.5), height/2)
	d.dot(fill, x(ratio), height/2, 3.5, "")
	return d.end()
}
