package service

import (
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// variable is the environment variable that tells commands a placeholder's value. Command lines hold these and not the values, so
// that a path with spaces stays one word, and a password is in no list of processes.
func variable(p bench.Placeholder) string {
	if name, env := p.Env(); env {
		return "TIDEMARK_ENV_" + name
	}
	return "TIDEMARK_" + strings.ToUpper(strings.ReplaceAll(string(p), ".", "_"))
}

// plain is a text with its placeholders' values, for what no shell reads.
func plain(t bench.Text, values map[bench.Placeholder]string) (string, error) {
	parts, err := t.Parts()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range parts {
		if p.Placeholder == "" {
			b.WriteString(p.Text)
		} else {
			b.WriteString(values[p.Placeholder])
		}
	}
	return b.String(), nil
}

// command is a text for a shell: each placeholder becomes a variable, quoted as is right where it stands.
func command(t bench.Text) (string, error) {
	parts, err := t.Parts()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	var q quoting
	for _, p := range parts {
		if p.Placeholder == "" {
			b.WriteString(p.Text)
			q.pass(p.Text)
			continue
		}
		v := "${" + variable(p.Placeholder) + "}"
		switch q.inside() {
		case '"':
			b.WriteString(v)
		case '\'':
			b.WriteString(`'"` + v + `"'`)
		default:
			b.WriteString(`"` + v + `"`)
		}
		q.before = 'x'
	}
	return b.String(), nil
}

// quoting follows a shell's text to know what its end is inside of: quotes nest in $( ) and in backticks. Here-documents it does not know; whoever writes
// one has the variables.
type quoting struct {
	nested []byte // ' " ( or ` from the outside in
	before byte   // the last character
	escape bool   // it was a backslash that takes the next character's meaning
	remark bool   // # up to the end of the line
}

func (q *quoting) inside() byte {
	if q.remark || len(q.nested) == 0 {
		return 0
	}
	return q.nested[len(q.nested)-1]
}

func (q *quoting) pass(text string) {
	for i := range len(text) {
		q.next(text[i])
		q.before = text[i]
	}
}

func (q *quoting) next(c byte) {
	open := func(c byte) { q.nested = append(q.nested, c) }
	shut := func() { q.nested = q.nested[:len(q.nested)-1] }
	inside := q.inside()
	switch {
	case q.remark:
		q.remark = c != '\n'
	case q.escape:
		q.escape = false
	case inside == '\'':
		if c == '\'' {
			shut()
		}
	case c == '\\':
		q.escape = true
	case c == '"' || c == '`':
		if inside == c {
			shut()
		} else {
			open(c)
		}
	case c == '(' && (q.before == '$' || inside != '"'):
		open('(')
	case inside == '"':
	case c == '\'':
		open('\'')
	case c == ')' && inside == '(':
		shut()
	case c == '#' && strings.IndexByte("\x00 \t\n;&|()", q.before) >= 0:
		q.remark = true
	}
}
