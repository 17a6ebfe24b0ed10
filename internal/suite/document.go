package suite

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// maxFile bounds a scenario or threshold file: what is larger is something else.
const maxFile = 1 << 20

// A document is one YAML or JSON file (JSON is YAML) and what was found wrong in it.
type document struct {
	name   string
	source []byte
	faults Faults
}

func open(dir, name string) *document {
	d := &document{name: name}
	info, err := os.Stat(filepath.Join(dir, name))
	if err == nil && info.Size() > maxFile {
		err = errors.New("larger than 1 MB")
	}
	if err == nil {
		d.source, err = os.ReadFile(filepath.Join(dir, name))
	}
	if err != nil {
		d.whole(err.Error())
	}
	return d
}

func (d *document) whole(message string) {
	d.faults = append(d.faults, Fault{File: d.name, Message: message})
}

// decode fills v strictly: a key that v does not have is a fault.
func (d *document) decode(v any) {
	if len(d.faults) > 0 {
		return
	}
	if len(bytes.TrimSpace(d.source)) == 0 {
		d.whole("is empty")
		return
	}
	err := yaml.NewDecoder(bytes.NewReader(d.source), yaml.Strict()).Decode(v)
	var positioned yaml.Error
	switch {
	case err == nil:
	case errors.As(err, &positioned) && positioned.GetToken() != nil:
		p := positioned.GetToken().Position
		d.at(p.Line, p.Column, plain(positioned.GetMessage()))
	default:
		d.whole(err.Error())
	}
}

// plain takes Go's types out of a decoder's message.
func plain(message string) string {
	if _, after, found := strings.Cut(message, "of type "); found && strings.HasPrefix(message, "cannot unmarshal ") {
		what := strings.Fields(strings.TrimPrefix(message, "cannot unmarshal "))[0]
		kind := map[string]string{"int": "a whole number", "int64": "a whole number"}[after]
		if kind == "" {
			kind = "something else"
		}
		return "a " + what + " stands where " + kind + " belongs"
	}
	return message
}

func (d *document) at(line, column int, message string) {
	excerpt := ""
	if lines := strings.Split(string(d.source), "\n"); line <= len(lines) {
		excerpt = strings.TrimRight(lines[line-1], "\r")
	}
	d.faults = append(d.faults, Fault{d.name, line, max(column, 1), excerpt, message})
}

// A value is a scalar with its place, so that what is wrong with it can be shown there.
type value struct {
	text         string
	line, column int
}

// UnmarshalYAML keeps any scalar as it is written.
func (v *value) UnmarshalYAML(node ast.Node) error {
	t := node.GetToken()
	v.line, v.column = t.Position.Line, t.Position.Column
	scalar, ok := node.(ast.ScalarNode)
	if !ok {
		return &yaml.SyntaxError{Message: "a single value belongs here, as a word, a number or a quoted text", Token: t}
	}
	v.text = scalar.GetToken().Value
	return nil
}

func (v *value) set() bool { return v.line > 0 }

// use gives a value that was set to f, and notes what f finds wrong where the value stands.
func (d *document) use(v value, f func(text string) error) {
	if !v.set() {
		return
	}
	if err := f(v.text); err != nil {
		d.at(v.line, v.column, err.Error())
	}
}
