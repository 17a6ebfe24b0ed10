package report

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// mostWarnings is how many notes and warnings are told below a table.
const mostWarnings = 12

// versusMethod says how a comparison was measured, on what, and how noisy that was.
func versusMethod(v *bench.Versus) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, "- "+fmt.Sprintf(format, args...)) }
	for _, side := range []struct {
		name   string
		commit *bench.Commit
		target bench.Target
		runs   []bench.RunRef
	}{{"Base", v.BaseCommit, v.Base, v.BaseRuns}, {"Head", v.HeadCommit, v.Head, v.HeadRuns}} {
		about := commitMarkdown(side.commit)
		if side.target.URL != "" {
			about = strings.TrimPrefix(about+" at "+code(side.target.URL), " ")
		}
		if n := len(side.runs); n > 0 {
			about += fmt.Sprintf(", %d %s from %s to %s", n, plural(n, "run", "runs"), side.runs[0].Started.UTC().Format("2006-01-02 15:04"), side.runs[n-1].Started.UTC().Format("2006-01-02 15:04 MST"))
		}
		add("%s: %s", side.name, about)
	}
	if len(v.HeadRuns) > 0 {
		add("Method: saved runs, held against the noise between runs. A slowdown fails when it is beyond that noise (Holm at 1%% over endpoints and metrics) and beyond the tolerance.")
	} else {
		add("Method: base and head were measured in turns, in pairs of blocks in random order. What looked slower (5%% over endpoints and metrics) was measured %s, "+
			"and fails only where it is there again and beyond the tolerance. Percentiles are of response time, from the time at which a request was due; failed requests are errors.", anew(v))
	}
	add("Environment: %s", environmentLine(v.Environment))
	add("Noise: %s", noise(v))
	return append(lines, notes(v)...)
}

// anew says how what looked slower was measured again.
func anew(v *bench.Versus) string {
	if v.BaseCommit == nil {
		return "anew, without a restart" // deployments are not ours to restart
	}
	return "anew after a restart with ports swapped"
}

// noise says what the measurement could see: by endpoint, how far the interval of p95 reaches from the estimate.
func noise(v *bench.Versus) string {
	least, most, n := 0.0, 0.0, 0
	for i := range v.Comparisons {
		for _, e := range v.Comparisons[i].Effects {
			if e.Metric == "p95" && e.Ratio > 0 {
				reach := 100 * (e.High/e.Ratio - 1)
				if n++; n == 1 || reach < least {
					least = reach
				}
				most = max(most, reach)
			}
		}
	}
	switch n {
	case 0:
		return "not known: no p95 could be compared."
	case 1:
		return fmt.Sprintf("the interval of p95 reaches %.1f%% beyond its estimate.", most)
	}
	return fmt.Sprintf("intervals of p95 reach between %.1f%% and %.1f%% beyond their estimates, by endpoint.", least, most)
}

// notes are warnings, and what is to be said of each endpoint beside its verdict.
func notes(v *bench.Versus) (lines []string) {
	for _, warning := range v.Warnings {
		lines = append(lines, "- Warning: "+prose(warning))
	}
	for i := range v.Comparisons {
		for _, note := range v.Comparisons[i].Notes {
			lines = append(lines, "- "+code(v.Comparisons[i].Name)+": "+prose(note))
		}
	}
	if n := len(lines); n > mostWarnings {
		lines = append(lines[:mostWarnings], fmt.Sprintf("- and %d more notes in the record", n-mostWarnings))
	}
	return lines
}

// runMethod says how a run was measured, and on what.
func runMethod(r *bench.Run) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, "- "+fmt.Sprintf(format, args...)) }
	about := commitMarkdown(r.Commit)
	if r.Target.URL != "" {
		about = strings.TrimPrefix(about+" at "+code(r.Target.URL), " ")
	}
	add("Measured: %s, %s", about, r.Started.UTC().Format("2006-01-02 15:04 MST"))
	add("Method: one scenario after another. Percentiles are of response time, from the time at which a request was due, with 95%% intervals; a threshold fails when the interval is beyond it.")
	add("Environment: %s", environmentLine(r.Environment))
	noted := len(lines)
	for i := range r.Scenarios {
		for _, note := range r.Scenarios[i].Notes {
			lines = append(lines, "- "+code(r.Scenarios[i].Name)+": "+prose(note))
		}
	}
	if n := len(lines) - noted; n > mostWarnings {
		lines = append(lines[:noted+mostWarnings], fmt.Sprintf("- and %d more notes in the record", n-mostWarnings))
	}
	return lines
}

func commitMarkdown(c *bench.Commit) string {
	if c == nil {
		return "commit not known"
	}
	s := code(short(c.SHA))
	if c.Subject != "" {
		s += " " + prose(c.Subject)
	}
	if c.Dirty {
		s += " (with uncommitted changes)"
	}
	return s
}

// environmentLine is the machine in a line.
func environmentLine(e bench.Environment) string {
	words := []string{prose(e.CPU), fmt.Sprintf("%d cores", e.Cores), prose(e.OS)}
	if e.CI != "" {
		words = append(words, prose(e.CI))
	}
	return strings.Join(append(words, "tidemark "+prose(e.Tidemark)), ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
