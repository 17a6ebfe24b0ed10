package report

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// TrendsMarkdown writes trends as Markdown: a line for each, with its last values as a sparkline, and below it its steps and its drift.
func TrendsMarkdown(w io.Writer, trends []bench.Trend, last int) error {
	var b strings.Builder
	b.WriteString("| Endpoint | Metric | Last | Threshold | Trend |\n| --- | --- | ---: | ---: | --- |\n")
	for i := range trends {
		t := &trends[i]
		points := t.Points[max(len(t.Points)-last, 0):]
		value, threshold := "-", "-"
		if len(points) > 0 {
			v := points[len(points)-1].Value
			if value = prose(amount(v, t.Unit)); t.Breaches(v) {
				value = "**" + value + "**"
			}
		}
		if t.Threshold > 0 {
			threshold = prose(amount(t.Threshold, t.Unit))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code(t.Name), code(t.Metric), value, threshold, sparkline(points))
	}
	for i := range trends {
		fmt.Fprintf(&b, "\n%s\n\n", code(trends[i].Name))
		for _, line := range trendLines(&trends[i]) {
			fmt.Fprintf(&b, "- %s\n", prose(line))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// steady is how much of the highest value a sparkline spans at least: noise should look like noise.
const steady = .2

// sparkline is values as blocks, from the lowest to the highest.
func sparkline(points []bench.Point) string {
	top, least := 0.0, math.Inf(1)
	for _, p := range points {
		top, least = max(top, p.Value), min(least, p.Value)
	}
	least = min(least, top*(1-steady))
	var b strings.Builder
	for _, p := range points {
		level := 0
		if top > least {
			level = min(max(int((p.Value-least)/(top-least)*8), 0), 7)
		}
		b.WriteRune([]rune("▁▂▃▄▅▆▇█")[level])
	}
	return b.String()
}
