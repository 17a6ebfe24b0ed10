package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/tidemark/tidemark/internal/author"
)

// A node is a piece of a document with its line. Aliases of YAML are the same node in several places, so nodes may form loops:
// whoever walks counts how deep.
type node struct {
	kind  kind
	text  string // of a scalar
	names []string
	kids  []*node // of a mapping, by names; of a list
	line  int
}

type kind int

const (
	null kind = iota
	boolean
	numeral
	text
	list
	mapping
)

// parse reads JSON or YAML.
func parse(content []byte) (*node, error) {
	if trimmed := bytes.TrimSpace(content); len(trimmed) > 0 && trimmed[0] == '{' {
		n, err := parseJSON(content)
		if err == nil {
			return n, nil
		}
		if n, yamlErr := parseYAML(content); yamlErr == nil { // flow mappings of YAML begin with a brace too
			return n, nil
		}
		return nil, err
	}
	return parseYAML(content)
}

// deepest bounds how deep a document may be nested.
const deepest = 200

// A jsonReader knows on which line it is.
type jsonReader struct {
	d       *json.Decoder
	content []byte
	at      int64
	line    int
}

func (r *jsonReader) token() (json.Token, error) {
	t, err := r.d.Token()
	if end := min(r.d.InputOffset(), int64(len(r.content))); end > r.at {
		r.line += bytes.Count(r.content[r.at:end], []byte("\n"))
		r.at = end
	}
	return t, err
}

func parseJSON(content []byte) (*node, error) {
	r := &jsonReader{d: json.NewDecoder(bytes.NewReader(content)), content: content, line: 1}
	r.d.UseNumber()
	n, err := r.value(0)
	if err == nil {
		if _, err = r.token(); errors.Is(err, io.EOF) {
			return n, nil
		}
		err = errors.New("something follows after the document's end")
	}
	line := r.line
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && syntax.Offset <= int64(len(content)) {
		line = 1 + bytes.Count(content[:syntax.Offset], []byte("\n"))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("line %d: the document ends too early", line)
	}
	return nil, fmt.Errorf("line %d: %w", line, err)
}

func (r *jsonReader) value(depth int) (*node, error) {
	t, err := r.token()
	if err != nil {
		return nil, err
	}
	n := &node{line: r.line}
	switch t := t.(type) {
	case nil:
	case bool:
		n.kind, n.text = boolean, strconv.FormatBool(t)
	case json.Number:
		n.kind, n.text = numeral, t.String()
	case string:
		n.kind, n.text = text, t
	case json.Delim:
		if depth > deepest {
			return nil, errors.New("is nested too deep")
		}
		n.kind = list
		if t == '{' {
			n.kind = mapping
		}
		for r.d.More() {
			if n.kind == mapping {
				name, err := r.token()
				if err != nil {
					return nil, err
				}
				n.names = append(n.names, name.(string)) // nothing else can be a name
			}
			kid, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.kids = append(n.kids, kid)
		}
		if _, err := r.token(); err != nil {
			return nil, err
		}
	}
	return n, nil
}

var yamlLine = regexp.MustCompile(`\bline:? (\d+)`)

func parseYAML(content []byte) (*node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		message := strings.TrimPrefix(err.Error(), "yaml: ")
		if m := yamlLine.FindStringSubmatch(message); m != nil {
			return nil, fmt.Errorf("line %s: %s", m[1], strings.TrimSpace(strings.Replace(message, m[0]+": ", "", 1)))
		}
		return nil, errors.New(message)
	}
	if len(document.Content) == 0 {
		return nil, errors.New("is empty")
	}
	return convert(document.Content[0], map[*yaml.Node]*node{}), nil
}

func convert(y *yaml.Node, known map[*yaml.Node]*node) *node {
	if y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	if n := known[y]; n != nil {
		return n
	}
	n := &node{line: y.Line}
	known[y] = n
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mapping
		for i := 0; i+1 < len(y.Content); i += 2 {
			name := y.Content[i].Value
			kid := convert(y.Content[i+1], known)
			if name == "<<" && kid.kind == mapping && kid != n {
				for j, inherited := range kid.names {
					if n.get(inherited) == nil {
						n.names, n.kids = append(n.names, inherited), append(n.kids, kid.kids[j])
					}
				}
				continue
			}
			n.names, n.kids = append(n.names, name), append(n.kids, kid)
		}
	case yaml.SequenceNode:
		n.kind = list
		for _, c := range y.Content {
			n.kids = append(n.kids, convert(c, known))
		}
	default:
		n.text = y.Value
		switch y.ShortTag() {
		case "!!null":
			n.kind = null
		case "!!bool":
			n.kind = boolean
		case "!!int", "!!float":
			n.kind = numeral
		default:
			n.kind = text
		}
	}
	return n
}

// get is a member of a mapping, or nil. A nil node has none.
func (n *node) get(names ...string) *node {
	for _, name := range names {
		if n == nil || n.kind != mapping {
			return nil
		}
		var found *node
		for i := range n.names {
			if n.names[i] == name {
				found = n.kids[i]
				break
			}
		}
		n = found
	}
	return n
}

// string is a scalar member's text, or empty.
func (n *node) string(name string) string {
	if m := n.get(name); m != nil && m.kind >= boolean && m.kind <= text {
		return m.text
	}
	return ""
}

func (n *node) is(name string) bool { return n.string(name) == "true" }

func (n *node) number(name string) (float64, bool) {
	m := n.get(name)
	if m == nil || m.kind != numeral {
		return 0, false
	}
	f, err := strconv.ParseFloat(m.text, 64)
	return f, err == nil
}

// elements are the elements of a list; a nil node has none.
func (n *node) elements() []*node {
	if n == nil || n.kind != list {
		return nil
	}
	return n.kids
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$`)

// mostNodes bounds an example: aliases of YAML can make one of any size from a few lines.
const mostNodes = 2000

// value is a node as a request's value. What is beyond the budget is left out.
func (n *node) value(budget *int) author.Value {
	if *budget--; n == nil || *budget < 0 {
		return author.Literal{}
	}
	switch n.kind {
	case boolean:
		return author.Literal{V: strings.EqualFold(n.text, "true")}
	case numeral:
		if jsonNumber.MatchString(n.text) {
			return author.Literal{V: json.Number(n.text)}
		}
		if i, err := strconv.ParseInt(n.text, 0, 64); err == nil {
			return author.Literal{V: json.Number(strconv.FormatInt(i, 10))}
		}
		return author.Literal{V: n.text}
	case text:
		return author.Literal{V: n.text}
	case list:
		a := author.Array{}
		for _, kid := range n.kids {
			if *budget <= 0 {
				break
			}
			a = append(a, kid.value(budget))
		}
		return a
	case mapping:
		o := author.Object{}
		for i, kid := range n.kids {
			if *budget <= 0 {
				break
			}
			o = append(o, author.Field{Name: n.names[i], Value: kid.value(budget)})
		}
		return o
	}
	return author.Literal{}
}

// example is a node as a request's value.
func (n *node) example() author.Value {
	budget := mostNodes
	return n.value(&budget)
}
