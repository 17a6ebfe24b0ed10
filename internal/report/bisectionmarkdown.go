package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// BisectionMarkdown writes a search as Markdown: what was found, a table of the commits that were measured, the likely cause, and what the culprit changed.
func BisectionMarkdown(w io.Writer, b *bench.Bisection) error {
	var m strings.Builder
	fmt.Fprintf(&m, "**%s**\n", prose(bisectionHeadline(b)))
	if lines := bisectionLines(b); len(lines) > 0 {
		m.WriteByte('\n')
		for _, line := range lines {
			fmt.Fprintf(&m, "- %s\n", prose(line))
		}
	}
	if len(b.Trials) > 0 {
		fmt.Fprintf(&m, "\n%s of %s, from %s to %s:\n\n| Commit | Change | 95%% interval |\n| --- | ---: | ---: |\n", code(b.Metric), code(scenarioName(b)), commitMarkdown(&b.Good), commitMarkdown(&b.Bad))
	}
	for i := range b.Trials {
		t := trialOf(b, &b.Trials[i], 1)
		change, interval := prose(t.Change), prose(t.Interval)
		switch {
		case t.Skipped != "":
			change, interval = "skipped", prose(t.Skipped)
		case t.Suspect:
			change = "**" + change + "**"
		}
		fmt.Fprintf(&m, "| %s | %s | %s |\n", commitMarkdown(&b.Trials[i].Commit), change, interval)
	}
	if one := proofOf(b); one != nil {
		for _, reason := range one.Verdict.Reasons {
			fmt.Fprintf(&m, "\n%s\n", prose(reason))
		}
		for _, f := range one.Findings {
			fmt.Fprintf(&m, "\n%s: %s", code(string(f.Kind)), prose(f.Summary))
			if f.Remedy != "" {
				fmt.Fprintf(&m, ". Remedy: %s", prose(f.Remedy))
			}
			m.WriteByte('\n')
		}
	}
	if b.Diff != "" {
		fmt.Fprintf(&m, "\n%s\n", strings.TrimRight(hunk(b.Diff, ""), "\n"))
	}
	_, err := io.WriteString(w, m.String())
	return err
}
