package author

import (
	_ "embed"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A File is one file of a suite.
type File struct {
	Name       string // in the suite's folder, with slashes
	Content    string
	Executable bool
	About      string // what it is, in a few words
}

// Files writes the suite. The error says that a secret of a source would have been in it, which is a mistake of ours.
func (s *Suite) Files() ([]File, error) {
	files := make([]File, 0, len(s.Scenarios)+2+len(s.Tables))
	for _, sc := range s.Scenarios {
		files = append(files, File{Name: "scenarios/" + sc.id + ".yml", Content: sc.yaml(s.Source), About: sc.describe()})
	}
	files = append(files, File{Name: "thresholds.json", Content: s.thresholds(), About: "budgets"},
		File{Name: "run-benchmarks.sh", Content: script, Executable: true, About: "runs the suite"})
	for i := range s.Tables {
		files = append(files, File{Name: "data/" + s.Tables[i].Name + ".csv", Content: s.Tables[i].csv(), About: count(len(s.Tables[i].Rows), "row")})
	}
	for _, f := range files {
		for _, secret := range s.Secrets {
			if len(secret) >= leastSecret && containsSecret(f.Content, secret) {
				return nil, fmt.Errorf("%s would hold a secret of %s: nothing is written", f.Name, s.Source)
			}
		}
	}
	return files, nil
}

// containsSecret looks for a secret as it is, and as URLs and JSON have it. One that is a plain word may stand in a path or a comment by
// chance, so it counts where a value stands.
func containsSecret(text, secret string) bool {
	if word.MatchString(secret) {
		return regexp.MustCompile(`[=:"'] ?` + secret + `(["'&\n]|$)`).MatchString(text)
	}
	quoted := marshal(secret)
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), quoted[1 : len(quoted)-1]} {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

var word = regexp.MustCompile(`^[A-Za-z]+$`)

//go:embed run-benchmarks.sh
var script string

func (sc *scenario) describe() string {
	load := sc.load.Rate
	if load == "" {
		load = count(sc.load.Users, "user")
	}
	return fmt.Sprintf("%s, %s, %s", sc.name, load, duration(sc.load.Duration))
}

// duration writes whole minutes as such only when there are several: 60s is how people say it.
func duration(d time.Duration) string {
	switch {
	case d >= 2*time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= 2*time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d >= time.Second && d%time.Second == 0:
		return fmt.Sprintf("%ds", d/time.Second)
	case d == 0:
		return "0s"
	}
	return d.String()
}

func (sc *scenario) yaml(source string) string {
	p := &page{}
	p.line(0, "# Written by `tidemark init` from "+oneLine(source)+".", "")
	for _, text := range sc.about {
		p.line(0, "# "+oneLine(text), "")
	}
	p.line(0, "name: "+quote(sc.name), "")
	p.load(sc.load)
	p.auth(sc.auth, sc.authHint)
	if len(sc.setup) > 0 {
		p.line(0, "setup:", sc.setup[0].note)
		for i, s := range sc.setup {
			if i == 0 || s.note == sc.setup[0].note {
				s.note = "" // it stands above
			}
			p.step(1, s, true)
		}
	}
	if len(sc.data) > 0 {
		p.line(0, "data:", "")
		for _, d := range sc.data {
			p.line(1, d.name+": {file: ../data/"+d.file+", order: random}", "")
		}
	}
	if sc.flow {
		p.line(0, "steps:", "")
		for _, s := range sc.steps {
			p.step(1, s, true)
		}
	} else {
		p.line(0, "request:", "")
		p.step(1, sc.steps[0], false)
		p.expect(0, sc.steps[0].expect)
	}
	if sc.size != "" {
		p.line(0, "size: "+sc.size, "what the cost may grow with")
	}
	return p.String()
}

func (p *page) load(l Load) {
	p.line(0, "load:", "")
	if l.Rate != "" {
		p.line(1, "rate: "+l.Rate, l.Note)
		p.line(1, "arrivals: poisson", "as independent users make them")
	} else {
		p.line(1, fmt.Sprintf("users: %d", l.Users), l.Note)
	}
	p.line(1, "warmup: "+duration(l.Warmup), "")
	p.line(1, "duration: "+duration(l.Duration), "")
	if l.ThinkMax > 0 {
		think := duration(l.ThinkMin)
		if l.ThinkMax != l.ThinkMin {
			think += ".." + duration(l.ThinkMax)
		}
		p.line(1, "think: "+think, "")
	}
}

func (p *page) auth(a *Auth, hint string) {
	if a == nil {
		if hint != "" {
			p.line(0, "# "+hint+"  # if the API asks for it: none was named", "")
		}
		return
	}
	value := a.Value
	switch a.Kind {
	case Query, NoAuth:
		return // it is in the path
	}
	p.line(0, "auth:", a.Note)
	if a.Login != nil {
		p.line(1, "login:", "")
		p.line(2, "request:", "")
		st := step{method: a.Login.Method, path: a.Login.Path, body: a.Login.Body, save: a.Login.Save}
		p.step(3, st, false)
	}
	switch a.Kind {
	case Bearer:
		p.line(1, "bearer: "+value, "")
	case Basic:
		p.line(1, "basic: {user: "+a.User+", password: "+value+"}", "")
	case Header:
		p.line(1, "header: {name: "+yamlKey(a.Header)+", value: "+quoteTemplateIfNeeded(value)+"}", "")
	}
}

// quoteTemplateIfNeeded leaves a lone expression as it is: in a header all values are texts.
func quoteTemplateIfNeeded(text string) string {
	if strings.HasPrefix(text, "${") && strings.Count(text, "${") == 1 && strings.HasSuffix(text, "}") {
		return text
	}
	return marshal(text)
}

// step writes a request; in a list of them, with the dash that begins an element.
func (p *page) step(indent int, s step, element bool) {
	at := len(p.lines)
	inner := indent
	if element {
		inner++
	}
	if s.name != "" {
		p.line(inner, "name: "+quote(s.name), "")
	}
	p.line(inner, strings.ToLower(s.method)+": "+s.path, s.note)
	headers := s.headers
	if s.body != nil && s.body.Type != "" && !isJSON(s.body.Type) {
		headers = append(slices.Clone(headers), Field{"Content-Type", Literal{s.body.Type}})
	} else if s.body != nil && s.body.Type != "" && s.body.Type != "application/json" {
		headers = append(slices.Clone(headers), Field{"Content-Type", Literal{s.body.Type}})
	}
	if len(headers) > 0 {
		p.line(inner, "headers:", "")
		for _, h := range headers {
			p.member(inner+1, h.Name, h.Value, "")
		}
	}
	p.body(inner, s.body)
	if element {
		p.expect(inner, s.expect)
	}
	if len(s.save) == 1 {
		p.line(inner, "save: {"+s.save[0].Name+": "+marshal(s.save[0].Path)+"}", "")
	} else if len(s.save) > 1 {
		p.line(inner, "save:", "")
		for _, v := range s.save {
			p.line(inner+1, v.Name+": "+marshal(v.Path), "")
		}
	}
	if s.think > 0 {
		p.line(inner, "think: "+duration(s.think.Round(10*time.Millisecond)), "")
	}
	if element {
		first := &p.lines[at]
		first.text = strings.Repeat("  ", indent) + "- " + first.text[2*inner:]
	}
}

func isJSON(mediaType string) bool {
	base, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	base = strings.TrimSpace(base)
	return base == "" || base == "application/json" || strings.HasSuffix(base, "+json")
}

func (p *page) body(indent int, b *Body) {
	if b == nil || b.Value == nil {
		return
	}
	if isJSON(b.Type) {
		p.member(indent, "json", b.Value, b.Note)
		return
	}
	if strings.HasPrefix(b.Type, "application/x-www-form-urlencoded") {
		p.line(indent, "body: "+quoteTemplateIfNeeded(form(b.Value)), b.Note)
		return
	}
	p.line(indent, "body: "+bodyText(b.Value), b.Note)
}

func bodyText(v Value) string {
	switch v := v.(type) {
	case Literal:
		if text, ok := v.V.(string); ok {
			return marshal(escapeTemplate(text))
		}
		return marshal(marshal(v.V))
	case Text:
		return marshal(templateOf(v))
	}
	return "${" + v.expression() + "}"
}

// form writes a value as an HTML form does: nested members in brackets.
func form(v Value) string {
	var parts []string
	var add func(name string, v Value)
	add = func(name string, v Value) {
		switch v := v.(type) {
		case Object:
			for _, f := range v {
				inner := url.QueryEscape(f.Name)
				if name != "" {
					inner = name + "[" + inner + "]"
				}
				add(inner, f.Value)
			}
		case Array:
			for i, e := range v {
				add(fmt.Sprintf("%s[%d]", name, i), e)
			}
		case Repeat: // a form has no way to repeat: the least that is allowed
			for i := range max(1, v.Low) {
				add(fmt.Sprintf("%s[%d]", name, i), v.Of)
			}
		default:
			if l, ok := v.(Literal); ok && l.V == nil {
				return
			}
			parts = append(parts, name+"="+inURL(v, url.QueryEscape))
		}
	}
	add("", v)
	return strings.Join(parts, "&")
}

func (p *page) expect(indent int, x expectation) {
	if x.status == "" {
		return
	}
	p.line(indent, "expect:", "")
	p.line(indent+1, "status: "+x.status, x.note)
	if len(x.exists) > 0 {
		parts := make([]string, len(x.exists))
		for i, path := range x.exists {
			parts[i] = marshal(path) + ": exists"
		}
		p.line(indent+1, "json: {"+strings.Join(parts, ", ")+"}", "")
	}
}

var metrics = []string{"p50", "p95", "p99", "errors", "throughput"}

func (l Limits) json() string {
	var parts []string
	for _, name := range metrics {
		if l[name] != "" {
			parts = append(parts, marshal(name)+": "+marshal(l[name]))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (s *Suite) thresholds() string {
	var own []string
	for _, sc := range s.Scenarios {
		if len(sc.limits) > 0 {
			own = append(own, "    "+marshal(sc.id)+": "+sc.limits.json())
		}
	}
	if len(own) == 0 {
		return "{\n  \"default\": " + s.Limits.json() + "\n}\n"
	}
	return "{\n  \"default\": " + s.Limits.json() + ",\n  \"scenarios\": {\n" + strings.Join(own, ",\n") + "\n  }\n}\n"
}

func (t *Table) csv() string {
	var b strings.Builder
	row := func(cells []string) {
		for i, c := range cells {
			if i > 0 {
				b.WriteByte(',')
			}
			if strings.ContainsAny(c, ",\"\n\r") || c == "" && len(cells) == 1 || strings.TrimSpace(c) != c {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteByte('\n')
	}
	row(t.Columns)
	for _, r := range t.Rows {
		row(r)
	}
	return b.String()
}
