package suite

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// A value is a scalar with its place, so that what is wrong with it can be shown there.
type value struct {
	text         string // with marks for what was lifted out
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
	if block, ok := node.(*ast.LiteralNode); ok {
		v.text = block.Value.Value
	}
	return nil
}

func (v value) set() bool { return v.line > 0 }

// values is one scalar, or a list of them.
type values []value

// UnmarshalYAML takes either.
func (v *values) UnmarshalYAML(node ast.Node) error {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		*v = make(values, 1)
		return (*v)[0].UnmarshalYAML(node)
	}
	*v = make(values, len(list.Values))
	for i, n := range list.Values {
		if err := (*v)[i].UnmarshalYAML(n); err != nil {
			return err
		}
	}
	return nil
}

// A tree is any YAML, with its place.
type tree struct {
	node ast.Node
	at   value
}

// UnmarshalYAML keeps the node.
func (t *tree) UnmarshalYAML(node ast.Node) error {
	p := node.GetToken().Position
	t.node, t.at = node, value{line: p.Line, column: p.Column}
	return nil
}

func (t tree) set() bool { return t.node != nil }

// decode is what the tree holds: maps in their order, as yaml.MapSlice.
func (t tree) decode() (v any, err error) {
	err = yaml.NodeToValue(t.node, &v, yaml.UseOrderedMap())
	return v, err
}
