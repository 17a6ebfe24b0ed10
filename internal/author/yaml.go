package author

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A page is YAML in the making. Comments of lines that follow each other stand below each other.
type page struct {
	lines []line
}

type line struct{ text, comment string }

func (p *page) line(indent int, text, comment string) {
	p.lines = append(p.lines, line{strings.Repeat("  ", indent) + text, oneLine(comment)})
}

// oneLine is a comment without what would end it, and not longer than a screen is wide.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0xE000 && r <= 0xF8FF || r == 0xFEFF {
			return -1
		}
		return r
	}, text)
	if utf8.RuneCountInString(text) > longestComment {
		text = string([]rune(text)[:longestComment-1]) + "…"
	}
	return text
}

const longestComment = 140

// farthest is where comments may begin; behind longer lines they come at once.
const farthest = 48

func (p *page) String() string {
	var b strings.Builder
	for i := 0; i < len(p.lines); {
		end, width := i, 0
		for end < len(p.lines) && p.lines[end].comment != "" {
			if n := utf8.RuneCountInString(p.lines[end].text); n <= farthest {
				width = max(width, n)
			}
			end++
		}
		for ; i < end; i++ {
			l := p.lines[i]
			b.WriteString(l.text)
			b.WriteString(strings.Repeat(" ", max(0, width-utf8.RuneCountInString(l.text))) + "  # " + l.comment + "\n")
		}
		if i < len(p.lines) {
			b.WriteString(p.lines[i].text + "\n")
			i++
		}
	}
	return b.String()
}

// member writes a name and a value.
func (p *page) member(indent int, name string, v Value, comment string) {
	head := yamlKey(name) + ":"
	switch v := v.(type) {
	case Object:
		if len(v) == 0 {
			p.line(indent, head+" {}", comment)
			return
		}
		p.line(indent, head, comment)
		p.object(indent+1, v)
	case Array:
		if short, ok := flow(v); ok {
			p.line(indent, head+" "+short, comment)
			return
		}
		p.line(indent, head, comment)
		p.array(indent+1, v)
	default:
		p.line(indent, head+" "+scalar(v), comment)
	}
}

func (p *page) object(indent int, o Object) {
	for _, f := range o.once() {
		p.member(indent, f.Name, f.Value, "")
	}
}

func (p *page) array(indent int, a Array) {
	for _, v := range a {
		o, isObject := v.(Object)
		list, isArray := v.(Array)
		switch {
		case isObject && len(o) > 0:
			at := len(p.lines)
			p.object(indent+1, o)
			first := &p.lines[at]
			first.text = strings.Repeat("  ", indent) + "- " + first.text[2*(indent+1):]
		case isObject:
			p.line(indent, "- {}", "")
		case isArray:
			if short, ok := flow(list); ok {
				p.line(indent, "- "+short, "")
				continue
			}
			at := len(p.lines)
			p.array(indent+1, list)
			first := &p.lines[at]
			first.text = strings.Repeat("  ", indent) + "- " + first.text[2*(indent+1):]
		default:
			p.line(indent, "- "+scalar(v), "")
		}
	}
}

// flow writes a list of plain values on one line.
func flow(a Array) (string, bool) {
	parts := make([]string, len(a))
	length := 0
	for i, v := range a {
		switch v := v.(type) {
		case Literal:
			if text, ok := v.V.(string); ok {
				parts[i] = marshal(escapeTemplate(text))
			} else {
				parts[i] = marshal(v.V)
			}
		case Expression:
			parts[i] = scalar(v)
		default:
			return "", false
		}
		length += len(parts[i]) + 2
	}
	return "[" + strings.Join(parts, ", ") + "]", length < 100
}

// scalar writes a value on one line.
func scalar(v Value) string {
	switch v := v.(type) {
	case Literal:
		if text, ok := v.V.(string); ok {
			return quote(escapeTemplate(text))
		}
		return marshal(v.V)
	case Text:
		return quoteTemplate(templateOf(v))
	}
	return "${" + v.expression() + "}"
}

// templateOf is a text with its expressions in ${}.
func templateOf(t Text) string {
	var b strings.Builder
	for _, part := range t {
		if l, ok := part.(Literal); ok {
			text, isText := l.V.(string)
			if !isText {
				text = marshal(l.V)
			}
			b.WriteString(escapeTemplate(text))
			continue
		}
		if strings.HasSuffix(b.String(), "$") { // $${ would mean the characters ${
			b.WriteString(`${"$"}`)
		}
		b.WriteString("${" + part.expression() + "}")
	}
	return b.String()
}

// quoteTemplate writes a text with expressions. One that is all of the text needs quotes, so that it stays a text; and so do quotes in it.
func quoteTemplate(text string) string {
	if strings.HasPrefix(text, "${") || strings.ContainsAny(text, "\"\\") {
		return marshal(text)
	}
	return quote(text)
}

// plain texts need no quotes in any place that is written here.
var plain = regexp.MustCompile(`^[A-Za-z_/]([A-Za-z0-9_ ./@()+;$-]|:[A-Za-z0-9_])*$`)

var yamlWords = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~", "exists", "absent", "nan", "inf"}

func quote(text string) string {
	bare := expressionInText.ReplaceAllString(text, "x")
	if plain.MatchString(bare) && !strings.HasSuffix(text, " ") && !strings.Contains(bare, "${") && !slices.Contains(yamlWords, strings.ToLower(text)) {
		return text
	}
	return marshal(text)
}

var expressionInText = regexp.MustCompile(`\$\{[^{}"\n]*\}`)

var plainYAMLKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

func yamlKey(name string) string {
	if plainYAMLKey.MatchString(name) && !slices.Contains(yamlWords, strings.ToLower(name)) {
		return name
	}
	return marshal(escapeTemplate(name))
}
