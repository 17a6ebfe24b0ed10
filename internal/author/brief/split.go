package brief

import (
	"regexp"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// An item is what is said in one go: a bullet, a row of a table, a paragraph, a command.
type item struct {
	line    int // from 1
	indent  int
	bullet  bool
	heading bool
	first   bool // after an empty line
	curl    bool
	text    string
	body    author.Value // JSON that stands below it
}

var (
	bullet  = regexp.MustCompile(`^([-*+•▪◦‣·]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\[[ xX]\])\s+(\[[ xX]\]\s+)?`)
	heading = regexp.MustCompile(`^#{1,6}\s+|^[=~-]{3,}\s*$`)
	command = regexp.MustCompile(`^(\$\s+)?curl(\.exe)?\s`)
	ruler   = regexp.MustCompile(`^\s*\|?[\s:|+-]*-{2,}[\s:|+-]*\|?\s*$`)
)

// split finds the items of a text.
func split(lines []string) []*item {
	var items []*item
	var table *table
	blank := true
	for i := 0; i < len(lines); i++ {
		raw := strings.TrimRight(strings.ReplaceAll(lines[i], "\t", "    "), " ")
		trimmed := strings.TrimSpace(raw)
		if trimmed == "" || strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~") {
			blank, table = true, nil
			continue
		}
		it := &item{line: i + 1, indent: len(raw) - len(strings.TrimLeft(raw, " ")), first: blank, text: trimmed}
		blank = false
		if strings.Count(trimmed, "|") >= 2 || table != nil && strings.Contains(trimmed, "|") {
			if table == nil {
				table = newTable(trimmed)
				if i+1 < len(lines) && ruler.MatchString(lines[i+1]) && strings.Contains(lines[i+1], "-") {
					i++
					continue
				}
				if table.headed() {
					continue
				}
			}
			if ruler.MatchString(trimmed) {
				continue
			}
			it.bullet, it.text = true, table.row(trimmed)
			items = append(items, it)
			continue
		}
		table = nil
		if m := bullet.FindString(trimmed); m != "" && !command.MatchString(trimmed) {
			it.bullet, it.text = true, strings.TrimSpace(trimmed[len(m):])
		}
		switch {
		case heading.MatchString(trimmed):
			it.heading, it.text = true, strings.TrimSpace(heading.ReplaceAllString(trimmed, ""))
		case command.MatchString(it.text):
			it.curl = true
			it.text, i = joinCommand(lines, i, it.text)
		case len(items) > 0 && (strings.HasPrefix(it.text, "{") || strings.HasPrefix(it.text, "[")):
			if v, end := jsonAt(lines, i); v != nil {
				items[len(items)-1].body, i = v, end
				continue
			}
		case len(items) > 0 && !it.bullet && !it.first && goesOn(items[len(items)-1], it):
			items[len(items)-1].text += " " + it.text
			continue
		}
		if it.text != "" {
			items = append(items, it)
		}
	}
	return items
}

// goesOn reports whether a line is the rest of the item before it, and not a new one.
func goesOn(before, it *item) bool {
	switch {
	case before.heading || before.curl || beginsWithEndpoint(it.text):
		return false
	case strings.Count(before.text, "(") > strings.Count(before.text, ")"):
		return true
	case before.bullet:
		return it.indent > before.indent
	case it.indent > before.indent: // a fact set below what it belongs to
		return false
	case beginsWithEndpoint(before.text):
		return false
	}
	if label.MatchString(before.text) && it.text[0] >= 'A' && it.text[0] <= 'Z' {
		return false
	}
	starts := label.MatchString(it.text) && (it.text[0] < 'a' || label.MatchString(before.text) || metricPattern.MatchString(it.text[:min(len(it.text), 5)]))
	return !starts && !strings.HasSuffix(before.text, ":") && !strings.HasSuffix(before.text, ".") && !strings.HasSuffix(before.text, ";")
}

// label begins a line that stands for itself, as "Target: p95 < 300ms".
var label = regexp.MustCompile(`^(?i:[a-z][a-z0-9 /()-]{0,30}:\s|p\d\d)`)

// joinCommand puts a command's lines together: those that a backslash or an open quote continues.
func joinCommand(lines []string, i int, text string) (string, int) {
	for ; i+1 < len(lines); i++ {
		trimmed := strings.TrimRight(text, " ")
		after, continued := strings.CutSuffix(trimmed, "\\")
		if after2, found := strings.CutSuffix(trimmed, "^"); found { // Windows
			after, continued = after2, true
		}
		switch {
		case continued:
			text = after + " " + strings.TrimSpace(lines[i+1])
		case openQuote(text):
			text += "\n" + lines[i+1]
		default:
			return strings.TrimPrefix(text, "$ "), i
		}
	}
	return strings.TrimPrefix(text, "$ "), i
}

// openQuote reports whether a text ends inside quotes.
func openQuote(text string) bool {
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quote != '\'':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		}
	}
	return quote != 0
}

// mostJSONLines bounds a body in a brief.
const mostJSONLines = 400

// jsonAt reads JSON that begins on a line, and returns the line on which it ends.
func jsonAt(lines []string, i int) (author.Value, int) {
	var all strings.Builder
	depth := 0
	for end := i; end < len(lines) && end < i+mostJSONLines; end++ {
		all.WriteString(lines[end] + "\n")
		depth += strings.Count(lines[end], "{") + strings.Count(lines[end], "[") - strings.Count(lines[end], "}") - strings.Count(lines[end], "]")
		if depth > 0 {
			continue
		}
		v, err := author.ParseJSON([]byte(all.String()))
		if err != nil {
			return nil, i
		}
		return v, end
	}
	return nil, i
}
