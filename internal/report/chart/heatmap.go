package chart

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// A Second is what one second of a load saw.
type Second struct {
	Bins     []Bin   // from the fastest; nil: not kept
	P50, P95 float64 // milliseconds; 0: nothing was answered
	Errors   int64
}

// A Bin is answers that took as long.
type Bin struct {
	MS    float64
	Count int64
}

// Bins are those of a histogram. A chart is drawn more than once, and to read a histogram takes longer than to draw it.
func Bins(h *hist.Histogram) (all []Bin) {
	h.Each(func(value time.Duration, count int64) bool {
		all = append(all, Bin{float64(value) / 1e6, count})
		return true
	})
	return all
}

// rowsOf is how many bands of latency a heat map has.
const rowsOf = 26

// HeatMap draws latency over time: a column for each second, or for several where they are many, a row for each band of latency, whose bounds grow
// by equal factors; the darker, the more answers of that second. The lines are p50 and p95. Red marks above are seconds with errors.
func HeatMap(title string, width float64, all []Second) string {
	lowest, highest := math.Inf(1), 0.0
	kept := 0
	for _, s := range all {
		if n := len(s.Bins); n > 0 {
			kept++
			lowest, highest = min(lowest, s.Bins[0].MS), max(highest, s.Bins[n-1].MS)
		} else if s.P50 > 0 {
			lowest, highest = min(lowest, s.P50), max(highest, s.P95)
		}
	}
	p := plot{left: leftOf, right: width - 40, top: 22, bottom: 210}
	if highest == 0 {
		d := begin(width, 60, title, "nothing was answered")
		d.label(p.left, 34, "c-mute", "start", "nothing was answered")
		return d.end()
	}
	lowest = max(lowest, 0.001) * .95
	highest = max(highest*1.05, lowest*2)
	y := func(ms float64) float64 {
		return p.bottom - (p.bottom-p.top)*min(max(math.Log(ms/lowest)/math.Log(highest/lowest), 0), 1)
	}
	x := func(second float64) float64 { return p.left + (p.right-p.left)*second/float64(len(all)) }
	d := begin(width, 246, title, over(all))
	for _, v := range logTicks(lowest, highest) {
		d.across("l-grid", p.left, p.right, y(v))
		d.label(p.left-8, y(v)+4, "c-mute", "end", onAxis(v))
	}
	if kept > 0 {
		d.cells(p, all, lowest, highest, x)
	}
	d.percentiles(p, all, x, y)
	for i, s := range all {
		if s.Errors > 0 {
			d.path("l-fail", fmt.Sprintf("M%s %sv6", num((x(float64(i))+x(float64(i+1)))/2), num(p.top-12)))
		}
	}
	d.across("l-axis", p.left, p.right, p.bottom)
	for _, v := range ticks(float64(len(all))) {
		if v <= float64(len(all)) && v == math.Trunc(v) {
			d.label(x(v), p.bottom+17, "c-mute", "middle", fmt.Sprintf("%gs", v))
		}
	}
	return d.end()
}

// over says in words how latency went.
func over(all []Second) string {
	least, most, errors := math.Inf(1), 0.0, int64(0)
	for _, s := range all {
		if s.P95 > 0 {
			least, most = min(least, s.P95), max(most, s.P95)
		}
		errors += s.Errors
	}
	return fmt.Sprintf("%d seconds; p95 of a second between %s and %s; %d errors", len(all), bench.Readable(least), bench.Readable(most), errors)
}

// percentiles draws p50 and p95 of each second, named where they end.
func (d *drawing) percentiles(p plot, all []Second, x, y func(float64) float64) {
	var ends []float64
	for _, of := range []struct {
		name, class string
		value       func(Second) float64
	}{{"p95", "l-thin", func(s Second) float64 { return s.P95 }}, {"p50", "l-thin", func(s Second) float64 { return s.P50 }}} {
		var l strings.Builder
		last, pen := 0.0, "M"
		for i, s := range all {
			v := of.value(s)
			if v <= 0 {
				pen = "M" // a gap where nothing was answered
				continue
			}
			l.WriteString(pen + num((x(float64(i))+x(float64(i+1)))/2) + " " + num(y(v)))
			last, pen = v, "L"
		}
		if last == 0 {
			continue
		}
		d.path(of.class, l.String())
		at := apart(y(last)+4, ends)
		ends = append(ends, at)
		d.label(p.right+7, at, "c-mute", "start", of.name)
	}
}

// shades are the classes of cells, from few answers to many.
var shades = []string{"h1", "h2", "h3", "h4", "h5", "h6"}

// leastColumn is how narrow a column may be, in pixels.
const leastColumn = 3

// cells draws the map, one path for each shade. A cell's shade is by the root of its share of the fullest: few answers show too.
func (d *drawing) cells(p plot, all []Second, lowest, highest float64, x func(float64) float64) {
	each := max(int(math.Ceil(float64(len(all))*leastColumn/(p.right-p.left))), 1)
	columns := (len(all) + each - 1) / each
	counts, most := make([][rowsOf]int64, columns), int64(1)
	for i, s := range all {
		for _, b := range s.Bins {
			row := int(math.Log(b.MS/lowest) / math.Log(highest/lowest) * rowsOf)
			c := &counts[i/each][min(max(row, 0), rowsOf-1)]
			*c += b.Count
			most = max(most, *c)
		}
	}
	paths := make([]strings.Builder, len(shades))
	height := (p.bottom - p.top) / rowsOf
	for column, rows := range counts {
		left, right := x(float64(column*each)), x(float64(min((column+1)*each, len(all))))
		for row, n := range rows {
			if n > 0 {
				shade := min(int(math.Sqrt(float64(n)/float64(most))*float64(len(shades))), len(shades)-1)
				fmt.Fprintf(&paths[shade], "M%s %sH%sv%sH%sz", num(left), num(p.bottom-float64(row+1)*height), num(right), num(height), num(left))
			}
		}
	}
	for i := range paths {
		if paths[i].Len() > 0 {
			d.path(shades[i], paths[i].String())
		}
	}
}
