package k6

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/internal/template"
)

// plainName is what may be written as a member's name without quotes.
var plainName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// memberName is a name in an object that is written down.
func memberName(name string) string {
	switch {
	case name == "__proto__": // would set the object's prototype
		return `['__proto__']`
	case plainName.MatchString(name):
		return name
	}
	return quoted(name)
}

// quoted is a text in JavaScript's quotes.
func quoted(text string) string { return "'" + escaped(text, '\'') + "'" }

// escaped is the inside of a text that ends with quote.
func escaped(text string, quote rune) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == quote || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '$' && quote == '`' && strings.HasPrefix(text[i:], "${"):
			b.WriteString(`\$`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// text puts a template into JavaScript: in quotes where it has no expression, else as a template literal with the tag that escapes values.
func (f *file) text(source, tag string) string {
	pieces, err := template.Split(source)
	if err != nil { // suite has read it
		return f.untranslated(source, err.Error()).text
	}
	constant := true
	var literal, b strings.Builder
	for _, p := range pieces {
		if !p.Expression {
			literal.WriteString(p.Text)
			b.WriteString(escaped(p.Text, '`'))
			continue
		}
		constant = false
		b.WriteString("${" + f.expression(p.Text).text + "}")
	}
	if constant {
		return quoted(literal.String())
	}
	return f.use(tag) + "`" + b.String() + "`"
}

// Marks stand for expressions in a JSON text while it is read: of a whole value, and of a part of a string. They are of Unicode's private
// use, and a body that has them itself is not taken apart.
const (
	valueMark = '\ue000'
	partMark  = '\ue001'
	markEnd   = '\ue002'
)

// jsonBody puts a JSON template into JavaScript, as an object with expressions in it.
func (f *file) jsonBody(source string, indent int) string {
	pieces, err := template.Split(source)
	if err != nil {
		return f.untranslated(source, err.Error()).text
	}
	if strings.ContainsAny(source, string([]rune{valueMark, partMark, markEnd})) {
		return f.jsonText(pieces)
	}
	var b strings.Builder
	var expressions []string
	inside := quotes{}
	for _, p := range pieces {
		if !p.Expression {
			inside.pass(p.Text)
			b.WriteString(p.Text)
			continue
		}
		mark := fmt.Sprintf(`"%c%d%c"`, valueMark, len(expressions), markEnd)
		if inside.quoted {
			mark = fmt.Sprintf("%c%d%c", partMark, len(expressions), markEnd)
		}
		b.WriteString(mark)
		expressions = append(expressions, p.Text)
	}
	d := json.NewDecoder(strings.NewReader(b.String()))
	d.UseNumber()
	value, err := readValue(d)
	if err == nil && exact(value) {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return fmt.Sprintf("%s(%s)", f.use("json"), f.value(value, expressions, indent))
		}
	}
	return f.jsonText(pieces)
}

// exact reports whether JavaScript keeps all digits of a value's numbers.
func exact(v any) bool {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.ParseFloat(v.String(), 64)
		return err == nil && (strings.ContainsAny(v.String(), ".eE") || n < 1<<53 && n > -1<<53)
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !exact(e) })
	case object:
		return !slices.ContainsFunc(v, func(m member) bool { return !exact(m.value) })
	}
	return true
}

// jsonText is a JSON template as a text, where it cannot be an object.
func (f *file) jsonText(pieces []template.Piece) string {
	var b strings.Builder
	inside := quotes{}
	for _, p := range pieces {
		switch {
		case !p.Expression:
			inside.pass(p.Text)
			b.WriteString(escaped(p.Text, '`'))
		case inside.quoted:
			fmt.Fprintf(&b, "${%s(%s`${%s}`).slice(1, -1)}", f.use("json"), f.use("text"), f.expression(p.Text).text)
		default:
			fmt.Fprintf(&b, "${%s(%s)}", f.use("json"), f.expression(p.Text).text)
		}
	}
	return "`" + b.String() + "`"
}

// quotes follows a JSON text, to know what stands within a string.
type quotes struct{ quoted, escaped bool }

func (q *quotes) pass(text string) {
	for i := range len(text) {
		switch c := text[i]; {
		case q.escaped:
			q.escaped = false
		case q.quoted && c == '\\':
			q.escaped = true
		case c == '"':
			q.quoted = !q.quoted
		}
	}
}

// An object is a JSON object in the order in which it is written.
type object []member

type member struct {
	name  string
	value any
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := readValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	case json.Delim('{'):
		o := object{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := readValue(d)
			if err != nil {
				return nil, err
			}
			o = append(o, member{fmt.Sprint(name), v})
		}
		_, err = d.Token()
		return o, err
	}
	return token, nil
}

// lineWidth is how long a line may be before an object is written over several.
const lineWidth = 100

// value writes a JSON value in JavaScript.
func (f *file) value(v any, expressions []string, indent int) string {
	var parts []string
	var open, end string
	switch v := v.(type) {
	case object:
		open, end = "{", "}"
		for _, m := range v {
			name := memberName(m.name)
			if strings.ContainsRune(m.name, partMark) {
				name = "[" + f.filled(m.name, expressions) + "]"
			}
			parts = append(parts, name+": "+f.value(m.value, expressions, indent+1))
		}
	case []any:
		open, end = "[", "]"
		for _, e := range v {
			parts = append(parts, f.value(e, expressions, indent+1))
		}
	case string:
		return f.filled(v, expressions)
	default:
		return plain(v)
	}
	if len(parts) == 0 {
		return open + end
	}
	if line := strings.Join(parts, ", "); len(line)+2*indent <= lineWidth && !strings.Contains(line, "\n") {
		if open == "{" {
			return "{ " + line + " }"
		}
		return open + line + end
	}
	pad := strings.Repeat("  ", indent+1)
	return open + "\n" + pad + strings.Join(parts, ",\n"+pad) + ",\n" + strings.Repeat("  ", indent) + end
}

// filled is a string of a body with its expressions: one that is all of a value keeps its type.
func (f *file) filled(s string, expressions []string) string {
	runes := []rune(s)
	if len(runes) > 0 && runes[0] == valueMark {
		n, _ := strconv.Atoi(string(runes[1 : len(runes)-1])) // as it was written
		return f.expression(expressions[n]).text
	}
	if !slices.Contains(runes, partMark) {
		return quoted(s)
	}
	var b strings.Builder
	for rest := s; rest != ""; {
		literal, after, found := strings.Cut(rest, string(partMark))
		b.WriteString(escaped(literal, '`'))
		if !found {
			break
		}
		number, tail, _ := strings.Cut(after, string(markEnd))
		n, _ := strconv.Atoi(number) // as it was written
		b.WriteString("${" + f.expression(expressions[n]).text + "}")
		rest = tail
	}
	return f.use("text") + "`" + b.String() + "`"
}

// plain is a value of encoding/json in JavaScript.
func plain(v any) string {
	switch v := v.(type) {
	case string:
		return quoted(v)
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = plain(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(v) // it came from JSON
		return strings.TrimSpace(b.String())
	}
	text, _ := json.Marshal(v) // likewise
	return string(text)
}
