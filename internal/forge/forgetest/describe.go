package forgetest

import (
	"bytes"
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// folder has the hosts' descriptions of their APIs, as OpenAPI 3.1; its README.md says where they are from.
//
//go:embed described/*.json
var folder embed.FS

// An operation is what a description says of one.
type operation struct {
	method     string
	path       *regexp.Regexp
	parameters []parameter
	body       *jsonschema.Schema // nil: none
	mustBody   bool
	answers    map[int]response // by status
}

// A parameter is one of the path or of the query.
type parameter struct {
	name, in  string
	required  bool
	schema    *jsonschema.Schema
	otherwise int // what an integer is that is not sent
}

// A response is one of an operation's answers.
type response struct {
	body    *jsonschema.Schema // nil: none is described
	example map[string]any     // of the body, or of each of a list's items
	header  map[string]bool
}

// describe reads a host's description.
func describe(host string) ([]operation, error) {
	text, err := folder.ReadFile("described/" + host + ".json")
	if err != nil {
		return nil, err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	d := &document{value: value, name: "https://described.example/" + host + ".json", compiler: jsonschema.NewCompiler()}
	d.compiler.AssertFormat()
	top := node{d, "", value}
	for _, path := range top.at("paths").nodes() {
		for _, o := range path.nodes() {
			if body := o.at("requestBody", "content", "application/json", "schema"); body.value != nil {
				body.restrict()
			}
		}
	}
	if err := d.compiler.AddResource(d.name, value); err != nil {
		return nil, err
	}
	var all []operation
	for path, methods := range top.at("paths").nodes() {
		for method, o := range methods.nodes() {
			all = append(all, o.operation(method, path))
		}
	}
	return all, d.failed
}

func (n node) operation(method, path string) operation {
	names := regexp.MustCompile(`\\\{([a-z_]+)\\\}`)
	body := n.at("requestBody")
	o := operation{
		method: strings.ToUpper(method), path: regexp.MustCompile("^" + names.ReplaceAllString(regexp.QuoteMeta(path), "(?P<$1>[^/]+)") + "$"),
		body: body.at("content", "application/json", "schema").schema(), mustBody: body.at("required").value == true, answers: map[int]response{},
	}
	for _, p := range n.at("parameters").nodes() {
		in, _ := p.at("in").value.(string)
		name, _ := p.at("name").value.(string)
		otherwise, _ := strconv.Atoi(fmt.Sprint(p.at("schema", "default").value))
		o.parameters = append(o.parameters, parameter{name, in, p.at("required").value == true, p.at("schema").schema(), otherwise})
	}
	for status, r := range n.at("responses").nodes() {
		number, _ := strconv.Atoi(status)
		content := r.at("content", "application/json")
		one := response{body: content.at("schema").schema(), header: map[string]bool{}}
		for name := range r.at("headers").nodes() {
			one.header[http.CanonicalHeaderKey(name)] = true
		}
		example := content.at("examples", "one").at("value").value
		if list, ok := example.([]any); ok && len(list) > 0 {
			example = list[0]
		}
		one.example, _ = example.(map[string]any)
		o.answers[number] = one
	}
	return o
}

// takes is the parameter of a query, if there is one of that name.
func (o *operation) takes(name string) (parameter, bool) {
	i := slices.IndexFunc(o.parameters, func(p parameter) bool { return p.name == name && p.in == "query" })
	if i < 0 {
		return parameter{}, false
	}
	return o.parameters[i], true
}

// A document is a description that is read.
type document struct {
	value    any
	name     string
	compiler *jsonschema.Compiler
	failed   error
}

// A node is a value in a document, and the JSON pointer to it.
type node struct {
	of      *document
	pointer string
	value   any
}

// at is what is below a node. References are followed.
func (n node) at(names ...string) node {
	for _, name := range names {
		o, _ := n.value.(map[string]any)
		n = n.follow(node{n.of, n.pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name), o[name]})
	}
	return n
}

func (n node) follow(to node) node {
	o, _ := to.value.(map[string]any)
	ref, refers := o["$ref"].(string)
	if !refers {
		return to
	}
	return node{n.of, "", n.of.value}.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
}

// nodes are the members of an object by their names, or the items of a list.
func (n node) nodes() map[string]node {
	all := map[string]node{}
	switch v := n.value.(type) {
	case map[string]any:
		for name := range v {
			all[name] = n.at(name)
		}
	case []any:
		for i, item := range v {
			at := strconv.Itoa(i)
			all[at] = n.follow(node{n.of, n.pointer + "/" + at, item})
		}
	}
	return all
}

// schema is a node as a schema, or nil if there is none.
func (n node) schema() *jsonschema.Schema {
	if n.value == nil {
		return nil
	}
	s, err := n.of.compiler.Compile(n.of.name + "#" + (&url.URL{Path: n.pointer}).EscapedPath())
	if err != nil && n.of.failed == nil {
		n.of.failed = err
	}
	return s
}

// restrict lets a request have no members but those that are described: hosts ignore others, and what is ignored is a mistake.
func (n node) restrict() {
	o, _ := n.value.(map[string]any)
	members := n.at("properties").nodes()
	if _, said := o["additionalProperties"]; said {
		return // as it was described, or this was here before: schemas may lead back to themselves
	}
	if len(members) > 0 {
		o["additionalProperties"] = false
	}
	for _, member := range members {
		member.restrict()
	}
	if _, list := o["items"]; list {
		n.at("items").restrict()
	}
}
