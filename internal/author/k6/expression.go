package k6

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/tidemark/tidemark/internal/template"
)

// A code is JavaScript. One that is whole may stand beside an operator as it is.
type code struct {
	text  string
	whole bool
}

func whole(format string, args ...any) code { return code{fmt.Sprintf(format, args...), true} }

// operand is the code as a part of a larger one.
func (c code) operand() string {
	if c.whole {
		return c.text
	}
	return "(" + c.text + ")"
}

// receiver is the code as what a point stands behind, which a number would take for its own.
func (c code) receiver() string {
	if c.text[0] >= '0' && c.text[0] <= '9' {
		return "(" + c.text + ")"
	}
	return c.operand()
}

// A noCounterpart is something that cannot be said in JavaScript as the suite means it.
type noCounterpart struct{ what string }

// expression puts an expression into JavaScript. What has no counterpart becomes a call that says so when it is reached, and a note.
func (f *file) expression(source string) (c code) {
	tree, fault := template.Tree(source)
	if fault != nil {
		return f.untranslated(source, fault.Message)
	}
	defer func() {
		switch p := recover().(type) {
		case nil:
		case noCounterpart:
			c = f.untranslated(source, p.what)
		default:
			panic(p)
		}
	}()
	t := translator{file: f}
	return t.node(tree)
}

func (f *file) untranslated(source, why string) code {
	f.note("${%s} has no counterpart (%s): where it stands the script says so and the iteration fails; write one in its place", source, why)
	return whole("%s(%s)", f.use("untranslated"), quoted(source))
}

// A translator walks one expression.
type translator struct {
	file  *file
	loops []loop   // around the node, innermost last
	lets  []string // names that let gave
}

// A loop is a predicate's parameters.
type loop struct{ item, index, sum string }

func (t *translator) node(n ast.Node) code {
	switch n := n.(type) {
	case *ast.NilNode:
		return whole("null")
	case *ast.BoolNode:
		return whole("%t", n.Value)
	case *ast.IntegerNode:
		return number(strconv.Itoa(n.Value))
	case *ast.FloatNode:
		return number(strconv.FormatFloat(n.Value, 'g', -1, 64))
	case *ast.StringNode:
		return whole("%s", quoted(n.Value))
	case *ast.IdentifierNode:
		if slices.Contains(t.lets, n.Value) {
			return whole("%s", identifier(n.Value))
		}
		return whole("%s", t.file.local(n.Value))
	case *ast.PointerNode:
		return t.pointer(n)
	case *ast.UnaryNode:
		operator := map[string]string{"not": "!"}[n.Operator]
		if operator == "" {
			operator = n.Operator
		}
		return code{operator + t.node(n.Node).operand(), false}
	case *ast.BinaryNode:
		return t.binary(n)
	case *ast.ConditionalNode:
		return code{t.node(n.Cond).operand() + " ? " + t.node(n.Exp1).operand() + " : " + t.node(n.Exp2).operand(), false}
	case *ast.ChainNode:
		return t.node(n.Node)
	case *ast.MemberNode:
		return t.member(n)
	case *ast.SliceNode:
		return t.slice(n)
	case *ast.ArrayNode:
		return whole("[%s]", t.list(n.Nodes))
	case *ast.MapNode:
		return t.object(n)
	case *ast.VariableDeclaratorNode:
		value := t.node(n.Value)
		t.lets = append(t.lets, n.Name)
		defer func() { t.lets = t.lets[:len(t.lets)-1] }()
		return whole("((%s) => %s)(%s)", identifier(n.Name), result(t.node(n.Expr)), value.text)
	case *ast.CallNode:
		return t.call(n)
	case *ast.BuiltinNode:
		return t.builtin(n)
	}
	panic(noCounterpart{"this form of expression"})
}

func number(text string) code { return code{text, !strings.HasPrefix(text, "-")} }

// result is a code as what an arrow function returns.
func result(c code) string {
	if strings.HasPrefix(c.text, "{") {
		return "(" + c.text + ")"
	}
	return c.text
}

func (t *translator) list(nodes []ast.Node) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = t.node(n).text
	}
	return strings.Join(parts, ", ")
}

func (t *translator) pointer(n *ast.PointerNode) code {
	if len(t.loops) == 0 {
		panic(noCounterpart{"# outside of a list"})
	}
	inner := t.loops[len(t.loops)-1]
	switch n.Name {
	case "":
		return whole("%s", inner.item)
	case "index":
		return whole("%s", inner.index)
	case "acc":
		return whole("%s", inner.sum)
	}
	panic(noCounterpart{"#" + n.Name})
}

var operators = map[string]string{"+": "+", "-": "-", "*": "*", "/": "/", "%": "%", "**": "**", "^": "**", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
	"and": "&&", "&&": "&&", "or": "||", "||": "||", "??": "??"}

// methods are operators that are methods of a text in JavaScript.
var methods = map[string]string{"contains": "includes", "startsWith": "startsWith", "endsWith": "endsWith"}

func (t *translator) binary(n *ast.BinaryNode) code {
	left, right := t.node(n.Left), t.node(n.Right)
	switch n.Operator {
	case "==", "!=":
		return t.equality(n, left, right)
	case "..":
		return whole("%s(%s, %s)", t.file.use("range"), left.text, right.text)
	case "in":
		return whole("%s(%s, %s)", t.file.use("has"), right.text, left.text)
	case "matches":
		pattern, literal := n.Right.(*ast.StringNode)
		if !literal || !sameInBoth(pattern.Value) {
			panic(noCounterpart{"a pattern that JavaScript may read otherwise"})
		}
		return whole("new RegExp(%s).test(%s)", right.text, left.text)
	}
	if method := methods[n.Operator]; method != "" {
		return whole("%s.%s(%s)", left.receiver(), method, right.text)
	}
	if operator := operators[n.Operator]; operator != "" {
		return code{left.operand() + " " + operator + " " + right.operand(), false}
	}
	panic(noCounterpart{"the operator " + n.Operator})
}

// equality compares what may be a list or an object by what it holds.
func (t *translator) equality(n *ast.BinaryNode, left, right code) code {
	negated := n.Operator == "!="
	operator := "==="
	if negated {
		operator = "!=="
	}
	for _, side := range []ast.Node{n.Left, n.Right} {
		switch side.(type) {
		case *ast.NilNode: // what is not there is nil, and undefined
			return code{left.operand() + " " + operator[:2] + " " + right.operand(), false}
		case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.StringNode:
			return code{left.operand() + " " + operator + " " + right.operand(), false}
		}
	}
	same := fmt.Sprintf("%s(%s, %s)", t.file.use("same"), left.text, right.text)
	if negated {
		return code{"!" + same, false}
	}
	return whole("%s", same)
}

// sameInBoth reports whether a regular expression means the same to Go and to JavaScript: letters, digits, simple classes, repetitions and groups do.
func sameInBoth(pattern string) bool {
	for _, stranger := range []string{"(?", "[[:", `\A`, `\z`, `\Q`, `\p`, `\P`, `\C`, `\a`, `\x`} {
		if strings.Contains(pattern, stranger) {
			return false
		}
	}
	return true
}

func (t *translator) member(n *ast.MemberNode) code {
	if object, isName := n.Node.(*ast.IdentifierNode); isName && object.Value == "env" && !slices.Contains(t.lets, "env") {
		name, isText := n.Property.(*ast.StringNode)
		if !isText {
			panic(noCounterpart{"an environment variable whose name is worked out"})
		}
		return whole("%s", t.file.env(name.Value))
	}
	if n.Method {
		panic(noCounterpart{"a method"})
	}
	of := t.node(n.Node)
	property, isText := n.Property.(*ast.StringNode)
	switch {
	case isText && plainName.MatchString(property.Value) && n.Optional:
		return whole("%s?.%s", of.receiver(), property.Value)
	case isText && plainName.MatchString(property.Value):
		return whole("%s.%s", of.receiver(), property.Value)
	case isText && !n.Optional:
		return whole("%s[%s]", of.receiver(), quoted(property.Value))
	case n.Optional:
		return whole("%s?.[%s]", of.receiver(), t.node(n.Property).text)
	}
	return whole("%s(%s, %s)", t.file.use("item"), of.text, t.node(n.Property).text)
}

func (t *translator) slice(n *ast.SliceNode) code {
	from := "0"
	if n.From != nil {
		from = t.node(n.From).text
	}
	if n.To == nil {
		return whole("%s.slice(%s)", t.node(n.Node).receiver(), from)
	}
	return whole("%s.slice(%s, %s)", t.node(n.Node).receiver(), from, t.node(n.To).text)
}

func (t *translator) object(n *ast.MapNode) code {
	parts := make([]string, len(n.Pairs))
	for i, p := range n.Pairs {
		pair, ok := p.(*ast.PairNode)
		if !ok {
			panic(noCounterpart{"this form of object"})
		}
		key := "[" + t.node(pair.Key).text + "]"
		if name, literal := pair.Key.(*ast.StringNode); literal {
			key = memberName(name.Value)
		}
		parts[i] = key + ": " + t.node(pair.Value).text
	}
	if len(parts) == 0 {
		return whole("{}")
	}
	return whole("{ %s }", strings.Join(parts, ", "))
}

// call is a function of ours.
func (t *translator) call(n *ast.CallNode) code {
	callee, isName := n.Callee.(*ast.IdentifierNode)
	if !isName || !template.Reserved(callee.Value) {
		panic(noCounterpart{"a call of what is no function of ours"})
	}
	name := t.file.use(callee.Value)
	if callee.Value != "repeat" || len(n.Arguments) != 2 {
		return whole("%s(%s)", name, t.list(n.Arguments))
	}
	times := t.node(n.Arguments[0])
	return whole("%s(%s, () => %s)", name, times.text, result(t.loop(n.Arguments[1], "").body))
}

// A predicate is the arrow function that a loop's body becomes.
type predicate struct {
	body       code
	parameters loop
}

// loop translates what is evaluated for each element.
func (t *translator) loop(n ast.Node, sum string) predicate {
	depth := ""
	if len(t.loops) > 0 {
		depth = strconv.Itoa(len(t.loops) + 1)
	}
	names := loop{"it" + depth, "index" + depth, sum + depth}
	t.loops = append(t.loops, names)
	defer func() { t.loops = t.loops[:len(t.loops)-1] }()
	if p, ok := n.(*ast.PredicateNode); ok {
		n = p.Node
	}
	return predicate{t.node(n), names}
}

func (p predicate) arrow() string {
	parameters := p.parameters.item
	if strings.Contains(p.body.text, p.parameters.index) {
		parameters += ", " + p.parameters.index
	}
	return "(" + parameters + ") => " + result(p.body)
}

// loops are builtins with a predicate: what they are in JavaScript, of the list and the arrow function.
var loops = map[string]string{
	"filter": "%s.filter(%s)", "map": "%s.map(%s)", "all": "%s.every(%s)", "any": "%s.some(%s)", "none": "!%s.some(%s)", "one": "%s.filter(%s).length === 1",
	"count": "%s.filter(%s).length", "find": "%s.find(%s)", "findIndex": "%s.findIndex(%s)", "sum": "%s.map(%s).reduce((a, b) => a + b, 0)",
}

// builtins are those without, of their arguments; those that are absent have no counterpart, or none that is alike.
var builtins = map[string]string{
	"abs": "Math.abs(%s)", "ceil": "Math.ceil(%s)", "floor": "Math.floor(%s)", "max": "Math.max(%s)", "min": "Math.min(%s)",
	"upper": "%s.toUpperCase()", "lower": "%s.toLowerCase()", "keys": "Object.keys(%s)", "values": "Object.values(%s)",
	"fromJSON": "JSON.parse(%s)", "reverse": "Array.from(%s).reverse()", "concat": "[].concat(%s)",
	"split": "%s.split(%s)", "join": "%s.join(%s)", "hasPrefix": "%s.startsWith(%s)", "hasSuffix": "%s.endsWith(%s)",
	"indexOf": "%s.indexOf(%s)", "lastIndexOf": "%s.lastIndexOf(%s)", "replace": "%s.split(%s).join(%s)",
}

func (t *translator) builtin(n *ast.BuiltinNode) code {
	stranger := noCounterpart{"the function " + n.Name}
	if form := loops[n.Name]; form != "" {
		if len(n.Arguments) != 2 {
			panic(stranger)
		}
		of := t.node(n.Arguments[0]).receiver()
		return code{fmt.Sprintf(form, of, t.loop(n.Arguments[1], "").arrow()), !strings.ContainsAny(form, "!=") || n.Name == "sum"}
	}
	switch n.Name {
	case "len":
		return whole("%s(%s)", t.file.use("len"), t.list(n.Arguments))
	case "string":
		return whole("%s`${%s}`", t.file.use("text"), t.list(n.Arguments))
	case "first":
		return whole("%s[0]", t.node(n.Arguments[0]).receiver())
	case "last":
		return whole("%s.slice(-1)[0]", t.node(n.Arguments[0]).receiver())
	case "reduce":
		of, body := t.node(n.Arguments[0]).receiver(), t.loop(n.Arguments[1], "sum")
		arguments := fmt.Sprintf("(%s, %s, %s) => %s", body.parameters.sum, body.parameters.item, body.parameters.index, result(body.body))
		if len(n.Arguments) == 3 {
			arguments += ", " + t.node(n.Arguments[2]).text
		}
		return whole("%s.reduce(%s)", of, arguments)
	case "join":
		if len(n.Arguments) == 1 { // JavaScript would put commas between
			return whole("%s.join('')", t.node(n.Arguments[0]).receiver())
		}
	}
	form, known := builtins[n.Name]
	if !known {
		panic(stranger)
	}
	places := strings.Count(form, "%s")
	if places == 1 && strings.HasSuffix(form, "(%s)") { // a function, of however many arguments
		return whole(form, t.list(n.Arguments))
	}
	if len(n.Arguments) != places {
		panic(stranger)
	}
	arguments := []any{t.node(n.Arguments[0]).receiver()}
	for _, a := range n.Arguments[1:] {
		arguments = append(arguments, t.node(a).text)
	}
	return whole(form, arguments...)
}
