package har

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// endpoints puts calls together that ask the same, and tells what they have in common.
func (r *reader) endpoints() {
	seen := newIndex()
	for i, c := range r.calls {
		c.split(seen)
		seen.add(i, c.answer)
	}
	var order []string
	groups := map[string][]*call{}
	for _, c := range r.calls {
		if c.login {
			continue
		}
		key := c.method + " " + c.template() + " " + c.graphQL
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], c)
	}
	for _, key := range order {
		r.known.Endpoints = append(r.known.Endpoints, r.endpoint(groups[key], false))
	}
}

// split finds which segments of a path are values: those that look like ids, and those that an earlier answer had.
func (c *call) split(seen *index) {
	for _, s := range strings.Split(strings.Trim(c.url.EscapedPath(), "/"), "/") {
		plain, err := url.PathUnescape(s)
		if err != nil {
			plain = s
		}
		value := author.SegmentKind(plain) != author.WordSegment
		if n := len(c.segments); n > 0 && !value && !c.params[n-1] && author.Singular(c.segments[n-1]) != c.segments[n-1] {
			if _, known := seen.find(plain); known && !plainWord(plain) {
				value = true
			}
		}
		if len(c.segments) == 0 {
			value = false
		}
		c.segments, c.params = append(c.segments, plain), append(c.params, value)
	}
	if o, ok := c.body.(author.Object); ok && strings.HasSuffix(c.url.Path, "graphql") {
		for _, f := range o {
			if l, isLiteral := f.Value.(author.Literal); isLiteral && f.Name == "operationName" {
				c.graphQL = fmt.Sprint(l.V)
			}
		}
	}
}

// plainWord reports whether a segment is likely a path's own: one short word without digits or hyphens.
func plainWord(s string) bool {
	return len(s) < 4 || slices.Contains([]string{"search", "latest", "current", "summary", "count", "mine", "recent", "popular"}, s)
}

// template is the path with its values named: id, or where there are several, product_id.
func (c *call) template() string {
	n := 0
	for _, p := range c.params {
		if p {
			n++
		}
	}
	parts := make([]string, len(c.segments))
	used := map[string]bool{}
	for i, s := range c.segments {
		if parts[i] = url.PathEscape(s); !c.params[i] {
			continue
		}
		name := "id"
		if n > 1 && i > 0 && !c.params[i-1] {
			name = strings.Join(author.Words(author.Singular(c.segments[i-1])), "_") + "_id"
		}
		for k := 2; used[name]; k++ {
			name = fmt.Sprintf("id%d", k)
		}
		used[name] = true
		parts[i] = "{" + name + "}"
	}
	return "/" + strings.Join(parts, "/")
}

// mostChoices is how many different values of a query are kept.
const mostChoices = 20

// endpoint is what calls of one endpoint have in common. In a flow it is one call as it was: the page that was asked for too.
func (r *reader) endpoint(calls []*call, inFlow bool) author.Endpoint {
	c := usual(calls)
	e := author.Endpoint{Method: c.method, Path: c.template(), Summary: c.graphQL, Described: true}
	if c.upload {
		e.Avoid = "take uploads"
	}
	names := strings.Split(strings.Trim(e.Path, "/"), "/")
	for i, isParam := range c.params {
		if !isParam {
			continue
		}
		kind := author.StringKind
		if author.SegmentKind(c.segments[i]) == author.IntegerSegment {
			kind = author.IntegerKind
		}
		id := author.ID{Kind: kind, Else: choices(calls, func(c *call) (string, bool) { return c.segments[i], true })}
		if author.SecretValue(c.segments[i]) {
			id.Else = nil
		}
		e.Params = append(e.Params, author.Param{Name: strings.Trim(names[i], "{}"), In: "path", Required: true, Kind: kind, Value: id})
	}
	r.query(&e, c, calls, inFlow)
	r.headers(&e, c, calls)
	if c.body != nil && !c.upload {
		body, _ := author.Clean(c.body)
		e.Body = &author.Body{Type: formType(c), Value: body}
	}
	e.Answer = author.AnswerOf(c.status, c.answer)
	for _, other := range calls {
		if other.status != c.status {
			e.Answer.Status = 0
		}
		e.Weight += 1 + float64(other.took.Milliseconds())
		if total := author.TotalIn(other.answer); total > 0 && e.Answer.List != "" {
			e.Total = max(e.Total, total)
		}
	}
	return e
}

// usual is a call with the query that most have; of those, the last one that says most.
func usual(calls []*call) *call {
	counts := map[string]int{}
	shape := func(c *call) string { return strings.Join(slices.Sorted(maps.Keys(c.url.Query())), "&") }
	for _, c := range calls {
		counts[shape(c)]++
	}
	return slices.MaxFunc(calls, func(a, b *call) int {
		if d := counts[shape(a)] - counts[shape(b)]; d != 0 {
			return d
		}
		return len(fmt.Sprint(a.answer)) - len(fmt.Sprint(b.answer))
	})
}

// choices is one of the values that calls had.
func choices(calls []*call, value func(*call) (string, bool)) author.Value {
	var all []author.Value
	for _, c := range calls {
		if text, ok := value(c); ok && len(all) < mostChoices && !slices.Contains(all, author.Value(author.Literal{V: text})) {
			all = append(all, author.Literal{V: text})
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return author.Pick(all)
}

func (r *reader) query(e *author.Endpoint, c *call, calls []*call, inFlow bool) {
	for _, name := range queryNames(c.url) {
		values := c.url.Query()
		if pages := author.PageParam(e.Pages, name); pages != nil && c.method == "GET" && !inFlow {
			if e.Pages = pages; name == pages.Size {
				_, _ = fmt.Sscan(values.Get(name), &e.PageSize) // no number: the usual size
				e.PageSize = max(0, min(e.PageSize, 10_000))
			}
			continue
		}
		p := author.Param{Name: name, In: "query", Required: true}
		if author.SecretName(name) || author.SecretValue(values.Get(name)) {
			p.Value = author.Expression("env." + author.EnvName(name))
		} else {
			p.Value = choices(calls, func(c *call) (string, bool) { return c.url.Query().Get(name), c.url.Query().Has(name) })
		}
		e.Params = append(e.Params, p)
	}
}

// queryNames are a query's names in their order.
func queryNames(u *url.URL) (names []string) {
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if name, err := url.QueryUnescape(name); err == nil && name != "" && u.Query().Has(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// headers takes over what is the API's own and the same in all calls.
func (r *reader) headers(e *author.Endpoint, c *call, calls []*call) {
	for _, f := range c.headers {
		if !author.PlainHeader(f.Name) || r.known.Auth != nil && strings.EqualFold(f.Name, r.known.Auth.Header) || strings.ContainsAny(f.Value, "\r\n") {
			continue
		}
		p := author.Param{Name: f.Name, In: "header", Required: true, Value: author.Literal{V: f.Value}}
		if author.SecretName(f.Name) || author.SecretValue(f.Value) || r.secrets[f.Value] {
			p.Value = author.Expression("env." + author.EnvName(strings.TrimPrefix(strings.ToLower(f.Name), "x-")))
		} else if slices.ContainsFunc(calls, func(other *call) bool { return header(other.headers, f.Name) != f.Value }) {
			continue // made by the page for each call
		}
		if !slices.ContainsFunc(e.Params, func(q author.Param) bool { return q.In == "header" && strings.EqualFold(q.Name, f.Name) }) {
			e.Params = append(e.Params, p)
		}
	}
}
