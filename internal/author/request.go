package author

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var envUse = regexp.MustCompile(`\benv\.([A-Za-z_][A-Za-z0-9_]*)`)

// request makes the step that asks an endpoint.
func (b *builder) request(e *Endpoint) step {
	s := step{method: e.Method}
	path, notes := b.path(e, false)
	query, more := b.query(e)
	s.path, s.note = path+query, strings.Join(slices.Concat(notes, more), "; ")
	s.headers = b.headers(e)
	s.body = b.body(e)
	s.expect = expect(e)
	return s
}

func (b *builder) headers(e *Endpoint) (all []Field) {
	for _, p := range e.Params {
		if p.In != "header" {
			continue
		}
		v := p.Value
		if v == nil {
			v = b.unknown(p)
		}
		all = append(all, Field{p.Name, b.value(v, p.Name)})
	}
	return all
}

func expect(e *Endpoint) (x expectation) {
	switch {
	case e.Answer.Status != 0:
		x.status = strconv.Itoa(e.Answer.Status)
	case e.Method == http.MethodGet || e.Method == http.MethodHead:
		x.status = "200"
	default:
		x.status, x.note = "2xx", "any success; better the one that is right, as 201"
	}
	if e.Answer.ID != "" && e.class() == Write && e.Method != http.MethodDelete {
		x.exists = []string{e.Answer.ID}
	}
	return x
}

// path is an endpoint's path with values in the place of its parameters. In a list that only gives ids, pinned, they stay the same.
func (b *builder) path(e *Endpoint, pinned bool) (path string, notes []string) {
	names := paramNames(e.Path)
	n := -1
	path = paramName.ReplaceAllStringFunc(e.Path, func(string) string {
		n++
		p := e.param(names[n])
		list := listOf(e.Path, n)
		v := p.Value
		_, isID := v.(ID)
		if v == nil || isID {
			id := ID{Noun: nounOf(e.Path, n), List: list, Alone: consecutive(e.Path, n), Name: names[n], Kind: p.Kind}
			if given, ok := v.(ID); ok {
				id.Else = given.Else
			}
			below := slices.ContainsFunc(names[n+1:], func(later string) bool { return e.param(later).Value == nil })
			value, note := b.id(id, pinned || below && b.listed(e, n))
			if note != "" {
				notes = append(notes, note)
			}
			v = value
		}
		return inPath(b.value(v, names[n]))
	})
	return dollarBefore.ReplaceAllLiteralString(path, "%24${"), notes
}

// dollarBefore is a $ of the path itself before an expression: $${ would mean the characters ${.
var dollarBefore = regexp.MustCompile(`\$\$\{`)

// listed reports whether ids below the n-th parameter come from a list that is below it too: then both have to fit together.
func (b *builder) listed(e *Endpoint, n int) bool {
	for later := n + 1; later < len(paramNames(e.Path)); later++ {
		if b.list(listOf(e.Path, later), ID{Noun: nounOf(e.Path, later), Name: paramNames(e.Path)[later]}) != nil {
			return true
		}
	}
	return false
}

// param is a parameter of the path.
func (e *Endpoint) param(name string) Param {
	for _, p := range e.Params {
		if p.Name == name && p.In == "path" {
			return p
		}
	}
	return Param{Name: name, In: "path"}
}

// nounOf is what the n-th parameter of a path is the id of: product in /products/{id}.
func nounOf(path string, n int) string {
	names := paramNames(path)
	if noun := nounOfID(names[n]); noun != "" {
		return noun
	}
	if consecutive(path, n) { // /repos/{owner}/{repo}: neither is a repos' id
		return identifier(Singular(names[n]))
	}
	before := Segments(listOf(path, n))
	if len(before) > 0 && !IsParam(before[len(before)-1]) && len(plainSegments(path)) > 1 {
		return identifier(Singular(before[len(before)-1]))
	}
	return identifier(names[n])
}

// NounOfParam is what the n-th parameter of a path is the id of.
func NounOfParam(path string, n int) string { return nounOf(path, n) }

// consecutive reports whether another parameter stands next to the n-th.
func consecutive(path string, n int) bool {
	at := paramName.FindAllStringIndex(path, -1)
	next := func(i int) bool { return i+1 < len(at) && path[at[i][1]:at[i+1][0]] == "/" }
	return next(n) || n > 0 && next(n-1)
}

// inPath writes a value as part of a path.
func inPath(v Value) string { return inURL(v, url.PathEscape) }

func inURL(v Value, escape func(string) string) string {
	switch v := v.(type) {
	case Literal:
		if text, ok := v.V.(string); ok {
			return escapeTemplate(escape(text))
		}
		return escape(marshal(v.V))
	case Text:
		var all strings.Builder
		for _, part := range v {
			all.WriteString(inURL(part, escape))
		}
		return all.String()
	}
	return "${" + v.expression() + "}"
}

func escapeTemplate(text string) string { return strings.ReplaceAll(text, "${", "$${") }

// query is the query of an endpoint: what is required, what has a value, and a page of a list.
func (b *builder) query(e *Endpoint) (query string, notes []string) {
	var parts []string
	pages := e.Pages
	for _, p := range e.Params {
		if p.In != "query" || pages != nil && slices.Contains([]string{pages.Number, pages.Offset, pages.Size}, p.Name) {
			continue
		}
		v := p.Value
		if v == nil && !p.Required {
			continue
		}
		if v == nil {
			v = b.unknown(p)
		}
		parts = append(parts, url.QueryEscape(p.Name)+"="+inURL(b.value(v, p.Name), url.QueryEscape))
		if p.Note != "" {
			notes = append(notes, p.Note)
		}
	}
	if pages != nil {
		page, note := b.page(e)
		parts, notes = append(parts, page...), append(notes, note)
	}
	a := e.Auth
	if a == nil {
		a = b.known.Auth
	}
	if a != nil && a.Kind == Query {
		parts = append(parts, url.QueryEscape(a.Header)+"="+a.Value)
	}
	if len(parts) == 0 {
		return "", slices.DeleteFunc(notes, func(n string) bool { return n == "" })
	}
	return "?" + strings.Join(parts, "&"), slices.DeleteFunc(notes, func(n string) bool { return n == "" })
}

const (
	defaultPageSize = 20
	defaultPages    = 5
	setupPageSize   = 100 // what most APIs allow
)

// page asks for a page of a list, each as likely as another: those far back are the expensive ones.
func (b *builder) page(e *Endpoint) (parts []string, note string) {
	p := e.Pages
	size := e.PageSize
	if size == 0 {
		size = defaultPageSize
	}
	if p.Most > 0 {
		size = min(size, p.Most)
	}
	if p.Size == "" && e.PageSize == 0 && e.Total > 0 {
		note = "pages of 20 assumed"
	}
	pages := defaultPages
	if e.Total > 0 {
		pages = max(1, (e.Total+size-1)/size)
	}
	what := Plural(nounOfList(e.Path))
	if slices.Contains(searches, Singular(what)) {
		what = "results"
	}
	switch {
	case e.Total > 0:
		note = fmt.Sprintf("%s: %s of %d", count(e.Total, Singular(what)), count(pages, "page"), size)
	case p.Number != "" || p.Offset != "":
		note = fmt.Sprintf("how many %s there are is not told: the first %d pages", what, pages)
	}
	switch {
	case p.Number != "":
		parts = append(parts, url.QueryEscape(p.Number)+fmt.Sprintf("=${int(%d, %d)}", p.First, p.First+pages-1))
	case p.Offset != "":
		parts = append(parts, url.QueryEscape(p.Offset)+fmt.Sprintf("=${%d * int(0, %d)}", size, pages-1))
	}
	if p.Size != "" {
		parts = append(parts, fmt.Sprintf("%s=%d", url.QueryEscape(p.Size), size))
	}
	if p.Guessed {
		note += "; guessed: the names of the parameters"
		b.suite.note("pages: asked for with %s; the names are a guess", strings.Join(slices.DeleteFunc([]string{p.Number, p.Offset, p.Size}, func(s string) bool { return s == "" }), " and "))
	}
	return parts, strings.TrimPrefix(note, "; ")
}

// nounOfList is what a list is of: its last segment.
func nounOfList(path string) string {
	s := slices.DeleteFunc(Segments(path), IsParam)
	if len(s) == 0 {
		return "entry"
	}
	return strings.Join(Words(s[len(s)-1]), " ")
}

// NounOfList is what a list is of.
func NounOfList(path string) string { return nounOfList(path) }

// unknown is a value for a parameter of which only the name is known.
func (b *builder) unknown(p Param) Value {
	if v := ByName(p.Name, p.Kind); v != nil {
		return v
	}
	if p.Kind != AnyKind && p.Kind != StringKind {
		return ByKind(p.Kind)
	}
	return Expression("env." + envName(p.Name))
}

// value resolves the ids in a value, and notes the variables that it needs.
func (b *builder) value(v Value, name string) Value {
	v = walk(v, name, func(_ string, v Value) Value {
		if id, ok := v.(ID); ok {
			found, note := b.id(id, false)
			if note != "" {
				b.remark(note)
			}
			return found
		}
		return v
	})
	b.needs(allExpressions(v))
	return v
}

func allExpressions(v Value) string {
	var b strings.Builder
	walk(v, "", func(_ string, v Value) Value {
		if e, ok := v.(Expression); ok {
			b.WriteString(" " + string(e))
		}
		return v
	})
	return b.String()
}

// remark puts a note at the top of the scenario, once.
func (b *builder) remark(note string) {
	if !slices.Contains(b.s.about, note) {
		b.s.about = append(b.s.about, note)
	}
}
