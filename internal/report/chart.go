package report

import (
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// The chart's size, in SVG's units.
const (
	chartWidth, chartHeight = 760.0, 260.0
	left, right             = 64.0, 16.0
	top, bottom             = 34.0, 30.0
)

// TrendSVG draws the last points of a trend, with its steps, threshold and drift. It is whole in itself, for a file or inside of HTML.
func TrendSVG(w io.Writer, t *bench.Trend, last int) error {
	_, err := io.WriteString(w, trendSVG(lastOf(t, last)))
	return err
}

// lastOf is a trend with its last points alone, and the steps among them. The level that these begin at is that of the last step before.
func lastOf(t *bench.Trend, last int) *bench.Trend {
	cut := max(len(t.Points)-last, 0)
	out := *t
	out.Points, out.Shifts = t.Points[cut:], nil
	for _, s := range t.Shifts {
		if s.Index -= cut; s.Index < 0 {
			s.Index = 0 // it is drawn as the level, without its line
			out.Shifts = out.Shifts[:0]
		}
		out.Shifts = append(out.Shifts, s)
	}
	return &out
}

func trendSVG(t *bench.Trend) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" font-family="system-ui, sans-serif" font-size="12">`, chartWidth, chartHeight)
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>`)
	title := t.Name
	if t.Metric != t.Name {
		title += ": " + t.Metric
	}
	fmt.Fprintf(&b, `<title>%s</title><text x="%g" y="20" font-size="14" font-weight="600">%[1]s</text>`, template.HTMLEscapeString(title), left)
	if len(t.Points) == 0 {
		b.WriteString(`<text x="64" y="80">no runs</text></svg>`)
		return b.String()
	}
	c := newCanvas(t)
	for i := range 5 {
		v := c.highest * float64(i) / 4
		fmt.Fprintf(&b, `<path d="M%g %gH%g" stroke="#e4e4e7"/><text x="%g" y="%g" text-anchor="end" fill="#52525b">%s</text>`,
			left, c.y(v), chartWidth-right, left-6, c.y(v)+4, template.HTMLEscapeString(amount(v, t.Unit)))
	}
	fmt.Fprintf(&b, `<text x="%g" y="%g" fill="#52525b">%s</text><text x="%g" y="%[2]g" text-anchor="end" fill="#52525b">%[5]s</text>`,
		left, chartHeight-8, date(t.Points[0].Time), chartWidth-right, date(t.Points[len(t.Points)-1].Time))
	if t.Threshold > 0 {
		fmt.Fprintf(&b, `<path d="M%g %gH%g" stroke="#dc2626" stroke-dasharray="6 4"/><text x="%[3]g" y="%g" text-anchor="end" fill="#dc2626">threshold %s</text>`,
			left, c.y(t.Threshold), chartWidth-right, c.y(t.Threshold)-4, template.HTMLEscapeString(amount(t.Threshold, t.Unit)))
	}
	c.levels(&b, t)
	c.drift(&b, t)
	for i, p := range t.Points {
		fill := "#2563eb"
		if t.Breaches(p.Value) {
			fill = "#dc2626"
		}
		about := fmt.Sprintf("%s %s %s", p.Time.Format("2006-01-02 15:04"), short(p.Commit), amount(p.Value, t.Unit))
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"><title>%s</title></circle>`, c.x(i), c.y(p.Value), fill, template.HTMLEscapeString(about))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// A canvas maps values to places. Runs are evenly spaced: those of one busy day would else lie on each other.
type canvas struct {
	count   int
	highest float64
}

func newCanvas(t *bench.Trend) canvas {
	c := canvas{count: len(t.Points), highest: t.Threshold}
	for _, p := range t.Points {
		c.highest = max(c.highest, p.Value)
	}
	if c.highest <= 0 {
		c.highest = 1
	}
	step := math.Pow(10, math.Floor(math.Log10(c.highest)))
	c.highest = math.Ceil(c.highest*1.05/step*2) / 2 * step
	return c
}

func (c canvas) x(i int) float64 {
	return left + (chartWidth-left-right)*(float64(i)+0.5)/float64(c.count)
}

func (c canvas) y(v float64) float64 {
	return top + (chartHeight-top-bottom)*(1-max(v, 0)/c.highest)
}

// levels draws the level of each stretch between steps.
func (c canvas) levels(b *strings.Builder, t *bench.Trend) {
	from := 0
	for _, s := range t.Shifts {
		if s.Index == 0 {
			continue // before the first point
		}
		c.level(b, from, s.Index, s.Before)
		fmt.Fprintf(b, `<path d="M%.1f %gV%g" stroke="#a16207" stroke-dasharray="2 3"/><text x="%.1f" y="%g" fill="#a16207">%s</text>`,
			c.x(s.Index), top, chartHeight-bottom, c.x(s.Index)+4, top+10, template.HTMLEscapeString(short(s.Commit)))
		from = s.Index
	}
	if n := len(t.Shifts); n > 0 {
		c.level(b, from, c.count, t.Shifts[n-1].After)
	}
}

// drift draws the line of a drift through the points that it was found in.
func (c canvas) drift(b *strings.Builder, t *bench.Trend) {
	if t.Drift == nil {
		return
	}
	var path strings.Builder
	for i, p := range t.Points {
		if !p.Time.Before(t.Drift.Since) {
			fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[path.Len() == 0], c.x(i), c.y(t.Drift.At(p.Time)))
		}
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="#7c3aed" stroke-width="2" stroke-dasharray="8 3"/>`, path.String())
}

func (c canvas) level(b *strings.Builder, from, to int, v float64) {
	fmt.Fprintf(b, `<path d="M%.1f %.1fH%.1f" stroke="#a16207" stroke-width="2"/>`, c.x(from), c.y(v), c.x(to-1))
}

var trendPage = template.Must(template.New("trend").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tidemark: trends</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:800px;margin:2rem auto;padding:0 1rem;color:#18181b;background:#fff}svg{width:100%;height:auto}pre{white-space:pre-wrap;background:#f4f4f5;padding:.75rem;font-size:13px}</style>
<h1>Trends</h1>
{{range .}}<section>{{.Chart}}<pre>{{.Words}}</pre></section>
{{else}}<p>No runs.</p>{{end}}</html>
`))

// TrendsHTML writes one page that needs nothing else, with the last points of each trend.
func TrendsHTML(w io.Writer, trends []bench.Trend, last int) error {
	type section struct {
		Chart template.HTML
		Words string
	}
	sections := make([]section, len(trends))
	for i := range trends {
		var words strings.Builder
		if err := TrendsText(&words, trends[i:i+1], last); err != nil {
			return err
		}
		sections[i] = section{template.HTML(trendSVG(lastOf(&trends[i], last))), words.String()} //nolint:gosec // every text in it is escaped where it is written
	}
	return trendPage.Execute(w, sections)
}
