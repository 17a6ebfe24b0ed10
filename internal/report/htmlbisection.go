package report

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/report/chart"
)

type bisectionContent struct {
	Lines    []string
	Trials   []htmlTrial
	Against  string
	Diff     string
	Sections []versusSection
}

type htmlTrial struct {
	SHA, Subject, Change, Interval, Skipped string

	Drawn   template.HTML
	Suspect bool
}

// BisectionHTML writes a search as a page: what was found, each commit that was measured, what the culprit changed, and the proof.
func BisectionHTML(w io.Writer, b *bench.Bisection) error {
	c := bisectionContent{Lines: bisectionLines(b), Diff: strings.TrimRight(b.Diff, "\n")}
	reach := 1.1
	for i := range b.Trials {
		if t := &b.Trials[i]; t.Low > 0 {
			reach = max(reach, t.High, 1/t.Low)
		}
	}
	for i := range b.Trials {
		c.Trials = append(c.Trials, trialOf(b, &b.Trials[i], min(reach, 16)))
	}
	if b.Scenario != "" {
		c.Against = fmt.Sprintf("%s of %s against good, in the order in which the commits were measured.", b.Metric, scenarioName(b))
	}
	if one := proofOf(b); one != nil {
		s := versusSectionOf(one, "proof")
		s.Name += ": the commit before against it"
		c.Sections = []versusSection{s}
	}
	suite := "tidemark"
	p := htmlPage{Headline: bisectionHeadline(b), Content: c}
	p.Facts = []string{b.Started.UTC().Format("2 January 2006, 15:04 MST"), "good " + commitLine(&b.Good), "bad " + commitLine(&b.Bad)}
	if b.Whole != nil {
		suite = cmp.Or(b.Whole.Suite, suite)
		p.Notes = []string{"Commits were measured in turns with good, in pairs of blocks in random order. Intervals are 95%.", machine(b.Whole.Environment), madeBy(b.Whole.Environment, b.ID)}
	}
	p.Suite, p.Title = suite, p.Headline+" · "+suite
	return p.write(w, bisectionPage)
}

func trialOf(b *bench.Bisection, t *bench.Trial, reach float64) htmlTrial {
	h := htmlTrial{SHA: short(t.Commit.SHA), Subject: t.Commit.Subject, Suspect: slices.ContainsFunc(b.Suspects, func(c bench.Commit) bool { return c.SHA == t.Commit.SHA })}
	if h.Skipped, _, _ = strings.Cut(t.Skipped, "\n"); h.Skipped == "" {
		h.Change, h.Interval = percent(t.Ratio), percent(t.Low)+" to "+percent(t.High)
		h.Drawn = template.HTML(chart.Interval(t.Low, t.Ratio, t.High, reach, h.Suspect)) //nolint:gosec // numbers alone
	}
	return h
}

// bisectionHeadline is what was found, in a line.
func bisectionHeadline(b *bench.Bisection) string {
	switch n := len(b.Suspects); {
	case n == 1:
		return "Culprit: " + commitLine(&b.Suspects[0])
	case n > 1:
		return fmt.Sprintf("Culprit: one of %d commits, up to %s", n, commitLine(&b.Suspects[n-1]))
	case b.Partial:
		return "Interrupted before a culprit was found"
	case b.Scenario == "":
		return "Nothing is slower at bad"
	}
	return "No culprit was found"
}

// bisectionLines are what is known of it.
func bisectionLines(b *bench.Bisection) (lines []string) {
	if len(b.Suspects) > 0 {
		line := fmt.Sprintf("Probability %.1f%%", 100*b.Probability)
		if b.Proof != nil {
			line += ", and against the commit before it: " + strings.ToUpper(string(b.Proof.Verdict.Status))
		}
		lines = append(lines, line)
	}
	if len(b.Suspects) > 1 {
		for i := range b.Suspects {
			lines = append(lines, "Suspect: "+commitLine(&b.Suspects[i]))
		}
	}
	if b.Partial && len(b.Suspects) > 0 {
		lines = append(lines, "Interrupted: what was found until then.")
	}
	switch {
	case b.Proof != nil && proofOf(b) == nil:
		lines = append(lines, b.Proof.Verdict.Reasons...)
	case b.Scenario == "" && b.Whole != nil:
		lines = append(lines, b.Whole.Verdict.Reasons...)
	}
	return lines
}

// proofOf is the comparison of the scenario in the proof; nil: there is none.
func proofOf(b *bench.Bisection) *bench.Comparison { return comparisonOf(b.Proof, b.Scenario) }

func comparisonOf(v *bench.Versus, scenario string) *bench.Comparison {
	if v == nil {
		return nil
	}
	for i := range v.Comparisons {
		if v.Comparisons[i].ID == scenario {
			return &v.Comparisons[i]
		}
	}
	return nil
}

// scenarioName is the title of the scenario that was searched by.
func scenarioName(b *bench.Bisection) string {
	for _, v := range []*bench.Versus{b.Proof, b.Whole} {
		if c := comparisonOf(v, b.Scenario); c != nil && c.Name != "" {
			return c.Name
		}
	}
	return b.Scenario
}
