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

// suspect writes where a cause comes from: file and line, commit, and the hunk of the diff. A place that no commit changed is no suspect.
func suspect(b *strings.Builder, s *bench.Suspect) {
	if s == nil || s.File == "" && s.Commit == "" {
		return
	}
	if s.Commit == "" && s.Hunk == "" {
		b.WriteString("  - Where:")
	} else {
		b.WriteString("  - Suspect:")
	}
	switch {
	case s.File != "" && s.Line > 0:
		fmt.Fprintf(b, " %s", code(fmt.Sprintf("%s:%d", s.File, s.Line)))
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
