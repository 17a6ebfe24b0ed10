package k6

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// A block is the body of a function while it is written.
type block struct {
	f        *file
	lines    []string
	declared map[string]bool
	saves    map[string]int // how often a name gets a value
	steps    int
}

func newBlock(f *file, steps []bench.Step) *block {
	b := &block{f: f, declared: map[string]bool{}, saves: map[string]int{}}
	for _, s := range steps {
		for _, v := range s.Save {
			b.saves[v.Name]++
		}
	}
	return b
}

func (b *block) String() string {
	if len(b.lines) == 0 {
		return ""
	}
	return strings.Join(b.lines, "\n") + "\n"
}

func (b *block) line(format string, args ...any) {
	for line := range strings.SplitSeq(fmt.Sprintf(format, args...), "\n") {
		b.lines = append(b.lines, "  "+line)
	}
}

// assign gives a name of the suite a value.
func (b *block) assign(name, value string) {
	switch {
	case b.declared[name]:
		b.line("%s = %s;", b.f.local(name), value)
	case b.saves[name] > 1 || b.saves[name] == 1 && b.isData(name):
		b.line("let %s = %s;", b.f.local(name), value)
	default:
		b.line("const %s = %s;", b.f.local(name), value)
	}
	b.declared[name] = true
}

func (b *block) isData(name string) bool {
	return slices.ContainsFunc(b.f.s.Data, func(d bench.Data) bool { return d.Name == name })
}

// A situation is where a step stands.
type situation struct {
	load    string // what params go by
	stage   string // that fails with the step; empty: an iteration, which ends
	plain   bool   // takes no auth
	last    bool   // nothing comes after it
	session bool   // an answer of 401 asks for another login
}

// step writes a request, and what its answer has to be.
func (b *block) step(s bench.Step, at situation) {
	f := b.f
	number := ""
	if b.steps++; b.steps > 1 {
		number = strconv.Itoa(b.steps)
	}
	response, body := "response"+number, "body"+number
	name := stepName(f.s, s, at)
	b.line("const %s = %s;", response, b.request(s, name, at))
	if at.session {
		b.line("session.saw(%s);", response)
	}
	checks, looks := b.checks(s, body)
	if looks {
		b.line("const %s = %s(%s);", body, f.use("parsed"), response)
	}
	call := fmt.Sprintf("%s(%s, {\n  %s,\n})", f.use("passed"), response, strings.Join(checks, ",\n  "))
	switch {
	case at.stage != "":
		b.line("if (!%s) {\n  %s(`%s of %s: %s answered ${%s.status}`);\n}", call, f.use("fail"), at.stage, escaped(f.s.ID, '`'), escaped(name, '`'), response)
	case at.last:
		b.line("%s;", call)
		return // nobody needs what it saves
	default:
		b.line("if (!%s) {\n  return;\n}", call)
	}
	for _, v := range s.Save {
		arguments, singular, err := f.selection(v.Path)
		switch {
		case err != nil:
			f.note("save %s: %s has no counterpart (%v): where it stands the script says so; write one in its place", v.Name, v.Path, err)
			b.assign(v.Name, fmt.Sprintf("%s(%s)", f.use("untranslated"), quoted(v.Path)))
		case singular:
			b.assign(v.Name, b.selected(body, arguments)+"[0]")
		default:
			b.assign(v.Name, b.selected(body, arguments))
		}
	}
}

// stepName is what a request is called in k6's numbers: without the values of expressions, which would make each its own.
func stepName(sc *bench.Scenario, s bench.Step, at situation) string {
	if at.stage == "" && len(sc.Steps) == 1 {
		return sc.Name
	}
	pieces, err := template.Split(s.Name)
	if err != nil {
		return s.Name
	}
	name := ""
	for _, p := range pieces {
		if name += p.Text; p.Expression {
			name = strings.TrimSuffix(name, p.Text) + "${}"
		}
	}
	return name
}

func (b *block) selected(body, arguments string) string {
	if arguments == "" {
		return fmt.Sprintf("%s(%s)", b.f.use("select"), body)
	}
	return fmt.Sprintf("%s(%s, %s)", b.f.use("select"), body, arguments)
}

// request is the call that sends it.
func (b *block) request(s bench.Step, name string, at situation) string {
	f, r := b.f, s.Request
	url := "base + " + f.text(r.Path, "path")
	function := map[string]string{"GET": "get", "HEAD": "head", "POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "del"}[r.Method]
	content := "null"
	switch {
	case r.Body == "":
	case r.JSON:
		content = f.jsonBody(r.Body, 0)
	default:
		content = f.text(r.Body, "text")
	}
	params := b.params(s, name, at)
	arguments := []string{url, content, params}
	switch bodiless := function == "get" || function == "head"; {
	case bodiless && r.Body != "":
		function, arguments = "request", []string{quoted(r.Method), url, content, params}
	case bodiless:
		arguments = []string{url, params}
	}
	inline := fmt.Sprintf("http.%s(%s)", function, strings.Join(arguments, ", "))
	if len(inline) <= lineWidth && !strings.Contains(inline, "\n") {
		return inline
	}
	return fmt.Sprintf("http.%s(\n  %s,\n)", function, strings.ReplaceAll(strings.Join(arguments, ",\n"), "\n", "\n  "))
}

func (b *block) params(s bench.Step, name string, at situation) string {
	var more []string
	if headers := b.headers(s, at); len(headers) > 0 {
		line := strings.Join(headers, ", ")
		if len(line) <= lineWidth {
			more = append(more, "headers: { "+line+" }")
		} else {
			more = append(more, "headers: {\n    "+strings.Join(headers, ",\n    ")+",\n  }")
		}
	}
	more = append(more, "responseCallback: http.expectedStatuses("+statuses(s.Expect.Status)+")")
	if !s.Expect.NeedsBody() && len(s.Save) == 0 && s.Expect.MinSize == 0 && s.Expect.MaxSize == 0 {
		more = append(more, "responseType: 'none'")
	}
	return fmt.Sprintf("%s(%s, %s, {\n  %s,\n})", b.f.use("params"), at.load, quoted(name), strings.Join(more, ",\n  "))
}

// statuses are those that an answer may have, as http.expectedStatuses takes them.
func statuses(ranges []bench.StatusRange) string {
	if len(ranges) == 0 {
		return "{ min: 100, max: 399 }"
	}
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		if parts[i] = strconv.Itoa(r.First); r.Last > r.First {
			parts[i] = fmt.Sprintf("{ min: %d, max: %d }", r.First, r.Last)
		}
	}
	return strings.Join(parts, ", ")
}

func (b *block) headers(s bench.Step, at situation) (all []string) {
	f, auth := b.f, b.f.s.Auth
	if auth.Header.Name != "" && !at.plain {
		value := f.text(f.discreet(auth.Header.Name, auth.Header.Value, auth.Basic), "text")
		if auth.Basic {
			value = fmt.Sprintf("%s(%s)", f.use("basic"), value)
		}
		all = append(all, memberName(auth.Header.Name)+": "+value)
	}
	for _, h := range s.Request.Headers {
		all = append(all, memberName(h.Name)+": "+f.text(f.discreet(h.Name, h.Value, false), "text"))
	}
	return all
}

// secretWords are parts of the names of headers that prove who sends.
var secretWords = []string{"authorization", "cookie", "token", "key", "secret", "password", "session"}

// discreet is a header's value, or, where a credential stands in it in the clear, an environment variable in its place: scripts get about more than suites do.
func (f *file) discreet(name, value string, credentials bool) string {
	lower := strings.ToLower(name)
	pieces, err := template.Split(value)
	constant := err == nil && !slices.ContainsFunc(pieces, func(p template.Piece) bool { return p.Expression })
	if !constant || !slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(lower, w) }) {
		return value
	}
	variable, before := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(name)), ""
	switch scheme, _, found := strings.Cut(value, " "); {
	case credentials:
		user, _, _ := strings.Cut(value, ":")
		variable, before = "API_PASSWORD", user+":"
	case lower == "authorization" && found:
		variable, before = "API_TOKEN", scheme+" "
	case lower == "authorization":
		variable = "API_TOKEN"
	}
	f.note("the header %s has its credential in the clear in the suite; here it is the environment variable %s", name, variable)
	return before + "${env." + variable + "}"
}

// checks are what an answer has to be, by their names. looks: some look into the JSON.
func (b *block) checks(s bench.Step, body string) (all []string, looks bool) {
	f, e := b.f, s.Expect
	add := func(name, condition string) { all = append(all, quoted(name)+": "+condition) }
	add(statusCheck(e.Status))
	for _, h := range e.Headers {
		if h.Value == "" {
			add("header "+h.Name, fmt.Sprintf("(r) => %s(r, %s) !== undefined", f.use("header"), quoted(h.Name)))
			continue
		}
		add(fmt.Sprintf("header %s contains %s", h.Name, h.Value), fmt.Sprintf("(r) => (%s(r, %s) || '').includes(%s)", f.use("header"), quoted(h.Name), quoted(h.Value)))
	}
	for _, text := range e.Contains {
		add("body contains "+text, fmt.Sprintf("(r) => (r.body || '').includes(%s)", quoted(text)))
	}
	if e.MinSize > 0 {
		add(fmt.Sprintf("body has at least %d bytes", e.MinSize), fmt.Sprintf("(r) => %s(r) >= %d", f.use("size"), e.MinSize))
	}
	if e.MaxSize > 0 {
		add(fmt.Sprintf("body has at most %d bytes", e.MaxSize), fmt.Sprintf("(r) => %s(r) <= %d", f.use("size"), e.MaxSize))
	}
	exists := map[string]bool{}
	for _, m := range e.JSON {
		arguments, _, err := f.selection(m.Path)
		if err != nil {
			f.note("the expectation of %s is left out: it has no counterpart (%v)", m.Path, err)
			continue
		}
		looks = true
		found := b.selected(body, arguments)
		switch m.Presence {
		case bench.Exists:
			exists[m.Path] = true
			add(m.Path+" exists", "() => "+found+".length > 0")
		case bench.Absent:
			add(m.Path+" is absent", fmt.Sprintf("() => %s !== undefined && %s.length === 0", body, found))
		default:
			value, _ := json.Marshal(m.Value) // it came from JSON
			condition := fmt.Sprintf("() => %s[0] === %s", found, plain(m.Value))
			switch m.Value.(type) {
			case []any, map[string]any:
				condition = fmt.Sprintf("() => %s(%s[0], %s)", f.use("same"), found, plain(m.Value))
			}
			add(fmt.Sprintf("%s is %s", m.Path, value), condition)
		}
	}
	for _, v := range s.Save {
		arguments, _, err := f.selection(v.Path)
		if looks = true; err == nil && !exists[v.Path] {
			add(v.Path+" can be saved", "() => "+b.selected(body, arguments)+".length > 0")
		}
	}
	return all, looks
}

func statusCheck(ranges []bench.StatusRange) (name, condition string) {
	if len(ranges) == 0 {
		return "status below 400", "(r) => r.status > 0 && r.status < 400"
	}
	var names, conditions []string
	for _, r := range ranges {
		if r.First == r.Last {
			names = append(names, strconv.Itoa(r.First))
			conditions = append(conditions, fmt.Sprintf("r.status === %d", r.First))
			continue
		}
		names = append(names, fmt.Sprintf("%d to %d", r.First, r.Last))
		conditions = append(conditions, fmt.Sprintf("(r.status >= %d && r.status <= %d)", r.First, r.Last))
	}
	return "status is " + strings.Join(names, " or "), "(r) => " + strings.Join(conditions, " || ")
}

// think writes a pause.
func (b *block) think(t bench.Think) {
	switch {
	case t.Max <= 0:
	case t.Max > t.Min:
		b.line("%s(%s(%s, %s));", b.f.use("sleep"), b.f.use("float"), seconds(t.Min), seconds(t.Max))
	default:
		b.line("%s(%s);", b.f.use("sleep"), seconds(max(t.Min, time.Millisecond)))
	}
}
