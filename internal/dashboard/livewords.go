package dashboard

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

// pairWords is what the pairs of a comparison that goes on say so far.
func pairWords(c *bench.LiveComparison) string {
	text := fmt.Sprintf("pair %d", c.Pairs)
	if c.Ratio > 0 {
		change := func(ratio float64) string { return signed(100 * (ratio - 1)) }
		text = fmt.Sprintf("p95 %s (%s to %s), %s", change(c.Ratio), change(c.Low), change(c.High), text)
	}
	if c.Confirming {
		text += ", confirming"
	}
	return text
}

// stepWords is how far the search for a commit is.
func stepWords(b *bench.LiveBisection) string {
	text := fmt.Sprintf("Step %d of about %d", b.Step, max(b.Steps, b.Step))
	if b.Step >= b.Steps {
		text = fmt.Sprintf("Step %d, the last", b.Step)
	}
	return text + fmt.Sprintf(": %d of %s left", b.Left, plural(b.Commits, "commit", "commits"))
}

// suspectWords is how sure the search is of its suspect; empty: there is none yet.
func suspectWords(b *bench.LiveBisection) string {
	if b.Suspect == nil {
		return ""
	}
	text := fmt.Sprintf("%.0f%%", 100*b.Probability)
	if b.Others > 0 {
		text += fmt.Sprintf(", with %s before it that could not be measured", plural(b.Others, "commit", "commits"))
	}
	return text
}
