// Package openapi reads OpenAPI 3.0 and 3.1 and Swagger 2.0.
//
// Its stance: a document says much that a benchmark does not need and is often a little wrong, so it is read for what is wanted and no
// further: references are followed when they are met, those to other files and hosts never. What is wrong beside the way is no reason
// to refuse; what is wrong on the way is told with its line.
package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tidemark/tidemark/internal/author"
)

// mostBytes bounds a document: the largest public ones have a tenth of that.
const mostBytes = 128 << 20

// Read reads a document.
func Read(content []byte) (*author.Known, error) {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	switch {
	case len(content) > mostBytes:
		return nil, fmt.Errorf("is larger than %d MB", mostBytes>>20)
	case bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")):
		return nil, errors.New("is UTF-16: save it as UTF-8")
	case bytes.IndexByte(content, 0) >= 0 || !utf8.Valid(content):
		return nil, errors.New("is a binary file: an OpenAPI document is JSON or YAML")
	case len(bytes.TrimSpace(content)) == 0:
		return nil, errors.New("is empty")
	case bytes.HasPrefix(bytes.TrimSpace(content), []byte("<")):
		return nil, errors.New("is HTML or XML: an OpenAPI document is JSON or YAML")
	}
	root, err := parse(content)
	if err != nil {
		return nil, err
	}
	d := &document{root: root, known: &author.Known{Source: author.OpenAPI, Totals: map[string]int{}}, env: map[string]string{}}
	if err := d.isOne(); err != nil {
		return nil, err
	}
	d.base = d.basePath(root)
	d.known.Auth = d.auth(root.get("security"), nil)
	if err := d.paths(); err != nil {
		return nil, err
	}
	d.links()
	d.finish()
	return d.known, nil
}

// A document is what is read, and what was found.
type document struct {
	root    *node
	two     bool // Swagger 2.0
	base    string
	known   *author.Known
	ops     []operation
	env     map[string]string // variables by security scheme
	remote  map[string]bool   // references that were not followed
	missing map[string]int    // references to what is not there, with their lines
	loops   int
}

// An operation is what became of one, for links between them.
type operation struct {
	id, pointer string
	node        *node
	endpoint    int
}

func (d *document) isOne() error {
	r := d.root
	if r.kind != mapping {
		return errors.New("is no OpenAPI document: it is no object")
	}
	switch three, two := r.string("openapi"), r.string("swagger"); {
	case strings.HasPrefix(three, "3."):
	case strings.HasPrefix(two, "2."):
		d.two = true
	case three != "" || two != "":
		return fmt.Errorf("line %d: version %s%s: known are OpenAPI 3.x and Swagger 2.0", max(1, lineOf(r.get("openapi")), lineOf(r.get("swagger"))), three, two)
	case r.get("log", "entries") != nil:
		return errors.New("is a HAR capture: pass it with --har")
	case r.get("info", "_postman_id") != nil || strings.Contains(r.get("info").string("schema"), "postman"):
		return errors.New("is a Postman collection: export it as OpenAPI")
	case r.get("asyncapi") != nil:
		return errors.New("is an AsyncAPI document: benchmarks are of HTTP APIs")
	default:
		return errors.New("is no OpenAPI document: it has neither `openapi: 3.x` nor `swagger: \"2.0\"`")
	}
	if r.get("paths") == nil {
		return errors.New("has no paths, so there is nothing to benchmark")
	}
	return nil
}

func lineOf(n *node) int {
	if n == nil {
		return 0
	}
	return n.line
}

// basePath is what stands before all paths: of the first server, or basePath.
func (d *document) basePath(at *node) string {
	if d.two {
		base := strings.Trim(d.root.string("basePath"), "/")
		if base == "" {
			return ""
		}
		return "/" + base
	}
	servers := at.get("servers").elements()
	if len(servers) == 0 {
		return ""
	}
	address := servers[0].string("url")
	if variables := servers[0].get("variables"); variables != nil && variables.kind == mapping {
		for i, name := range variables.names {
			address = strings.ReplaceAll(address, "{"+name+"}", variables.kids[i].string("default"))
		}
	}
	if _, after, found := strings.Cut(address, "://"); found {
		address = ""
		if i := strings.IndexByte(after, '/'); i >= 0 {
			address = after[i:]
		}
	}
	if !strings.HasPrefix(address, "/") {
		return ""
	}
	return strings.TrimRight(address, "/")
}

// follow goes from a reference to what it means. A nil node, for what is not there or not in this document, is no error: what it would
// have said is not known then.
func (d *document) follow(n *node) *node {
	for range 32 {
		ref := n.get("$ref")
		if ref == nil || ref.kind != text {
			return n
		}
		pointer, local := strings.CutPrefix(ref.text, "#")
		if !local {
			if d.remote == nil {
				d.remote = map[string]bool{}
			}
			d.remote[ref.text] = true
			return nil
		}
		n = d.at(pointer)
		if n == nil {
			if d.missing == nil {
				d.missing = map[string]int{}
			}
			d.missing[ref.text] = ref.line
			return nil
		}
	}
	d.loops++
	return nil
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// at is the node that a JSON pointer points at.
func (d *document) at(pointer string) *node {
	n := d.root
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		if part == "" && pointer == "" {
			return n
		}
		if plain, err := url.PathUnescape(part); err == nil {
			part = plain
		}
		part = unescape.Replace(part)
		if n != nil && n.kind == list {
			i := 0
			if _, err := fmt.Sscan(part, &i); err != nil || i < 0 || i >= len(n.kids) {
				return nil
			}
			n = n.kids[i]
			continue
		}
		n = n.get(part)
	}
	return n
}

// finish tells what was not followed.
func (d *document) finish() {
	note := func(format string, args ...any) {
		d.known.Notes = append(d.known.Notes, fmt.Sprintf(format, args...))
	}
	if n := len(d.remote); n > 0 {
		all := make([]string, 0, n)
		for ref := range d.remote {
			all = append(all, ref)
		}
		slices.Sort(all)
		note("references to other documents are not followed: %s", few(all))
	}
	if n := len(d.missing); n > 0 {
		all := make([]string, 0, n)
		for ref, line := range d.missing {
			all = append(all, fmt.Sprintf("%s (line %d)", ref, line))
		}
		slices.Sort(all)
		note("references to what is not in the document: %s", few(all))
	}
	if d.loops > 0 {
		note("references that only lead to each other: %d", d.loops)
	}
}

func few(all []string) string {
	if len(all) > 3 {
		return strings.Join(all[:3], ", ") + fmt.Sprintf(" and %d more", len(all)-3)
	}
	return strings.Join(all, ", ")
}
