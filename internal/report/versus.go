package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/tidemark/tidemark/bench"
)

// VersusText writes a comparison as a table, with the reasons below it.
func VersusText(w io.Writer, v *bench.Versus) error {
	var b strings.Builder
	if v.Partial {
		b.WriteString("Interrupted: what was measured until then.\n")
	}
	for _, side := range []struct {
		name   string
		commit *bench.Commit
	}{{"base", v.BaseCommit}, {"head", v.HeadCommit}} {
		if c := side.commit; c != nil {
			fmt.Fprintf(&b, "%s: %s\n", side.name, commitLine(c))
		}
	}
	rows := make([][]string, 1, 1+3*len(v.Comparisons))
	for _, title := range []string{"Endpoint", "", "Base", "Head", "Change", "95% interval", "Pairs", "Status"} {
		rows[0] = append(rows[0], headStyle.Render(title))
	}
	for _, c := range v.Comparisons {
		name := c.Name
		status := statusStyle[c.Verdict.Status].Render(strings.ToUpper(string(c.Verdict.Status)))
		pairs := strconv.Itoa(c.Pairs)
		for _, e := range c.Effects {
			change := fmt.Sprintf("%+.1f%%", 100*(e.Ratio-1))
			if e.Confirmed != nil && e.Confirmed.Holds {
				change = breachStyle.Render(change + "!")
			}
			rows = append(rows, []string{name, e.Metric, Duration(e.Base), Duration(e.Head), change, fmt.Sprintf("%+.1f%% to %+.1f%%", 100*(e.Low-1), 100*(e.High-1)), pairs, status})
			name, pairs, status = "", "", ""
		}
		if len(c.Effects) == 0 {
			rows = append(rows, []string{name, "", "-", "-", "-", "-", pairs, status})
		}
	}
	table(&b, rows)
	for _, c := range v.Comparisons {
		for _, line := range append(append([]string{}, c.Verdict.Reasons...), c.Notes...) {
			fmt.Fprintf(&b, "\n%s: %s", c.Name, line)
		}
	}
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		explanation(&b, c.Name, c.Findings, c.Advice)
	}
	_, err := lipgloss.Fprint(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// commitLine is a commit as people know it.
func commitLine(c *bench.Commit) string {
	line := fmt.Sprintf("%.9s %s", c.SHA, c.Subject)
	if c.Dirty {
		line += " (with uncommitted changes)"
	}
	return line
}
