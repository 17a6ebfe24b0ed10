package report

import (
	"fmt"
	"io"
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
			if value = amount(v, t.Unit); t.Breaches(v) {
				value = "**" + value + "**"
			}
		}
		if t.Threshold > 0 {
			threshold = amount(t.Threshold, t.Unit)
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

// sparkline is values as blocks, the highest the fullest, from 0.
func sparkline(points []bench.Point) string {
	top := 0.0
	for _, p := range points {
		top = max(top, p.Value)
	}
	var b strings.Builder
	for _, p := range points {
		level := 0
		if top > 0 {
			level = min(max(int(p.Value/top*8), 0), 7)
		}
		b.WriteRune([]rune("▁▂▃▄▅▆▇█")[level])
	}
	return b.String()
}
