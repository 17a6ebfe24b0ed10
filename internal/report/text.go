// Package report shows runs: as a table, and as the record that everything else reads.
package report

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/tidemark/tidemark/bench"
)

// Colours say nothing that words and marks don't: most people see them, some don't, and a file has none.
var (
	headStyle   = lipgloss.NewStyle().Bold(true)
	breachStyle = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red)
	statusStyle = map[bench.Status]lipgloss.Style{
		bench.Pass:      lipgloss.NewStyle().Foreground(lipgloss.Green),
		bench.Close:     lipgloss.NewStyle().Foreground(lipgloss.Yellow),
		bench.NotJudged: lipgloss.NewStyle().Foreground(lipgloss.Yellow),
		bench.Fail:      breachStyle,
		bench.Void:      lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Magenta),
	}
)

// Text writes a run as a table, with the reasons of each verdict that is not a pass below it. A number that breaches its
// threshold is marked with !. Colours are written only to a terminal.
func Text(w io.Writer, run *bench.Run) error {
	var b strings.Builder
	if run.Partial {
		b.WriteString("Interrupted: what was measured until then.\n")
	}
	importText(&b, run.Imported)
	rows := make([][]string, 1, 1+len(run.Scenarios))
	for _, title := range []string{"Endpoint", "p50", "p95", "p99", "Throughput", "Errors", "Status"} {
		rows[0] = append(rows[0], headStyle.Render(title))
	}
	for i := range run.Scenarios {
		rows = append(rows, row(&run.Scenarios[i]))
	}
	table(&b, rows)
	for i := range run.Scenarios {
		r := &run.Scenarios[i]
		for _, reason := range append(slices.Clone(r.Verdict.Reasons), r.Notes...) {
			fmt.Fprintf(&b, "\n%s: %s", r.Name, reason)
		}
		for _, kind := range slices.Sorted(maps.Keys(r.Errors)) {
			fmt.Fprintf(&b, "\n%s: %d × %s", r.Name, r.Errors[kind], kind)
		}
	}
	controlText(&b, run.Control)
	for i := range run.Scenarios {
		r := &run.Scenarios[i]
		explanation(&b, r.Name, r.Findings, r.Advice)
	}
	_, err := lipgloss.Fprint(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// importText says that these numbers are another tool's.
func importText(b *strings.Builder, i *bench.Import) {
	if i == nil {
		return
	}
	tool := i.Tool
	if tool == "" {
		tool = i.Format
	}
	fmt.Fprintf(b, "Measured by %s, read from %s; whether the tool itself was late is not known\n", tool, strings.Join(i.Files, ", "))
	for _, note := range i.Notes {
		fmt.Fprintf(b, "- %s\n", note)
	}
	b.WriteByte('\n')
}

// controlText says how steady the machine was: the control's fastest and slowest piece.
func controlText(b *strings.Builder, c *bench.Control) {
	if c == nil {
		return
	}
	least, most := math.Inf(1), 0.0
	for _, p := range c.Pieces {
		if !p.Void {
			least, most = min(least, p.P50), max(most, p.P50)
		}
	}
	if most > 0 {
		fmt.Fprintf(b, "\ncontrol %s: p50 %s, between %s and %s over the run", c.Name, Duration(c.Latency.P50), Duration(least), Duration(most))
	}
	for _, note := range c.Notes {
		fmt.Fprintf(b, "\ncontrol %s: %s", c.Name, note)
	}
}

func row(r *bench.Result) []string {
	cells := numbers(r, func(cell string) string { return breachStyle.Render(cell + "!") })
	return append(append([]string{r.Name}, cells...), statusStyle[r.Verdict.Status].Render(strings.ToUpper(string(r.Verdict.Status))))
}

// numbers are p50, p95, p99, throughput and errors of a result as people read them. Those that breach a threshold are marked.
func numbers(r *bench.Result, breach func(string) string) []string {
	mark := func(metric, cell string) string {
		if slices.Contains(r.Verdict.Breached, metric) {
			return breach(cell)
		}
		return cell
	}
	told := func(metric, cell string) string {
		if !r.Knows(metric) {
			return "-"
		}
		return mark(metric, cell)
	}
	return []string{
		told("p50", latency(r, r.Latency.P50)), told("p95", latency(r, r.Latency.P95)), told("p99", latency(r, r.Latency.P99)),
		told("throughput", thousands(r.Throughput)+" req/s"), told("errors", share(r)),
	}
}

// table writes rows in columns as wide as their widest cell, colours not counted.
func table(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], lipgloss.Width(cell))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-lipgloss.Width(cell)+2))
			}
		}
		b.WriteByte('\n')
	}
}

func latency(r *bench.Result, ms float64) string {
	switch {
	case r.Answers() == 0 && r.Knows("requests"):
		return "-"
	case r.CensoredMS > 0 && ms >= r.CensoredMS*0.999: // a histogram keeps three digits
		return "> " + Duration(r.CensoredMS)
	}
	return Duration(ms)
}

// Duration writes milliseconds as people read them: 0.42ms, 8.1ms, 245ms, 1,420ms.
func Duration(ms float64) string { return bench.Readable(ms) }

func thousands(v float64) string { return bench.Thousands(v) }

func share(r *bench.Result) string {
	n := r.Failed()
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(n)/float64(max(r.Requests, 1)))
}
