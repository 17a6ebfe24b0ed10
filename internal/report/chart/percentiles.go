package chart

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// A Distribution is one line of a percentile chart.
type Distribution struct {
	Name      string
	Base      bool // what it is held against: drawn in grey
	Histogram *hist.Histogram
}

// A Limit is a threshold of a percentile, in milliseconds.
type Limit struct {
	Quantile float64 // 0 to 1
	MS       float64
	Breached bool
}

// Percentiles draws distributions as HdrHistogram's users know them: latency over the percentile, on an axis on which each nine takes as much room
// as the one before, log10 of 1/(1-p). A line ends where its data do: at the slowest of n answers, which is its 1-1/n.
func Percentiles(title string, width float64, all []Distribution, limits []Limit) string {
	curves := make([]curve, 0, len(all))
	nines, highest := 2.0, 0.0
	for _, d := range all {
		if c := cumulated(d.Histogram); c.n > 0 {
			curves = append(curves, c)
			nines, highest = max(nines, math.Log10(float64(c.n))), max(highest, c.at(1))
		} else {
			curves = append(curves, c)
		}
	}
	for _, l := range limits {
		if l.MS < 2*highest { // one far above all would press the lines to the ground
			highest = max(highest, l.MS)
		}
	}
	nines = min(nines, 6)
	longest := 0
	for _, d := range all {
		longest = max(longest, len(d.Name))
	}
	p := plot{left: leftOf, right: width - 12 - boldLetter*float64(longest), top: 14, bottom: 232}
	d := begin(width, 268, title, describe(all, curves))
	scale := ticks(highest)
	p.highest = scale[len(scale)-1]
	d.rulings(p, scale)
	x := func(nine float64) float64 { return p.left + (p.right-p.left)*nine/nines }
	for _, t := range []struct {
		quantile float64
		name     string
	}{{0, "0%"}, {.5, "50%"}, {.9, "90%"}, {.99, "99%"}, {.999, "99.9%"}, {.9999, "99.99%"}, {.99999, "99.999%"}, {.999999, "99.9999%"}} {
		if at := nine(t.quantile); at <= nines+1e-6 && (t.quantile != .5 || x(at)-p.left > 40) {
			d.upright("l-grid", x(at), p.top, p.bottom)
			d.label(x(at), p.bottom+17, "c-mute", "middle", t.name)
		}
	}
	var below plot // the label before
	for _, l := range limits {
		at, half := x(nine(l.Quantile)), 26.0
		class, ink := "l-limit", "c-mute"
		if l.Breached {
			class, ink = "l-breach", "c-fail"
		}
		if l.MS <= p.highest {
			d.across(class, at-half, at+half, p.y(l.MS))
			words, y := fmt.Sprintf("p%g ≤ %s", l.Quantile*100, onAxis(l.MS)), p.y(l.MS)-5
			if at-half < below.right && math.Abs(y-below.top) < 13 {
				y = below.top - 13
			}
			below = plot{right: at - half + boldLetter*float64(len(words)), top: y}
			d.label(at-half, y, ink, "start", words)
		}
	}
	ends := make([]float64, 0, len(curves))
	for i, c := range curves {
		if c.n == 0 {
			continue
		}
		class, ink, fill := "l-head", "c-accent", "f-head"
		if all[i].Base {
			class, ink, fill = "l-base", "c-base", "f-base"
		}
		end := min(math.Log10(float64(c.n)), nines)
		d.path(class, c.draw(end, x, p.y))
		y := p.y(c.at(1 - math.Pow(10, -end)))
		d.dot(fill, x(end), y, 3, fmt.Sprintf("%s: %s answers, slowest %s", all[i].Name, bench.Thousands(float64(c.n)), bench.Readable(c.at(1))))
		at := apart(y+4, ends)
		ends = append(ends, at)
		d.label(x(end)+7, at, ink, "start", all[i].Name)
	}
	return d.end()
}

// apart moves a label off those that are there already.
func apart(y float64, others []float64) float64 {
	for _, o := range others {
		if math.Abs(y-o) < 13 {
			if y >= o {
				return o + 13
			}
			return o - 13
		}
	}
	return y
}

func describe(all []Distribution, curves []curve) string {
	var words []string
	for i, c := range curves {
		if c.n > 0 {
			words = append(words, fmt.Sprintf("%s: p50 %s, p90 %s, p99 %s, slowest %s of %s answers", all[i].Name, bench.Readable(c.at(.5)), bench.Readable(c.at(.9)), bench.Readable(c.at(.99)), bench.Readable(c.at(1)), bench.Thousands(float64(c.n))))
		}
	}
	if len(words) == 0 {
		return "nothing was answered"
	}
	return strings.Join(words, "; ")
}

// nine is a quantile's place on the axis: 0.9 is one nine.
func nine(quantile float64) float64 { return -math.Log10(1 - quantile) }

// A curve is a histogram that can be asked often.
type curve struct {
	n      int64
	values []float64 // milliseconds
	upTo   []int64   // answers that take as long or less
}

func cumulated(h *hist.Histogram) (c curve) {
	if h == nil {
		return c
	}
	h.Each(func(value time.Duration, count int64) bool {
		c.n += count
		c.values, c.upTo = append(c.values, float64(value)/1e6), append(c.upTo, c.n)
		return true
	})
	return c
}

// at is the quantile, by nearest rank.
func (c curve) at(q float64) float64 {
	rank := max(int64(math.Ceil(q*float64(c.n)-1e-9)), 1)
	for i, n := range c.upTo {
		if n >= rank {
			return c.values[i]
		}
	}
	return 0
}

// draw is the line up to so many nines.
func (c curve) draw(end float64, x, y func(float64) float64) string {
	var l line
	const steps = 160
	for i := range steps + 1 {
		at := end * float64(i) / steps
		l.to(x(at), y(c.at(1-math.Pow(10, -at))))
	}
	return l.String()
}

// leftOf is the room for the values of an upright axis.
const leftOf = 66

// A plot is the room between axes; values grow upwards from 0.
type plot struct{ left, right, top, bottom, highest float64 }

func (p plot) y(v float64) float64 {
	return p.bottom - (p.bottom-p.top)*min(max(v, 0)/p.highest, 1)
}

// rulings draws the values of the upright axis.
func (d *drawing) rulings(p plot, scale []float64) {
	for i, v := range scale {
		class := "l-grid"
		if i == 0 {
			class = "l-axis"
		}
		d.across(class, p.left, p.right, p.y(v))
		d.label(p.left-8, p.y(v)+4, "c-mute", "end", onAxis(v))
	}
}
