package template

import (
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
)

// Tree is an expression as it is written, for who puts it into another language: functions of ours are calls, those of the language
// builtins. It says nothing of whether its names are known: CompileExpression does.
func Tree(source string) (ast.Node, *Error) {
	config := conf.CreateNew()
	for name := range functions {
		config.Disabled[name] = true
	}
	tree, err := parser.ParseWithConfig(source, config)
	if err != nil {
		return nil, compileError(source, err)
	}
	return tree.Node, nil
}
