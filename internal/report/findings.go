package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/tidemark/tidemark/bench"
)

// mostProofs is how many rows of evidence a finding shows; the record has them all.
const mostProofs = 4

// explanation writes why an endpoint is slow: causes, the largest first, each with its numbers, its evidence and its remedy; and what would
// tell more. Nothing is written where nothing is known and nothing would help.
func explanation(b *strings.Builder, name string, findings []bench.Finding, advice []string) {
	if len(findings)+len(advice) == 0 {
		return
	}
	fmt.Fprintf(b, "\n\n%s", headStyle.Render("Why "+name+" is slow"))
	if len(findings) == 0 {
		b.WriteString("\n  Not known: the evidence does not show a cause.")
	}
	for i, f := range findings {
		fmt.Fprintf(b, "\n  %d. %s (%s): %s", i+1, breachStyle.Render(string(f.Kind)), f.Confidence, f.Summary)
		if share := f.Effect.Explains(); share != "" {
			fmt.Fprintf(b, "\n     %s", share)
		}
		if f.Remedy != "" {
			fmt.Fprintf(b, "\n     Remedy: %s", f.Remedy)
		}
		if s := place(f.Suspect); s != "" {
			fmt.Fprintf(b, "\n     Where: %s", s)
		}
		for _, p := range f.Evidence[:min(len(f.Evidence), mostProofs)] {
			fmt.Fprintf(b, "\n     - %s%s: %s", p.Source, standsOn(p.Samples), p.Text)
		}
	}
	for _, a := range advice {
		fmt.Fprintf(b, "\n  To learn more: %s", a)
	}
}

func standsOn(n int64) string {
	if n == 0 {
		return ""
	}
	return " (" + thousands(float64(n)) + ")"
}

// place is where a cause comes from: file and line, and the commit that put it there.
func place(s *bench.Suspect) string {
	if s == nil {
		return ""
	}
	where := cmp.Or(s.File, s.Function)
	if s.File != "" && s.Line > 0 {
		where = fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	if s.Commit != "" {
		where = strings.TrimSpace(fmt.Sprintf("%s  %.9s %s", where, s.Commit, s.Subject))
	}
	return where
}

// DiagnosisText writes the causes of a run's scenarios and nothing else.
func DiagnosisText(w io.Writer, run *bench.Run) error {
	var b strings.Builder
	for i := range run.Scenarios {
		r := &run.Scenarios[i]
		explanation(&b, r.Name, r.Findings, r.Advice)
	}
	return explained(w, &b)
}

// VersusDiagnosisText writes the causes of what got slower in a comparison.
func VersusDiagnosisText(w io.Writer, v *bench.Versus) error {
	var b strings.Builder
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		explanation(&b, c.Name, c.Findings, c.Advice)
	}
	return explained(w, &b)
}

func explained(w io.Writer, b *strings.Builder) error {
	text := strings.TrimSpace(b.String())
	if text == "" {
		text = "Nothing failed, so there is nothing to explain."
	}
	_, err := lipgloss.Fprint(w, text+"\n")
	return err
}
