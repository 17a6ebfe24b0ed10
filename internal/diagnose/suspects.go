package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/tidemark/tidemark/bench"
)

// suspects finds, for each cause, the changed place that it may come from. A change is a suspect only when run-time evidence points the same
// way: the change can have this kind of cause, and both speak of the same table, column, service or function; or the evidence names a line
// that was changed, or a function that is called there since. A change alone is no evidence, so a cause is never more certain for having a suspect.
func suspects(s *Subject, causes []cause) []cause {
	var hunks []bench.Hunk
	for _, e := range s.Evidence {
		hunks = append(hunks, e.Hunks...) // of a very large change the first part was read, which is better than nothing
	}
	for i := range causes {
		c := &causes[i]
		var best *bench.Hunk
		most := 0
		for j := range hunks {
			if points := agreement(c, &hunks[j]); points > most {
				best, most = &hunks[j], points
			}
		}
		if best == nil {
			continue
		}
		why := best.Why
		if call := callOf(best, c.Suspect); call != "" {
			said := call + " is called here, and was not before"
			if slices.Contains(best.Kinds, c.Kind) {
				said = why + "; " + said
			}
			why = said
		}
		known := c.Suspect
		c.Suspect = &bench.Suspect{Commit: best.Commit, Subject: best.Subject, File: best.File, Line: best.Line, Hunk: best.Text}
		if known != nil {
			c.Suspect.Function = known.Function
		}
		c.Evidence = append(c.Evidence, bench.Proof{Source: bench.FromDiff, Text: fmt.Sprintf("%s:%d: %s%s", best.File, best.Line, why, ofCommit(best))})
	}
	return causes
}

func ofCommit(h *bench.Hunk) string {
	const few = 10 // letters, as git shows a commit
	if len(h.Commit) < few {
		return ""
	}
	return fmt.Sprintf(" (%s %s)", h.Commit[:few], h.Subject)
}

// agreement is how much a cause and a changed place have in common; 0: nothing, and then it is no suspect. A changed line that the evidence
// names counts most, then the table, service or function, then further names such as columns. Where a line or a call leads, the change need
// not look like one that has this kind of cause.
func agreement(c *cause, h *bench.Hunk) (points int) {
	const sameLine, sameThing, sameName = 100, 10, 1
	fits := slices.Contains(h.Kinds, c.Kind)
	if at := c.Suspect; at != nil && samePath(at.File, h.File) && (fits && at.Line >= h.Line-near && at.Line < h.Line+h.Lines+near || changes(h, at.Line)) {
		points += sameLine
	}
	if callOf(h, c.Suspect) != "" {
		points += sameThing
	}
	if !fits {
		return points
	}
	if c.Kind == bench.PoolExhaustion && slices.ContainsFunc(h.Names, ofPool) {
		points += sameThing // a pool has no name but this
	}
	for _, name := range h.Names {
		if same(name, c.about) {
			points += sameThing
		}
		for _, other := range c.names {
			if same(name, other) {
				points += sameName
			}
		}
	}
	return points
}

// near is how many lines beside a change still belong to it: a call that goes over several is reported at its first or last.
const near = 2

// changes reports whether a line of the new file is one that a change made.
func changes(h *bench.Hunk, line int) bool {
	return slices.ContainsFunc(h.Changed, func(r [2]int) bool { return line >= r[0] && line <= r[1] })
}

// samePath reports whether a file as a program knows it is one of the repository.
func samePath(program, repository string) bool {
	program = strings.ReplaceAll(program, "\\", "/")
	return repository != "" && (program == repository || strings.HasSuffix(program, "/"+repository))
}

func ofPool(name string) bool {
	lower := strings.ToLower(name)
	return strings.Contains(lower, "pool") || strings.Contains(lower, "conn")
}

// same reports whether a name in the change and one in the evidence mean the same: LineItem is line_items, lineItems, and the first part of
// line_items_order_idx; a function is known by its last part.
func same(changed, known string) bool {
	if known == "" || changed == "" {
		return false
	}
	a, b := parts(changed), parts(known)
	if slices.Equal(a, b) {
		return true
	}
	if last := len(a) - 1; last > 1 && (a[last] == "idx" || a[last] == "index" || a[last] == "key" || a[last] == "fkey") {
		return len(b) < len(a) && slices.Equal(a[:len(b)], b)
	}
	i := strings.LastIndexAny(known, "./")
	return i >= 0 && slices.Equal(a, parts(known[i+1:]))
}

// parts are the words of a name, in lower case and singular: lineItems is line, item.
func parts(name string) (words []string) {
	var b strings.Builder
	end := func() {
		if b.Len() > 0 {
			words = append(words, singular(b.String()))
			b.Reset()
		}
	}
	lower := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && lower:
			end()
			fallthrough
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
	}
	end()
	return words
}

func singular(word string) string {
	switch {
	case strings.HasSuffix(word, "ies") && len(word) > 4:
		return word[:len(word)-3] + "y"
	case strings.HasSuffix(word, "sses") || strings.HasSuffix(word, "xes") || strings.HasSuffix(word, "ches") || strings.HasSuffix(word, "shes"):
		return word[:len(word)-2]
	case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us") && len(word) > 3:
		return word[:len(word)-1]
	}
	return word
}
