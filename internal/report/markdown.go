package report

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// What comes from outside (names of endpoints, statements, subjects of commits, paths, evidence) is text, and never markup. Code hosts see more in
// text than Markdown does: mentions, references to issues, commits and merge requests, bare addresses, formulas, emoji, and commands at the start of
// a line. In code they see nothing. So a name stands in code as a whole, and of a sentence the words that something could be made of do.

// plain is text on one line, of at most so many letters: control characters, those that nobody sees, and those that turn the direction of
// writing are left out.
func plain(s string, most int) string {
	return clip(strings.Join(strings.Fields(visible(s)), " "), most)
}

// visible is text without what is not seen. Line ends and tabs become spaces.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.In(r, unicode.C): // control, format (bidi, zero width, tags), private use, surrogates
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func clip(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

// Lengths in letters: what is longer is cut, and says so.
const (
	mostName = 160
	mostWord = 80
	mostText = 500
)

// code is text as code. Where backticks cannot hold it, also in a table, it is HTML's element, with all that Markdown could read as something.
func code(s string) string {
	s = plain(s, mostName)
	switch {
	case s == "":
		return "(none)"
	case strings.ContainsAny(s, "`|") || strings.Contains(s, "<!"):
		return element(s)
	}
	return "`" + s + "`"
}

// element is text as code in HTML, as of a summary.
func element(s string) string {
	if s = plain(s, mostName); s == "" {
		s = "(none)"
	}
	return "<code>" + entities(s) + "</code>"
}

// entities writes all punctuation as HTML's entities: Markdown reads none of them as markup.
func entities(s string) string {
	var b strings.Builder
	for _, r := range s {
		if special(r) {
			b.WriteString("&#" + decimal(r) + ";")
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// special reports whether Markdown may read a letter as markup.
func special(r rune) bool { return strings.ContainsRune("\\`*_{}[]<>().#+-!|~&@$^:/\"'=", r) }

func decimal(r rune) string {
	digits := ""
	for ; r > 0; r /= 10 {
		digits = string('0'+r%10) + digits
	}
	return digits
}

// somethingElse matches a word that a code host could make something of: a mention, a reference, an address, a formula, an emoji, a command, a
// commit; or that Markdown could, and that reads well as code.
var somethingElse = regexp.MustCompile("[@#$~_`]|[!&%^][\"\\w]|:[\\w+-]|://|^/|(?i:^www\\.)|^(?i:[a-z]{2,10})-\\d|^[0-9a-f]{7,64}$|<!")

// capital matches a word that belongs to the code beside it: SELECT, POST, = and the like.
var capital = regexp.MustCompile(`^([A-Z]{2,}|[=*<>+/,-]+)$`)

// prose is a sentence from outside as text. What it quotes with backticks is code.
func prose(s string) string {
	parts := strings.Split(plain(s, mostText), "`")
	if len(parts)%2 == 0 { // one backtick more than pairs: it quotes nothing
		parts = append(parts[:len(parts)-2], parts[len(parts)-2]+"'"+parts[len(parts)-1])
	}
	var b strings.Builder
	for i, part := range parts {
		if i%2 == 1 && strings.TrimSpace(part) != "" {
			b.WriteString(code(part))
			continue
		}
		if strings.HasPrefix(part, " ") && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words(part))
		if strings.HasSuffix(part, " ") && i < len(parts)-1 {
			b.WriteByte(' ')
		}
	}
	out := strings.TrimSpace(b.String())
	if out == "" {
		return "(nothing)" // an empty item would make a heading of the line before it
	}
	first, rest, _ := strings.Cut(out, " ")
	if listMark.MatchString(first) {
		return strings.TrimSpace(entities(first) + " " + rest)
	}
	return out
}

// listMark matches what begins a list where it is the first word.
var listMark = regexp.MustCompile(`^(\d+[.)]|[-+=]+)$`)

// words is text without quotations.
func words(s string) string {
	var out, between, literal []string // between: capitals, each with a word after it, that may belong to the code before and after them
	end := func(punctuation string) {
		if len(literal) > 0 {
			out = append(out, code(strings.Join(literal, " "))+punctuation)
		}
		for _, word := range between {
			out = append(out, sparing(word))
		}
		literal, between = nil, nil
	}
	for _, word := range strings.Fields(s) {
		word = clip(word, mostWord)
		switch {
		case somethingElse.MatchString(word):
			if inner, found := strings.CutPrefix(word, "("); found && strings.HasSuffix(strings.TrimRight(word, ".,;:"), ")") {
				end("")
				inner, after := cutEnd(inner)
				out = append(out, "("+code(inner)+sparing(after))
				continue
			}
			inner, after := cutEnd(word)
			literal = append(append(literal, between...), inner)
			between = between[:0]
			if after != "" {
				end(sparing(after))
			}
		case capital.MatchString(word), len(between) > 0 && capital.MatchString(between[len(between)-1]):
			between = append(between, word)
		default:
			end("")
			out = append(out, sparing(word))
		}
	}
	end("")
	return strings.Join(out, " ")
}

// cutEnd parts a word from the punctuation of the sentence.
func cutEnd(word string) (inner, after string) {
	inner = strings.TrimRight(word, ".,;:)")
	if inner == "" || strings.Count(inner, "(") > strings.Count(inner, ")") { // of a call or a list
		return word, ""
	}
	return inner, word[len(inner):]
}

// sparing writes what Markdown may read as markup within a line as entities.
func sparing(word string) string {
	var b strings.Builder
	for _, r := range word {
		if strings.ContainsRune("\\`*_[]<>|&!", r) {
			b.WriteString("&#" + decimal(r) + ";")
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// inHTML is text within a line of HTML that Markdown leaves alone, as of a summary.
func inHTML(s string) string { return html.EscapeString(plain(s, mostName)) }

// Of a hunk is shown at most so much.
const (
	mostHunkLines = 24
	mostHunkLine  = 140
	mostHunk      = 2000 // bytes
)

// hunk is a part of a diff as a fenced block that nothing in it can end. Each line begins as one of a diff does, so none begins as a command of
// a code host.
func hunk(text, indent string) string {
	var lines []string
	size, longest := 0, 0
	for line := range strings.Lines(text) {
		line = clip(strings.TrimRight(visible(strings.ReplaceAll(line, "\t", "    ")), " "), mostHunkLine)
		line = strings.ReplaceAll(line, "<!--", "<!‐‐") // not even in a block may a body hold another's marker
		if line == "" || !strings.ContainsRune(" +-@\\", rune(line[0])) {
			line = " " + line
		}
		if size += len(line); len(lines) == mostHunkLines || size > mostHunk {
			lines = append(lines, " …")
			break
		}
		for run := range strings.FieldsFuncSeq(line, func(r rune) bool { return r != '`' }) {
			longest = max(longest, len(run))
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return ""
	}
	fence := strings.Repeat("`", max(3, longest+1))
	return indent + fence + "diff\n" + indent + strings.Join(lines, "\n"+indent) + "\n" + indent + fence + "\n"
}
