package template

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

// An Expression is compiled once and may be evaluated from many goroutines, each with a Scope of its own.
type Expression struct {
	source      string
	name, field string // of a plain name or name.field, which needs no machine; else empty
	program     *vm.Program
	env         []string
}

// CompileExpression compiles an expression in which names may be used.
func CompileExpression(source string, names Names) (*Expression, *Error) {
	if strings.TrimSpace(source) == "" {
		return nil, &Error{Expression: source, Message: "${} is empty: write a name, as ${users.id}"}
	}
	examine := &examiner{names: names, declared: map[string]bool{}}
	example := types.Map{"env": types.Any}
	for name := range names {
		example[name] = types.Any
	}
	options := []expr.Option{expr.Patch(examine), expr.AllowUndefinedVariables()}
	for name, f := range functions {
		example[name] = types.TypeOf(func(args ...any) any { return f(nil, args) })
		options = append(options, expr.DisableBuiltin(name))
	}
	program, err := expr.Compile(source, append(options, expr.Env(example))...)
	if fault := examine.fault(); fault != nil {
		fault.Expression = source
		return nil, fault
	}
	if err != nil {
		return nil, compileError(source, err)
	}
	e := &Expression{source: source, program: program, env: examine.env}
	switch n := program.Node().(type) {
	case *ast.IdentifierNode:
		e.name = n.Value
	case *ast.MemberNode:
		object, isName := n.Node.(*ast.IdentifierNode)
		property, isText := n.Property.(*ast.StringNode)
		if isName && isText {
			e.name, e.field = object.Value, property.Value
		}
	}
	return e, nil
}

func compileError(source string, err error) *Error {
	fault := &Error{Expression: source, Message: err.Error()}
	if at, ok := errors.AsType[*file.Error](err); ok {
		fault.Message, fault.Within = at.Message, min(at.Column, len(source))
		fault.Offset = fault.Within
	}
	return fault
}

// Value evaluates the expression.
func (e *Expression) Value(s *Scope) (any, error) {
	if e.name != "" {
		v := s.values[e.name]
		if e.field == "" {
			return v, nil
		}
		if row, ok := v.(map[string]any); ok {
			return row[e.field], nil
		}
	}
	v, err := s.vm.Run(e.program, s.values)
	if err != nil {
		if at, ok := errors.AsType[*file.Error](err); ok {
			return nil, errors.New(at.Message)
		}
		return nil, err
	}
	return v, nil
}

// Env is the environment variables that the expression needs.
func (e *Expression) Env() []string { return e.env }

// An examiner looks at an expression's names, and rewrites repeat.
type examiner struct {
	names    Names
	declared map[string]bool // by let
	env      []string
	faults   []*Error
	unknown  []*ast.IdentifierNode
}

// Visit implements ast.Visitor.
func (x *examiner) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.VariableDeclaratorNode:
		x.declared[n.Name] = true
	case *ast.IdentifierNode:
		if _, known := x.names[n.Value]; !known && n.Value != "env" && functions[n.Value] == nil {
			x.unknown = append(x.unknown, n)
		}
	case *ast.MemberNode:
		x.member(n)
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
			x.call(node, callee, n.Arguments)
		}
	}
}

func (x *examiner) member(n *ast.MemberNode) {
	object, isName := n.Node.(*ast.IdentifierNode)
	property, isText := n.Property.(*ast.StringNode)
	if !isName || !isText {
		return
	}
	if object.Value == "env" {
		if !slices.Contains(x.env, property.Value) {
			x.env = append(x.env, property.Value)
		}
		return
	}
	if columns := x.names[object.Value]; len(columns) > 0 && !slices.Contains(columns, property.Value) {
		x.complain(n.Property, fmt.Sprintf("%s has no column %q%s: it has %s", object.Value, property.Value, DidYouMean(property.Value, columns), strings.Join(columns, ", ")))
	}
}

func (x *examiner) call(node *ast.Node, callee *ast.IdentifierNode, args []ast.Node) {
	if callee.Value == "repeat" && len(args) == 2 {
		x.tryOut(callee, args[:1])
		count := &ast.CallNode{Callee: &ast.IdentifierNode{Value: "repeat"}, Arguments: args[:1]}
		numbers := &ast.BinaryNode{Operator: "..", Left: &ast.IntegerNode{Value: 1}, Right: count}
		ast.Patch(node, &ast.BuiltinNode{Name: "map", Arguments: []ast.Node{numbers, &ast.PredicateNode{Node: args[1]}}})
		return
	}
	if n, ours := arity[callee.Value]; ours && len(args) != n {
		x.complain(callee, fmt.Sprintf("%s takes %d arguments", callee.Value, n))
	} else if ours {
		x.tryOut(callee, args)
	}
}

// tryOut calls a function of ours with arguments that are known before there are values, to see what it has against them.
func (x *examiner) tryOut(callee *ast.IdentifierNode, args []ast.Node) {
	values := make([]any, len(args))
	for i, arg := range args {
		v, known := constant(arg)
		if !known {
			return
		}
		values[i] = v
	}
	defer func() {
		if p := recover(); p != nil {
			x.complain(callee, fmt.Sprint(p))
		}
	}()
	functions[callee.Value](rand.New(rand.NewPCG(1, 1)), values)
}

var arity = map[string]int{"int": 2, "float": 2, "pick": 1, "weighted": 2, "repeat": 2, "uuid": 0, "hex": 1}

// constant is the value of a literal.
func constant(node ast.Node) (any, bool) {
	switch n := node.(type) {
	case *ast.IntegerNode:
		return n.Value, true
	case *ast.FloatNode:
		return n.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.ConstantNode:
		return n.Value, true
	case *ast.UnaryNode:
		if v, known := constant(n.Node); known && n.Operator == "-" {
			switch v := v.(type) {
			case int:
				return -v, true
			case float64:
				return -v, true
			}
		}
	case *ast.ArrayNode:
		list := make([]any, len(n.Nodes))
		for i, e := range n.Nodes {
			v, known := constant(e)
			if !known {
				return nil, false
			}
			list[i] = v
		}
		return list, true
	}
	return nil, false
}

func (x *examiner) complain(at ast.Node, message string) {
	x.faults = append(x.faults, &Error{Offset: at.Location().From, Within: at.Location().From, Message: message})
}

// fault is the first thing found wrong, if any was.
func (x *examiner) fault() *Error {
	for _, n := range x.unknown {
		if x.declared[n.Value] {
			continue
		}
		known := append(slices.Collect(maps.Keys(x.names)), "env")
		slices.Sort(known)
		x.complain(n, fmt.Sprintf("nothing is named %q%s: known here are %s and the functions", n.Value, DidYouMean(n.Value, append(known, slices.Collect(maps.Keys(functions))...)), strings.Join(known, ", ")))
	}
	if len(x.faults) == 0 {
		return nil
	}
	return slices.MinFunc(x.faults, func(a, b *Error) int { return a.Offset - b.Offset })
}
