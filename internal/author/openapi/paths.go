package openapi

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

var methods = []string{"get", "head", "post", "put", "patch", "delete"}

// mostOperations bounds what is read of a document.
const mostOperations = 20_000

func (d *document) paths() error {
	all := d.root.get("paths")
	if all.kind != mapping {
		return fmt.Errorf("line %d: paths is no object", all.line)
	}
	for i, path := range all.names {
		if !strings.HasPrefix(path, "/") {
			continue // an extension
		}
		item := d.follow(all.kids[i])
		for _, method := range methods {
			if op := d.follow(item.get(method)); op != nil && op.kind == mapping {
				d.operation(path, method, item, op)
			}
			if len(d.ops) > mostOperations {
				return fmt.Errorf("has more than %d operations", mostOperations)
			}
		}
	}
	if len(d.ops) == 0 {
		return fmt.Errorf("line %d: paths has no operations", all.line)
	}
	return nil
}

func (d *document) operation(path, method string, item, op *node) {
	base := d.base
	if !d.two {
		for _, at := range []*node{item, op} {
			if at.get("servers") != nil {
				base = d.basePath(at)
			}
		}
	}
	e := author.Endpoint{Method: strings.ToUpper(method), Path: cleanPath(base + path), Described: true}
	e.Summary = summary(op)
	if e.Summary == "" {
		e.Summary = summary(item)
	}
	if op.is("deprecated") {
		e.Avoid = "deprecated"
	}
	var form author.Object
	for _, p := range d.parameters(item, op) {
		d.parameter(&e, p, &form)
	}
	if d.two && len(form) > 0 {
		e.Body = &author.Body{Type: "application/x-www-form-urlencoded", Value: form}
		if consumes := d.consumes(op); len(consumes) > 0 && !slices.Contains(consumes, e.Body.Type) && slices.Contains(consumes, "multipart/form-data") {
			e.Avoid = "take uploads"
		}
	}
	if body := d.follow(op.get("requestBody")); body != nil {
		d.body(&e, body.get("content"))
	}
	d.answer(&e, op.get("responses"))
	if security := op.get("security"); security != nil {
		e.Auth = d.auth(security, &e)
	} else if d.known.Auth == nil && d.root.get("security") != nil {
		e.Auth = d.auth(d.root.get("security"), &e)
	}
	d.ops = append(d.ops, operation{op.string("operationId"), path, op, len(d.known.Endpoints)})
	d.known.Endpoints = append(d.known.Endpoints, e)
}

var oddInPath = regexp.MustCompile(`\{([^{}/]*)\}`)

// cleanPath is a path as requests have it: templates stay, other odd characters are escaped.
func cleanPath(path string) string {
	path, _, _ = strings.Cut(path, "#")
	path, _, _ = strings.Cut(path, "?") // an operation told apart by its query is one endpoint all the same
	var b strings.Builder
	last := 0
	for _, at := range oddInPath.FindAllStringIndex(path, -1) {
		b.WriteString(escapePath(path[last:at[0]]))
		b.WriteString(path[at[0]:at[1]])
		last = at[1]
	}
	b.WriteString(escapePath(path[last:]))
	if b.Len() == 0 {
		return "/"
	}
	return b.String()
}

func escapePath(literal string) string {
	parts := strings.Split(literal, "/")
	for i, p := range parts {
		if plain, err := url.PathUnescape(p); err == nil {
			p = plain
		}
		parts[i] = strings.NewReplacer("%3A", ":", "%2C", ",", "%3B", ";", "%40", "@", "%24", "$").Replace(url.PathEscape(p))
	}
	return strings.Join(parts, "/")
}

func summary(n *node) string {
	text := strings.Join(strings.Fields(n.string("summary")), " ")
	if text == "" {
		text = strings.Join(strings.Fields(n.string("description")), " ")
		if i := strings.Index(text, ". "); i > 0 {
			text = text[:i+1]
		}
	}
	if strings.ContainsAny(text, "<>") {
		text = markup.ReplaceAllString(text, "")
	}
	if r := []rune(text); len(r) > 100 {
		text = string(r[:99]) + "…"
	}
	return text
}

var markup = regexp.MustCompile(`<[^<>]*>`)

// parameters are those of a path and of an operation, which may say those of the path anew.
func (d *document) parameters(item, op *node) (all []*node) {
	for _, list := range [][]*node{item.get("parameters").elements(), op.get("parameters").elements()} {
		for _, p := range list {
			p = d.follow(p)
			if p == nil {
				continue
			}
			same := func(other *node) bool {
				return other.string("name") == p.string("name") && other.string("in") == p.string("in")
			}
			if i := slices.IndexFunc(all, same); i >= 0 {
				all[i] = p
			} else {
				all = append(all, p)
			}
		}
	}
	return all
}

func (d *document) parameter(e *author.Endpoint, p *node, form *author.Object) {
	name, in, required := p.string("name"), p.string("in"), p.is("required")
	schema := p // Swagger 2.0 has the type in the parameter itself
	if !d.two {
		schema = p.get("schema")
		if content := p.get("content"); schema == nil && content != nil && len(content.kids) > 0 {
			schema = content.kids[0].get("schema")
		}
	}
	schema = d.follow(schema)
	switch in {
	case "body":
		if s := d.follow(p.get("schema")); s != nil {
			e.Body = &author.Body{Value: d.schema(s, "", 0)}
		}
		return
	case "formData":
		if p.string("type") == "file" {
			e.Avoid = "take uploads"
			return
		}
		if required {
			*form = append(*form, author.Field{Name: name, Value: d.schema(schema, name, 1)})
		}
		return
	case "header":
		if !required || !author.PlainHeader(name) {
			return
		}
	case "query":
		if pages := author.PageParam(e.Pages, name); pages != nil && e.Method == http.MethodGet && pageable(kindOf(schema)) {
			e.Pages = pages
			if name == pages.Size {
				if most, ok := schema.number("maximum"); ok && most >= 1 && most <= 100_000 {
					e.Pages.Most = int(most)
				}
				if usual, ok := schema.number("default"); ok && usual >= 1 && usual <= 10_000 {
					e.PageSize = int(usual)
				}
			} else if least, ok := schema.number("minimum"); ok && name == pages.Number {
				e.Pages.First = int(least)
			} else if usual, ok := schema.number("default"); ok && name == pages.Number {
				e.Pages.First = int(usual)
			}
			return
		}
		if !required {
			return
		}
	case "path":
		required = true
	default: // cookies
		return
	}
	q := author.Param{Name: name, In: in, Required: required, Kind: kindOf(schema)}
	if in == "path" {
		d.pathParameter(&q, p, schema)
	} else {
		q.Value = d.parameterValue(p, schema, name)
	}
	e.Params = append(e.Params, q)
}

func pageable(k author.Kind) bool { return k != author.BooleanKind }

// pathParameter finds what a parameter of a path may be: one of a few words, or an id.
func (d *document) pathParameter(q *author.Param, p, schema *node) {
	if q.Kind == author.AnyKind {
		q.Kind = author.StringKind
	}
	if values := plainValues(schema.get("enum")); len(values) > 0 {
		q.Value = pick(values)
		return
	}
	if example := d.given(p, schema); example != nil {
		q.Value = author.ID{Name: q.Name, Kind: q.Kind, Else: example}
	}
}

// given is an example or a default, of a parameter or of its schema.
func (d *document) given(p, schema *node) author.Value {
	for _, at := range []*node{p.get("example"), d.firstExample(p.get("examples")), p.get("x-example"), schema.get("example"), first(schema.get("examples").elements()), schema.get("default")} {
		if at != nil && at.kind >= boolean && at.kind <= text && at.text != "" {
			return at.example()
		}
	}
	return nil
}

func first(all []*node) *node {
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// firstExample is the value of the first of named examples.
func (d *document) firstExample(examples *node) *node {
	if examples == nil || examples.kind != mapping || len(examples.kids) == 0 {
		return nil
	}
	return d.follow(examples.kids[0]).get("value")
}

func (d *document) parameterValue(p, schema *node, name string) author.Value {
	if values := plainValues(schema.get("enum")); len(values) > 0 {
		return pick(values)
	}
	if author.SecretName(name) {
		return author.Expression("env." + author.EnvName(name))
	}
	if example := d.given(p, schema); example != nil {
		return example
	}
	if schema.string("type") == "array" { // one element is a list too
		schema = d.follow(schema.get("items"))
	}
	v := d.schema(schema, name, 1)
	if _, nested := v.(author.Object); nested || v == nil {
		return nil
	}
	return v
}

func (d *document) consumes(op *node) (types []string) {
	at := op.get("consumes")
	if at == nil {
		at = d.root.get("consumes")
	}
	for _, t := range at.elements() {
		types = append(types, t.text)
	}
	return types
}

// body reads what a request carries: JSON if it may be JSON, else a form.
func (d *document) body(e *author.Endpoint, content *node) {
	if content == nil || content.kind != mapping {
		return
	}
	best, mediaType := -1, ""
	rank := func(t string) int {
		t = strings.ToLower(t)
		switch {
		case t == "application/json":
			return 5
		case strings.HasPrefix(t, "application/json"):
			return 4
		case strings.Contains(t, "+json"), t == "*/*":
			return 3
		case strings.HasPrefix(t, "application/x-www-form-urlencoded"):
			return 2
		case strings.HasPrefix(t, "text/plain"):
			return 1
		}
		return 0
	}
	for i, t := range content.names {
		if best < 0 || rank(t) > rank(mediaType) {
			best, mediaType = i, t
		}
	}
	if best < 0 {
		return
	}
	if rank(mediaType) == 0 {
		e.Avoid = "take uploads"
		return
	}
	media := content.kids[best]
	body := &author.Body{Type: mediaType}
	if rank(mediaType) >= 4 || mediaType == "*/*" {
		body.Type = ""
	}
	example := media.get("example")
	if example == nil {
		example = d.firstExample(media.get("examples"))
	}
	schema := d.follow(media.get("schema"))
	if example == nil && schema != nil && (schema.get("example") != nil && schema.get("example").kind == mapping) {
		example = schema.get("example")
	}
	if example != nil && (example.kind == mapping || example.kind == list || rank(mediaType) == 1) {
		body.Value, _ = author.Clean(d.fresh(example.example(), schema)) // what a document shows is no secret
	} else if schema != nil {
		body.Value = d.schema(schema, "", 0)
	}
	if text, ok := body.Value.(author.Literal); ok && rank(mediaType) == 1 && text.V == nil {
		body.Value = author.Literal{V: "benchmark"}
	}
	if body.Value != nil {
		e.Body = body
	}
}

// answer reads what is known of a successful answer.
func (d *document) answer(e *author.Endpoint, responses *node) {
	if responses == nil || responses.kind != mapping {
		return
	}
	best, at := 0, -1
	for i, name := range responses.names {
		if status, err := strconv.Atoi(name); err == nil && status >= 200 && status < 300 && (best == 0 || status < best) {
			best, at = status, i
		}
	}
	if best == 0 {
		for i, name := range responses.names {
			if strings.EqualFold(name, "2xx") || name == "default" && at < 0 {
				at = i
			}
		}
	}
	if at < 0 {
		return
	}
	several := 0
	for _, name := range responses.names {
		if strings.HasPrefix(name, "2") {
			several++
		}
	}
	if e.Answer.Status = best; several > 1 {
		e.Answer.Status = 0 // any of them is right
	}
	response := d.follow(responses.kids[at])
	schema := response.get("schema")
	if content := response.get("content"); content != nil && content.kind == mapping {
		for i, t := range content.names {
			if strings.Contains(t, "json") || t == "*/*" {
				schema = content.kids[i].get("schema")
				break
			}
			if strings.HasPrefix(t, "text/event-stream") {
				e.Avoid = "stream"
			}
		}
	}
	if schema = d.follow(schema); schema == nil {
		return
	}
	e.Answer.Told = true
	e.Answer.List, e.Answer.Members = d.listIn(schema, author.ClassOf(e) == author.ListClass || author.ClassOf(e) == author.History)
	if e.Answer.List == "" {
		e.Answer.ID = d.idIn(schema)
	}
	if e.Answer.List != "" && e.Class == "" && author.ClassOf(e) == author.Detail && !strings.HasSuffix(e.Path, "}") {
		e.Class = author.ListClass // /search/repositories tells by its answer
		if strings.Contains(e.Path, "{") {
			e.Class = author.History
		}
	}
}
