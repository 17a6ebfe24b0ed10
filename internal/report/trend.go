package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/tidemark/tidemark/bench"
)

// TrendsJSON writes trends as one document.
func TrendsJSON(w io.Writer, trends []bench.Trend) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"schema": bench.TrendSchema, "trends": trends})
}

// TrendsText writes the last runs of each trend, its steps and its drift.
func TrendsText(w io.Writer, trends []bench.Trend, last int) error {
	var b strings.Builder
	for i := range trends {
		if i > 0 {
			b.WriteByte('\n')
		}
		trendText(&b, &trends[i], last)
	}
	_, err := lipgloss.Fprint(w, b.String())
	return err
}

func trendText(b *strings.Builder, t *bench.Trend, last int) {
	from := max(len(t.Points)-last, 0)
	metric := t.Metric + " of "
	if t.Metric == t.Name {
		metric = "" // a table's column
	}
	fmt.Fprintf(b, "%s  %sthe last %d of %d runs", headStyle.Render(t.Name), metric, len(t.Points)-from, len(t.Points))
	if t.Threshold > 0 {
		fmt.Fprintf(b, " (threshold: %s%s)", map[bool]string{true: "at least "}[t.AtLeast], amount(t.Threshold, t.Unit))
	}
	b.WriteByte('\n')
	steps := map[int]bool{}
	for _, s := range t.Shifts {
		steps[s.Index] = true
	}
	rows := make([][]string, 0, len(t.Points)-from)
	top := highest(t, from)
	for i, p := range t.Points[from:] {
		cell := amount(p.Value, t.Unit)
		if t.Breaches(p.Value) {
			cell = breachStyle.Render(cell + "!")
		}
		mark := ""
		if steps[from+i] {
			mark = "<- step"
		}
		rows = append(rows, []string{"  " + p.Time.Format("2006-01-02 15:04"), short(p.Commit), cell, bar(p.Value, top), mark})
	}
	if len(rows) > 0 {
		table(b, rows)
	}
	for _, s := range t.Shifts {
		fmt.Fprintf(b, "  step: %s -> %s (%+.0f%%) on %s%s\n", amount(s.Before, t.Unit), amount(s.After, t.Unit), 100*(s.After/s.Before-1), s.Time.Format("2006-01-02"), at(s))
		for _, c := range s.Between {
			fmt.Fprintf(b, "    %s\n", c)
		}
	}
	if len(t.Shifts) == 0 && len(t.Points) > 0 {
		b.WriteString("  no step\n")
	}
	fmt.Fprintf(b, "  %s\n", driftText(t))
	for _, note := range t.Notes {
		fmt.Fprintf(b, "  %s\n", note)
	}
}

func at(s bench.Shift) string {
	if s.Commit == "" {
		return ""
	}
	return strings.TrimRight(fmt.Sprintf(" at %s %s", short(s.Commit), s.Subject), " ")
}

const daysInMonth = 365.25 / 12

// driftText says a drift by the month, as people plan, and when it reaches the threshold.
func driftText(t *bench.Trend) string {
	d := t.Drift
	if d == nil {
		return "no drift"
	}
	s := fmt.Sprintf("drift: %+.3g %s a month (95%% interval %+.3g to %+.3g)", d.PerDay*daysInMonth, t.Unit, d.Low*daysInMonth, d.High*daysInMonth)
	switch c := d.Crossing; {
	case t.Threshold <= 0:
		return s
	case t.Breaches(d.At(t.Points[len(t.Points)-1].Time)):
		return s + "; beyond the threshold already"
	case c == nil:
		return s + "; no crossing in sight"
	case c.Latest == nil:
		return s + fmt.Sprintf("; crosses %s about %s (from %s on, perhaps never)", amount(t.Threshold, t.Unit), date(c.Time), date(c.Earliest))
	default:
		return s + fmt.Sprintf("; crosses %s about %s (%s to %s)", amount(t.Threshold, t.Unit), date(c.Time), date(c.Earliest), date(*c.Latest))
	}
}

func date(t time.Time) string { return t.Format("2006-01-02") }

func amount(v float64, unit string) string {
	switch unit {
	case "ms":
		return Duration(v)
	case "":
		return fmt.Sprintf("%.6g", v)
	case "%":
		return fmt.Sprintf("%.2f%%", v)
	}
	return thousands(v) + " " + unit
}

const shortCommit = 9

func short(commit string) string { return commit[:min(len(commit), shortCommit)] }

func highest(t *bench.Trend, from int) float64 {
	top := t.Threshold
	for _, p := range t.Points[from:] {
		top = max(top, p.Value)
	}
	return top
}

const barWidth = 30

// bar draws a value as a bar of eighths.
func bar(v, top float64) string {
	if top <= 0 || v <= 0 || math.IsInf(v, 0) {
		return ""
	}
	eighths := int(math.Round(v / top * barWidth * 8))
	b := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		b += string([]rune(" ▏▎▍▌▋▊▉")[rest])
	}
	return b
}
