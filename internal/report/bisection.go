package report

import (
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/tidemark/tidemark/bench"
)

// BisectionText tells what a search found: the trials, the culprit with its effect, and what it changed.
func BisectionText(w io.Writer, b *bench.Bisection) error {
	var t strings.Builder
	if b.Partial {
		t.WriteString("Interrupted: what was found until then.\n")
	}
	fmt.Fprintf(&t, "good: %s\nbad:  %s\n", commitLine(&b.Good), commitLine(&b.Bad))
	if b.Scenario != "" {
		trials(&t, b)
		culprit(&t, b)
	} else if b.Whole != nil && !b.Partial {
		fmt.Fprintf(&t, "\nNo scenario is confirmed to be slower at bad (%s): there is nothing to look for.\n", b.Whole.Verdict.Status)
		for _, reason := range b.Whole.Verdict.Reasons {
			fmt.Fprintf(&t, "%s\n", reason)
		}
	}
	_, err := lipgloss.Fprint(w, t.String())
	return err
}

func trials(t *strings.Builder, b *bench.Bisection) {
	fmt.Fprintf(t, "\n%s of %s, against good:\n", b.Metric, b.Scenario)
	rows := make([][]string, 0, len(b.Trials))
	for i := range b.Trials {
		trial := &b.Trials[i]
		change, interval := fmt.Sprintf("%+.1f%%", 100*(trial.Ratio-1)), fmt.Sprintf("%+.1f%% to %+.1f%%", 100*(trial.Low-1), 100*(trial.High-1))
		if trial.Skipped != "" {
			change = "skipped"
			interval, _, _ = strings.Cut(trial.Skipped, "\n")
		}
		rows = append(rows, []string{commitLine(&trial.Commit), change, interval})
	}
	if len(rows) > 0 {
		table(t, rows)
	}
}

func culprit(t *strings.Builder, b *bench.Bisection) {
	switch len(b.Suspects) {
	case 0:
		return
	case 1:
		fmt.Fprintf(t, "\n%s\n", headStyle.Render("The culprit: "+commitLine(&b.Suspects[0])))
	default:
		fmt.Fprintf(t, "\n%s\n", headStyle.Render("The culprit is one of these, of which only the last could be measured:"))
		for i := range b.Suspects {
			fmt.Fprintf(t, "%s\n", commitLine(&b.Suspects[i]))
		}
	}
	fmt.Fprintf(t, "probability %.1f%%\n", 100*b.Probability)
	if b.Proof != nil {
		fmt.Fprintf(t, "against the commit before: %s\n", strings.ToUpper(string(b.Proof.Verdict.Status)))
		for _, reason := range b.Proof.Verdict.Reasons {
			fmt.Fprintf(t, "%s\n", reason)
		}
	}
	if b.Diff != "" {
		fmt.Fprintf(t, "\n%s\n", b.Diff)
	}
}
