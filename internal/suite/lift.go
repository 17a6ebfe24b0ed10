package suite

import (
	"strings"
	"unicode/utf8"

	"github.com/tidemark/tidemark/internal/template"
)

// An expression in a plain scalar, as ${repeat(3, {id: 1})}, is no YAML: it has ": " and ", " and braces. So before YAML is
// parsed, each is lifted out and its room filled with as many characters of a private-use area, which leaves all columns where
// they were; afterwards it is put back. In quoted scalars YAML needs no help, and its escapes have to be undone: they are left alone.
const (
	firstMark = '\uE000' // + the expression's number
	marks     = 6000
	filler    = '\uF8FF'
)

// lifted is a source and what was taken out of it.
type lifted struct {
	source      string
	expressions []string
}

func lift(source string) lifted {
	l := lifted{}
	var b strings.Builder
	quote := byte(0)     // that the scanner is inside of
	before := byte('\n') // the last character that was no space
	for i := 0; i < len(source); {
		c := source[i]
		switch {
		case quote != 0:
			if c == '\\' && quote == '"' && i+1 < len(source) {
				b.WriteByte(c)
				i, c = i+1, source[i+1]
			} else if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && strings.IndexByte("\n:-[{,", before) >= 0:
			quote = c
		case c == '#' && (i == 0 || strings.IndexByte(" \t\n", source[i-1]) >= 0):
			end := len(source)
			if n := strings.IndexByte(source[i:], '\n'); n >= 0 {
				end = i + n
			}
			b.WriteString(source[i:end])
			i, before = end, '\n'
			continue
		case strings.HasPrefix(source[i:], "$${"):
			b.WriteString("$${")
			i, before = i+3, '{'
			continue
		case strings.HasPrefix(source[i:], "${") && len(l.expressions) < marks:
			if end := template.End(source, i); end > 0 && !strings.Contains(source[i:end], "\n") {
				b.WriteRune(firstMark + rune(len(l.expressions)))
				for range utf8.RuneCountInString(source[i:end]) - 1 {
					b.WriteRune(filler)
				}
				l.expressions = append(l.expressions, source[i:end])
				i, before = end, '}'
				continue
			}
		}
		if c != ' ' && c != '\t' && c != '\r' {
			before = c
		}
		b.WriteByte(c)
		i++
	}
	l.source = b.String()
	return l
}

// restore puts back what was lifted out of a text.
func (l lifted) restore(text string) string {
	if !strings.ContainsFunc(text, isMark) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case isMark(r) && int(r-firstMark) < len(l.expressions):
			b.WriteString(l.expressions[r-firstMark])
		case r != filler:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// whole reports whether a text is one lifted expression and nothing else: its value keeps its type.
func (l lifted) whole(text string) bool {
	first, size := utf8.DecodeRuneInString(text)
	return isMark(first) && strings.Trim(text[size:], string(filler)) == ""
}

func isMark(r rune) bool { return r >= firstMark && r < firstMark+marks }
