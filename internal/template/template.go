package template

import (
	"fmt"
	"slices"
)

// A Format says what a text is part of, and so how values in it are escaped.
type Format int

// The formats.
const (
	Plain  Format = iota // as they are
	Path                 // as a path segment, and after the ? as part of a query
	Header               // as they are; a line break is an error
	JSON                 // as a JSON value, and inside of quotes as part of a string
)

// An Error is what is wrong with a source.
type Error struct {
	Offset     int    // in the source, in bytes
	Expression string // that it is in; empty: in none
	Within     int    // offset in the expression
	Message    string
}

func (e *Error) Error() string { return e.Message }

// A Text is a compiled source. It may be rendered from many goroutines, each with a Scope of its own.
type Text struct {
	parts   []part
	env     []string
	columns []Column
}

type part struct {
	literal    string
	expression *Expression // nil: a literal
	escape     escape
}

// Compile compiles a source in which names may be used. The error is an *Error.
func Compile(source string, format Format, names Names) (*Text, error) {
	pieces, err := Split(source)
	if err != nil {
		return nil, err
	}
	t, position := &Text{}, newPosition(format)
	for _, p := range pieces {
		if !p.Expression {
			position.pass(p.Text)
			t.parts = append(t.parts, part{literal: p.Text})
			continue
		}
		e, err := CompileExpression(p.Text, names)
		if err != nil {
			err.Offset += p.Offset
			return nil, err
		}
		t.parts = append(t.parts, part{expression: e, escape: position.escape()})
		t.env = append(t.env, e.env...)
		t.columns = append(t.columns, e.columns...)
	}
	return t, nil
}

// Env is the environment variables that the text needs.
func (t *Text) Env() []string { return t.env }

// Columns is the columns of data that the text takes values from; one may come twice.
func (t *Text) Columns() []Column { return t.columns }

// Constant reports whether the text has no expression: then it renders without a Scope.
func (t *Text) Constant() bool {
	return !slices.ContainsFunc(t.parts, func(p part) bool { return p.expression != nil })
}

// Render appends the text to b. An error says which expression has no value.
func (t *Text) Render(b []byte, s *Scope) ([]byte, error) {
	for i := range t.parts {
		p := &t.parts[i]
		if p.expression == nil {
			b = append(b, p.literal...)
			continue
		}
		v, err := p.expression.Value(s)
		if err == nil {
			b, err = p.escape.append(b, v)
		}
		if err != nil {
			return b, fmt.Errorf("${%s}: %w", p.expression.source, err)
		}
	}
	return b, nil
}
