package dashboard

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// Charts are drawn here, for pages without scripts too. Colours and line widths are the stylesheet's, by class; what is written into a chart is numbers, and text
// that is escaped.

// A plot maps values to places.
type plot struct {
	width, height, left, right, top, bottom float64
	count                                   int
	highest                                 float64
}

func (p plot) x(i int) float64 {
	return p.left + (p.width-p.left-p.right)*(float64(i)+0.5)/float64(max(p.count, 1))
}

func (p plot) y(v float64) float64 {
	return p.top + (p.height-p.top-p.bottom)*(1-math.Max(v, 0)/p.highest)
}

// quarters are heights of a chart, of which a quarter is a round number too.
var quarters = []float64{1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10, 12}

// ceiling is a round number above all values.
func ceiling(values ...float64) float64 {
	highest := 0.0
	for _, v := range values {
		if !math.IsInf(v, 0) && !math.IsNaN(v) {
			highest = math.Max(highest, v)
		}
	}
	if highest <= 0 {
		return 1
	}
	step := math.Pow(10, math.Floor(math.Log10(highest)))
	for _, q := range quarters {
		if q*step >= highest*1.05 {
			return q * step
		}
	}
	return highest // of a number beyond all arithmetic
}

// line is the path through values.
func (p plot) line(values []float64) string {
	var b strings.Builder
	for i, v := range values {
		fmt.Fprintf(&b, "%c%.1f %.1f", "ML"[min(i, 1)], p.x(i), p.y(v))
	}
	return b.String()
}

func svg(b *strings.Builder) template.HTML {
	return template.HTML(b.String() + "</svg>") //nolint:gosec // every text in it is escaped where it is written
}

func pointsOf(points []bench.Point) []float64 {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = p.Value
	}
	return values
}

// spark draws the newest values of an endpoint beside its name, with the threshold. The table beside it says the newest in numbers.
func spark(values []float64, threshold float64) template.HTML {
	p := plot{width: 132, height: 32, left: 2, right: 4, top: 4, bottom: 3, count: len(values), highest: ceiling(append([]float64{threshold}, values...)...)}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="spark" viewBox="0 0 %g %g" width="%[1]g" height="%[2]g" aria-hidden="true" focusable="false">`, p.width, p.height)
	if threshold > 0 {
		fmt.Fprintf(&b, `<path class="limit" d="M0 %.1fH%g"/>`, p.y(threshold), p.width)
	}
	if n := len(values); n > 0 {
		fmt.Fprintf(&b, `<path class="line" d="%s"/>`, p.line(values))
		class := "dot"
		if threshold > 0 && values[n-1] > threshold {
			class = "dot over"
		}
		fmt.Fprintf(&b, `<circle class="%s" cx="%.1f" cy="%.1f" r="2.5"/>`, class, p.x(n-1), p.y(values[n-1]))
	}
	return svg(&b)
}

// liveSpark draws the seconds of a run that goes on.
func liveSpark(l bench.Live) template.HTML { return spark(l.Seconds, l.Threshold) }

// meter draws how much of a threshold is used up.
func meter(value, threshold float64) template.HTML {
	if threshold <= 0 {
		return ""
	}
	const width = 72.0
	full := threshold * 1.5 // so that there is room to be beyond it
	class := "used"
	if value > threshold {
		class = "used over"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="meter" viewBox="0 0 %g 8" width="%[1]g" height="8" aria-hidden="true" focusable="false"><rect class="room" width="%[1]g" height="8" rx="4"/><rect class="%s" width="%.1f" height="8" rx="4"/><path class="limit" d="M%.1f 0V8"/>`,
		width, class, math.Max(width*math.Min(value/full, 1), 4), width*threshold/full)
	return svg(&b)
}

// axes draws the grid of a chart.
func (p plot) axes(b *strings.Builder, unit string) {
	for i := range 5 {
		v := p.highest * float64(i) / 4
		text := "0"
		if i > 0 {
			text = amount(v, unit)
		}
		fmt.Fprintf(b, `<path class="grid" d="M%g %.1fH%g"/><text x="%g" y="%.1f" text-anchor="end">%s</text>`,
			p.left, p.y(v), p.width-p.right, p.left-8, p.y(v)+4, template.HTMLEscapeString(text))
	}
}

// threshold draws one.
func (p plot) threshold(b *strings.Builder, v float64) {
	if v > 0 && v <= p.highest {
		fmt.Fprintf(b, `<path class="limit" d="M%g %.1fH%g"/>`, p.left, p.y(v), p.width-p.right)
	}
}

// trendChart is what the interactive chart takes the place of.
func trendChart(t *bench.Trend) template.HTML {
	values := pointsOf(t.Points)
	p := plot{width: 960, height: 300, left: 72, right: 12, top: 12, bottom: 30, count: len(values), highest: ceiling(append([]float64{t.Threshold}, values...)...)}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %g %g" role="img" aria-label="%s">`, p.width, p.height, template.HTMLEscapeString(t.Metric+" of "+t.Name+" over "+plural(len(values), "run", "runs")))
	p.axes(&b, t.Unit)
	p.threshold(&b, t.Threshold)
	for _, s := range t.Shifts {
		fmt.Fprintf(&b, `<path class="step" d="M%.1f %gV%g"/>`, (p.x(s.Index)+p.x(s.Index-1))/2, p.top, p.height-p.bottom)
	}
	fmt.Fprintf(&b, `<path class="line" d="%s"/>`, p.line(values))
	if n := len(t.Points); n > 0 {
		fmt.Fprintf(&b, `<text x="%g" y="%g">%s</text><text x="%g" y="%[2]g" text-anchor="end">%[5]s</text>`,
			p.left, p.height-8, t.Points[0].Time.UTC().Format("2 Jan 2006, 15:04"), p.width-p.right, t.Points[n-1].Time.UTC().Format("2 Jan 2006, 15:04"))
	}
	return svg(&b)
}

// Widths of the chart of seconds: its letters are as large on a phone as on a desk, so each has its own.
const (
	roomy = 960
	slim  = 360
)

// secondsChart draws p50, p95 and p99 of each second of a result, and marks those with errors.
func secondsChart(r *bench.Result, width float64) template.HTML {
	n := len(r.Seconds)
	lines := map[string][]float64{"p50": make([]float64, n), "p95": make([]float64, n), "p99": make([]float64, n)}
	all := make([]float64, 0, n+1)
	for i, s := range r.Seconds {
		lines["p50"][i], lines["p95"][i], lines["p99"][i] = s.P50, s.P95, s.P99
		all = append(all, s.P99)
	}
	limit, _ := r.Thresholds.Latency("p95")
	p := plot{width: width, height: 220, left: 72, right: 12, top: 12, bottom: 30, count: n, highest: ceiling(append(all, limit)...)}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart %s" viewBox="0 0 %g %g" role="img" aria-label="%s">`, map[bool]string{true: "slim", false: "roomy"}[width == slim], p.width, p.height, template.HTMLEscapeString("p50, p95 and p99 of "+r.Name+" in each of "+plural(n, "second", "seconds")))
	p.axes(&b, "ms")
	p.threshold(&b, limit)
	for _, metric := range []string{"p99", "p95", "p50"} {
		fmt.Fprintf(&b, `<path class="line %s" d="%s"/>`, metric, p.line(lines[metric]))
		if n > 0 && n <= 40 { // a line of one second would not be seen
			for i, v := range lines[metric] {
				fmt.Fprintf(&b, `<circle class="point %s" cx="%.1f" cy="%.1f" r="2"/>`, metric, p.x(i), p.y(v))
			}
		}
	}
	for i, s := range r.Seconds {
		if s.Errors > 0 {
			fmt.Fprintf(&b, `<path class="fault" d="M%.1f %gv-8"/>`, p.x(i), p.height-p.bottom)
		}
	}
	fmt.Fprintf(&b, `<text x="%g" y="%g">second 1</text><text x="%g" y="%[2]g" text-anchor="end">%[4]d</text>`, p.left, p.height-8, p.width-p.right, n)
	return svg(&b)
}

// intervalChart draws a change with its interval, no change in the middle: by half and to double, on the log scale.
func intervalChart(ratio, low, high float64, bad bool) template.HTML {
	const width, height = 160.0, 20.0
	x := func(r float64) float64 {
		return width/2 + width/2*math.Max(-1, math.Min(1, math.Log2(math.Max(r, 1e-6))))*0.94
	}
	class := "effect"
	if bad {
		class = "effect over"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="interval" viewBox="0 0 %g %g" width="%[1]g" height="%[2]g" aria-hidden="true" focusable="false"><path class="axis" d="M%g 1V%g"/><path class="%s" d="M%.1f %gH%.1f"/><circle class="%[5]s" cx="%.1[9]f" cy="%[7]g" r="4"/>`,
		width, height, width/2, height-1, class, x(low), height/2, x(high), x(ratio))
	return svg(&b)
}
