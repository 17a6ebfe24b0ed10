package report

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// confidenceWords are how sure a cause is, as its line begins.
var confidenceWords = map[bench.Confidence]string{bench.Certain: "Cause", bench.Likely: "Likely cause", bench.Possible: "Possible cause"}

// cause writes the first finding, with its best evidence, its remedy and the change that it comes from.
func cause(b *strings.Builder, findings []bench.Finding, advice []string) {
	if len(findings) == 0 {
		if len(advice) > 0 {
			fmt.Fprintf(b, "  - Cause: not known. To learn more: %s\n", prose(advice[0]))
		}
		return
	}
	f := &findings[0]
	word, known := confidenceWords[f.Confidence]
	if !known {
		word = confidenceWords[bench.Possible]
	}
	fmt.Fprintf(b, "  - **%s**: %s: %s\n", word, code(string(f.Kind)), prose(f.Summary))
	if len(f.Evidence) > 0 {
		p := f.Evidence[0]
		fmt.Fprintf(b, "  - Evidence from %s%s: %s\n", code(string(p.Source)), standsOn(p.Samples), prose(p.Text))
	}
	if f.Remedy != "" {
		fmt.Fprintf(b, "  - Remedy: %s\n", prose(f.Remedy))
	}
	if len(findings) > 1 {
		others := make([]string, 0, len(findings)-1)
		for _, other := range findings[1:min(len(findings), mostReasons+1)] {
			others = append(others, code(string(other.Kind)))
		}
		fmt.Fprintf(b, "  - Also found: %s\n", strings.Join(others, ", "))
	}
	suspect(b, f.Suspect)
}

// blamed is the first finding of what failed, and the line of the diff that is suspect, as the end of a line.
func blamed(status bench.Status, findings []bench.Finding) string {
	if status != bench.Fail || len(findings) == 0 {
		return ""
	}
	words := ": " + code(string(findings[0].Kind))
	if s := findings[0].Suspect; s != nil && s.File != "" && s.Line > 0 {
		words += ", " + code(lineOf(s))
	}
	return words
}

// mostPlace is how many letters of a place in the source are told: those at its end, which say most.
const mostPlace = 100

// lineOf is a suspect's place in the source.
func lineOf(s *bench.Suspect) string {
	letters := []rune(fmt.Sprintf("%s:%d", s.File, s.Line))
	if n := len(letters); n > mostPlace {
		return "…" + string(letters[n-mostPlace:])
	}
	return string(letters)
}

// changed reports whether a suspect is a change, and not just the place that the evidence names.
func changed(s *bench.Suspect) bool { return s.Commit != "" || s.Hunk != "" }

// suspect writes where a cause comes from: file and line, commit, and the hunk of the diff. A place that no commit changed is no suspect.
func suspect(b *strings.Builder, s *bench.Suspect) {
	if s == nil || s.File == "" && s.Commit == "" {
		return
	}
	if changed(s) {
		b.WriteString("  - Suspect:")
	} else {
		b.WriteString("  - Where:")
	}
	switch {
	case s.File != "" && s.Line > 0:
		fmt.Fprintf(b, " %s", code(lineOf(s)))
	case s.File != "":
		fmt.Fprintf(b, " %s", code(s.File))
	}
	if s.Commit != "" {
		fmt.Fprintf(b, " in %s", commitMarkdown(&bench.Commit{SHA: s.Commit, Subject: s.Subject}))
	}
	b.WriteByte('\n')
	if h := hunk(s.Hunk, "    "); h != "" {
		b.WriteString("\n" + h)
	}
}
