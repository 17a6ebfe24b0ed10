package suite

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/tidemark/tidemark/internal/template"
)

// parse gives the document's tree, to look at its keys: decoding keeps the places of values alone. What is no YAML it leaves to decode.
func (d *document) parse() {
	file, err := parser.ParseBytes([]byte(d.lifted.source), 0)
	if err != nil || len(file.Docs) == 0 {
		return
	}
	if len(file.Docs) > 1 {
		p := file.Docs[1].Start.Position
		d.at(p.Line, p.Column, "a second document begins here, and would be left out: write one in a file")
	}
	d.root = file.Docs[0].Body
}

// unknown notes each key below a node that the type it is read into does not have.
func (d *document) unknown(n ast.Node, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if m, ok := reflect.Zero(t).Interface().(interface{ mapping() reflect.Type }); ok {
		t = m.mapping()
	}
	if t.Kind() == reflect.Struct && len(keys(t)) == 0 {
		return // a value, or any tree
	}
	for _, e := range entries(n) {
		key := e.Key.GetToken()
		switch _, merge := e.Key.(*ast.MergeKeyNode); {
		case merge:
		case t.Kind() == reflect.Map:
			d.unknown(e.Value, t.Elem())
		case t.Kind() == reflect.Struct:
			fields := keys(t)
			if f, known := fields[key.Value]; known {
				d.unknown(e.Value, f)
				continue
			}
			names := slices.Sorted(maps.Keys(fields))
			d.at(key.Position.Line, key.Position.Column, fmt.Sprintf("unknown key %q%s: known here are %s",
				d.lifted.restore(key.Value), template.DidYouMean(key.Value, names), strings.Join(names, ", ")))
		}
	}
	if list, ok := n.(*ast.SequenceNode); ok && t.Kind() == reflect.Slice {
		for _, element := range list.Values {
			d.unknown(element, t.Elem())
		}
	}
}

// keys is the keys that a type is read from, with the types of their values.
func keys(t reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for f := range t.Fields() {
		if key := f.Tag.Get("yaml"); key != "" {
			all[key] = f.Type
		}
	}
	return all
}

// entries is what a mapping holds.
func entries(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.AnchorNode:
		return entries(n.Value)
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// atKey notes what is wrong with a key, given by the keys that lead to it.
func (d *document) atKey(message string, path ...string) {
	n := d.root
	for i, name := range path {
		all := entries(n)
		at := slices.IndexFunc(all, func(e *ast.MappingValueNode) bool { return d.lifted.restore(e.Key.GetToken().Value) == name })
		if at < 0 {
			break
		}
		if n = all[at].Value; i == len(path)-1 {
			p := all[at].Key.GetToken().Position
			d.at(p.Line, p.Column, message)
			return
		}
	}
	d.whole(message)
}
