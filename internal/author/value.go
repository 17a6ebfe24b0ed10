package author

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// A Value says how a value of a request is made.
type Value interface {
	// expression is the value in the language of expressions. An ID has to be resolved before.
	expression() string
}

// A Literal is a JSON value: nil, bool, float64, json.Number or string.
type Literal struct{ V any }

// An Expression makes a value anew for each request, as int(1, 20).
type Expression string

// A Text is a string of literal parts and expressions: each is a Literal of a string, or an Expression.
type Text []Value

// An Object is a JSON object.
type Object []Field

// A Field is a member of an Object.
type Field struct {
	Name  string
	Value Value
}

// An Array is a list of values as they are.
type Array []Value

// A Repeat is a list of Low to High values, each made anew.
type Repeat struct {
	Of        Value
	Low, High int
}

// An ID is the id of some resource, which Compose looks for: in seed data, in a list that the API gives. Else is taken where
// there is neither.
type ID struct {
	Noun  string // singular, as product
	List  string // path of the list that has it; empty: any list of such things
	Alone bool   // no other list of such things will do
	Name  string // of the parameter or member
	Kind  Kind
	Else  Value // nil: a guess, or an environment variable
}

func (l Literal) expression() string    { return marshal(l.V) }
func (e Expression) expression() string { return string(e) }
func (v ID) expression() string         { panic("author: an id that was not resolved: " + v.Name) }

func (t Text) expression() string {
	parts := make([]string, len(t))
	for i, v := range t {
		if parts[i] = v.expression(); !isText(v) {
			parts[i] = "string(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, " + ")
}

func isText(v Value) bool {
	if l, ok := v.(Literal); ok {
		_, ok = l.V.(string)
		return ok
	}
	e, _ := v.(Expression)
	return strings.HasPrefix(string(e), "hex(") || strings.HasPrefix(string(e), "uuid(") || strings.HasPrefix(string(e), "now().Format(")
}

// once is the object with each member once: JSON may name one twice, and then the last one counts.
func (o Object) once() Object {
	at := map[string]int{}
	all := make(Object, 0, len(o))
	for _, f := range o {
		if i, twice := at[f.Name]; twice {
			all[i] = f
			continue
		}
		at[f.Name] = len(all)
		all = append(all, f)
	}
	return all
}

func (o Object) expression() string {
	o = o.once()
	parts := make([]string, len(o))
	for i, f := range o {
		parts[i] = key(f.Name) + ": " + f.Value.expression()
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (a Array) expression() string {
	parts := make([]string, len(a))
	for i, v := range a {
		parts[i] = v.expression()
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (r Repeat) expression() string {
	n := fmt.Sprintf("int(%d, %d)", r.Low, r.High)
	if r.Low == r.High {
		n = strconv.Itoa(r.Low)
	}
	return "repeat(" + n + ", " + r.Of.expression() + ")"
}

// Words that mean something in expressions: as a key they need quotes.
var exprWords = regexp.MustCompile(`^(true|false|nil|null|in|not|and|or|matches|contains|startsWith|endsWith|let|if|else)$`)
var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func key(name string) string {
	if plainKey.MatchString(name) && !exprWords.MatchString(name) {
		return name
	}
	return marshal(name)
}

// marshal writes JSON without the escapes that are meant for HTML.
func marshal(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // JSON's own types only
	}
	return strings.TrimSpace(b.String())
}

// ParseJSON reads a JSON value, with members in their order and numbers as they are written.
func ParseJSON(text []byte) (Value, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parseJSON(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// deepest bounds how deep values may be nested: deeper ones are no request's.
const deepest = 64

func parseJSON(d *json.Decoder, depth int) (Value, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	open, nested := token.(json.Delim)
	if !nested {
		return Literal{token}, nil
	}
	if depth > deepest {
		return nil, errors.New("JSON nested too deep")
	}
	o, a := Object{}, Array{}
	for d.More() {
		name := ""
		if open == '{' {
			token, err := d.Token()
			if err != nil {
				return nil, err
			}
			name, _ = token.(string) // nothing else can be a name
		}
		v, err := parseJSON(d, depth+1)
		if err != nil {
			return nil, err
		}
		if open == '{' {
			o = append(o, Field{name, v})
		} else {
			a = append(a, v)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if open == '{' {
		return o, nil
	}
	return a, nil
}

// walk replaces values from the inside out.
func walk(v Value, name string, f func(name string, v Value) Value) Value {
	switch x := v.(type) {
	case Object:
		o := make(Object, len(x))
		for i, field := range x {
			o[i] = Field{field.Name, walk(field.Value, field.Name, f)}
		}
		v = o
	case Array:
		a := make(Array, len(x))
		for i, e := range x {
			a[i] = walk(e, name, f)
		}
		v = a
	case Repeat:
		x.Of = walk(x.Of, name, f)
		v = x
	case Text:
		t := make(Text, len(x))
		for i, e := range x {
			t[i] = walk(e, name, f)
		}
		v = t
	}
	return f(name, v)
}
