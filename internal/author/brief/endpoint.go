package brief

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// An anchor is where in an item an endpoint is named.
type anchor struct {
	from, to int
	endpoint int
}

const (
	methods = `GET|HEAD|POST|PUT|PATCH|DELETE`
	address = `(?:https?://[^\s"'<>|,;)]+|/[^\s"'|,;]*)`
)

var (
	// GET /a, GET,POST /a, [GET] /a, `GET` | /a, POST: /a
	methodFirst = regexp.MustCompile(`(?i)\b((?:` + methods + `)(?:\s*(?:,|/|\||&|and|und|or)\s*(?:` + methods + `))*)\b[\s\]:|"-]*(?:requests?\s+(?:to|on|for)\s+|(?:on|to)\s+)?(` + address + `)`)
	// /a (GET), /a: GET, /a GET
	pathFirst = regexp.MustCompile(`(?:^|[\s(|])(` + address + `)[\s:(\[|,-]+((?:` + methods + `)(?:\s*(?:,|/|&|and|und)\s*(?:` + methods + `))*)\b[)\]]?`)
	// /a alone
	pathAlone    = regexp.MustCompile(`(?:^|[\s("|])(/[A-Za-z][^\s"'|,;]*)`)
	numberBefore = regexp.MustCompile(`\d\s*$`)
	oneMethod    = regexp.MustCompile(`(?i)` + methods)
)

func beginsWithEndpoint(text string) bool {
	for _, form := range []*regexp.Regexp{methodFirst, pathFirst, pathAlone} {
		if at := form.FindStringIndex(text); at != nil && strings.Trim(text[:at[0]], " -*|:\"") == "" {
			return true
		}
	}
	return false
}

// endpoints finds the endpoints that an item names.
func (r *reader) endpoints(it *item) {
	if r.anchors == nil {
		r.anchors = map[*item][]anchor{}
	}
	if it.curl {
		if i, ok := r.command(it); ok {
			r.anchors[it] = []anchor{{0, len(it.text), i}}
		}
		return
	}
	var found []anchor
	var named []author.Endpoint
	taken := []byte(it.text)
	note := func(from, to int, methods, where string) {
		where, rest := trimPath(where)
		to -= rest
		for _, m := range oneMethod.FindAllString(methods, -1) {
			if e, ok := r.endpoint(strings.ToUpper(m), where); ok {
				found, named = append(found, anchor{from, to, len(named)}), append(named, e)
			}
		}
		for i := from; i < to; i++ {
			taken[i] = '\n'
		}
	}
	for _, m := range methodFirst.FindAllStringSubmatchIndex(it.text, -1) {
		// "get /" in prose is a verb; a method in small letters needs a path that is one.
		word := it.text[m[2]:m[3]]
		if strings.ToUpper(word) != word && strings.HasPrefix(it.text[m[4]:m[5]], "/") && !pathAlone.MatchString(it.text[m[4]:m[5]]) {
			continue
		}
		note(m[0], m[5], word, it.text[m[4]:m[5]])
	}
	for _, m := range pathFirst.FindAllSubmatchIndex(taken, -1) {
		where, _ := trimPath(it.text[m[2]:m[3]])
		note(m[2], m[5], it.text[m[4]:m[5]], where)
	}
	for _, m := range pathAlone.FindAllSubmatchIndex(taken, -1) {
		where := it.text[m[2]:m[3]]
		if numberBefore.MatchString(it.text[:m[2]]) {
			continue // 100 /s
		}
		method := methodMeant(it.text[:m[2]], it.text[m[3]:])
		note(m[2], m[3], method, where)
	}
	slices.SortStableFunc(found, func(a, b anchor) int { return a.from - b.from })
	for i := range found {
		found[i].endpoint = r.add(named[found[i].endpoint])
	}
	if it.body != nil && len(found) > 0 {
		r.setBody(found[len(found)-1].endpoint, it.body)
	}
	r.anchors[it] = found
}

// methodMeant is the method that the words next to a bare path mean.
func methodMeant(before, after string) string {
	before = before[strings.LastIndexAny(before, ".,;:(|")+1:]
	if at := strings.IndexAny(after, ".,;|"); at >= 0 {
		after = after[:at]
	}
	near := before[max(0, len(before)-40):] + " " + after[:min(len(after), 40)]
	for _, verb := range verbs {
		if verb.form.MatchString(near) {
			return verb.method
		}
	}
	return "GET"
}

var verbs = []struct {
	form   *regexp.Regexp
	method string
}{
	{re(`\b(?:creat\w*|plac(?:e|es|ing)|submit\w*|insert\w*|anlegen|erstell\w*)\b`), "POST"},
	{re(`\b(?:updat\w*|patch\w*|edit\w*)\b`), "PATCH"},
	{re(`\breplac\w*\b`), "PUT"},
	{re(`\b(?:delet\w*|remov\w*)\b`), "DELETE"},
}

// trimPath takes off what belongs to the sentence, and says how long that was.
func trimPath(path string) (string, int) {
	length := len(path)
	for {
		trimmed := strings.TrimRight(path, ".,;:!?*_\"'")
		for _, pair := range []string{"()", "[]", "{}", "<>"} {
			if strings.HasSuffix(trimmed, pair[1:]) && strings.Count(trimmed, pair[:1]) < strings.Count(trimmed, pair[1:]) {
				trimmed = trimmed[:len(trimmed)-1]
			}
		}
		if i := strings.Index(trimmed, "("); i > 0 { // /products(list)
			trimmed = trimmed[:i]
		}
		if trimmed == path {
			return path, length - len(path)
		}
		path = trimmed
	}
}

var paramForms = []*regexp.Regexp{
	regexp.MustCompile(`^:([A-Za-z_][\w-]*)\??$`),                    // :id
	regexp.MustCompile(`^\{+(?:[^{}:]*[$#@])?([\w.-]+)(?::.*)?\}+$`), // {id}, {{id}}, {id:int}, ${id}
	regexp.MustCompile(`^<(?:\w+:)?([\w-]+)>$`),                      // <id>, <int:id>
	regexp.MustCompile(`^\[\.*([\w-]+)\]$`),                          // [id]
	regexp.MustCompile(`^\$\{?([A-Za-z_]\w*)\}?$`),                   // $id, ${id}
	regexp.MustCompile(`^%(?:\d\$)?([sd])$`),
	regexp.MustCompile(`^(\*)$`),
}

var placeholder = regexp.MustCompile(`^[A-Z][A-Z_]*ID$|^ID$|^XXX$`)

// endpoint reads a method and an address.
func (r *reader) endpoint(method, where string) (author.Endpoint, bool) {
	e := author.Endpoint{Method: method}
	if strings.Contains(where, "://") {
		u, err := url.Parse(where)
		if err != nil || u.Host == "" || strings.Trim(u.Path, "/") == "" {
			return e, false
		}
		r.note("host " + u.Host + " left out: say which with --target")
		_, after, _ := strings.Cut(where, "://")
		where = after[strings.IndexByte(after, '/'):]
	}
	path, query, _ := strings.Cut(where, "?")
	path, _, _ = strings.Cut(path, "#")
	if strings.ContainsAny(path, "\\`^") {
		return e, false
	}
	segments := strings.Split(strings.Trim(path, "/"), "/")
	used := map[string]bool{}
	for i, s := range segments {
		name, param := "", false
		for _, form := range paramForms {
			if m := form.FindStringSubmatch(s); m != nil {
				name, param = m[1], true
				break
			}
		}
		var value author.Value
		switch kind := author.SegmentKind(s); {
		case param:
		case placeholder.MatchString(s):
			name, param = strings.ToLower(s), true
		case kind == author.IntegerSegment && i > 0, kind == author.UUIDSegment, kind == author.HashSegment:
			name, param = "id", true
			value = author.ID{Else: author.Literal{V: s}}
		}
		if !param {
			if unescaped, err := url.PathUnescape(s); err == nil {
				s = unescaped
			}
			segments[i] = url.PathEscape(s)
			continue
		}
		if name == "*" || name == "s" || name == "d" {
			name = "id"
		}
		for n := 2; used[name]; n++ { // /users/:id/orders/:id
			name = strings.TrimRight(name, "0123456789") + strconv.Itoa(n)
		}
		used[name] = true
		segments[i] = "{" + name + "}"
		e.Params = append(e.Params, author.Param{Name: name, In: "path", Required: true, Value: value})
	}
	e.Path = "/" + strings.Join(segments, "/")
	r.query(&e, query)
	return e, true
}

// query reads the query of an address. Names that pages go by are no parameters like others.
func (r *reader) query(e *author.Endpoint, query string) {
	values, _ := url.ParseQuery(query) // what cannot be read is left out
	for _, part := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || name == "" || !values.Has(name) {
			continue
		}
		value := values.Get(name)
		if pages := author.PageParam(e.Pages, name); pages != nil {
			e.Pages = pages
			if n, err := strconv.Atoi(value); err == nil && name == pages.Size && n > 0 {
				e.PageSize = n
			}
			continue
		}
		p := author.Param{Name: name, In: "query", Required: true, Value: author.Literal{V: value}}
		if author.SecretName(name) || author.SecretValue(value) {
			r.secret(value)
			p.Value = author.Expression("env." + author.EnvName(name))
		} else if strings.Trim(value, ":{}<>$[]") != value || value == "" {
			p.Value = nil // a placeholder
		}
		e.Params = append(e.Params, p)
	}
}

func (r *reader) note(text string) {
	if !slices.Contains(r.known.Notes, text) {
		r.known.Notes = append(r.known.Notes, text)
	}
}

func (r *reader) secret(value string) {
	if value != "" && !strings.ContainsAny(value, "<>${}") {
		r.secrets = append(r.secrets, value)
	}
}

func (r *reader) setBody(i int, v author.Value) {
	clean, secrets := author.Clean(v)
	r.secrets = append(r.secrets, secrets...)
	r.known.Endpoints[i].Body = &author.Body{Value: clean}
}
