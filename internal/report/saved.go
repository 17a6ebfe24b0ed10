package report

import (
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/tidemark/tidemark/bench"
)

// SavedText writes a comparison of saved runs: which runs, what makes them differ beside the code, a table, and the reasons below it.
func SavedText(w io.Writer, v *bench.Versus) error {
	var b strings.Builder
	fmt.Fprintf(&b, "base: %s\nhead: %s\n", side(v.BaseRuns), side(v.HeadRuns))
	for _, warning := range v.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", warning)
	}
	b.WriteByte('\n')
	rows := make([][]string, 1, 1+5*len(v.Comparisons))
	for _, title := range []string{"Endpoint", "", "Base", "Head", "Change", "95% interval", "Run to run", "Runs", "Status"} {
		rows[0] = append(rows[0], headStyle.Render(title))
	}
	for i := range v.Comparisons {
		rows = append(rows, savedRows(&v.Comparisons[i])...)
	}
	table(&b, rows)
	for _, c := range v.Comparisons {
		for _, line := range append(append([]string{}, c.Verdict.Reasons...), c.Notes...) {
			fmt.Fprintf(&b, "\n%s: %s", c.Name, line)
		}
	}
	_, err := lipgloss.Fprint(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

func savedRows(c *bench.Comparison) (rows [][]string) {
	add := func(metric, base, head string, flagged bool, change, interval string, noise float64) {
		if flagged {
			change = breachStyle.Render(change + "!")
		}
		scatter := "-" // not known
		if noise > 0 {
			scatter = fmt.Sprintf("±%.1f%%", 100*noise)
		}
		rows = append(rows, []string{"", metric, base, head, change, interval, scatter, "", ""})
	}
	for _, e := range c.Effects {
		add(e.Metric, Duration(e.Base), Duration(e.Head), e.Flagged, fmt.Sprintf("%+.1f%%", 100*(e.Ratio-1)), fmt.Sprintf("%+.1f%% to %+.1f%%", 100*(e.Low-1), 100*(e.High-1)), e.Noise)
	}
	for _, r := range c.Rates {
		cells := rateCells(r)
		add(r.Metric, cells.base, cells.head, r.Flagged, cells.change, cells.interval, r.Noise)
	}
	if len(rows) == 0 {
		add("", "-", "-", false, "-", "-", 0)
	}
	first := rows[0]
	first[0], first[len(first)-2] = c.Name, fmt.Sprintf("%d:%d", c.BaseRuns, c.HeadRuns)
	first[len(first)-1] = statusStyle[c.Verdict.Status].Render(strings.ToUpper(string(c.Verdict.Status)))
	return rows
}

// side says which runs a side is.
func side(runs []bench.RunRef) string {
	if len(runs) == 0 {
		return "none"
	}
	newest := runs[len(runs)-1]
	about := strings.TrimSpace(short(newest.Commit) + " " + newest.Subject)
	if about != "" {
		about = ", " + about
	}
	if len(runs) == 1 {
		return fmt.Sprintf("run %s of %s%s", newest.ID, newest.Started.Format("2006-01-02 15:04"), about)
	}
	return fmt.Sprintf("%d runs from %s to %s%s", len(runs), runs[0].Started.Format("2006-01-02 15:04"), newest.Started.Format("2006-01-02 15:04"), about)
}
