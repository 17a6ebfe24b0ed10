package k6

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// script writes the scenario. The parts are made first, since they say what is to be imported and commented.
func (f *file) script() string {
	f.strangers()
	var parts []string
	if f.s.Auth.Login != nil {
		parts = append(parts, f.login())
	}
	if len(f.s.Setup) > 0 || f.s.Auth.Login != nil {
		parts = append(parts, f.setup())
	}
	parts = append(parts, f.run())
	if len(f.s.Teardown) > 0 {
		parts = append(parts, f.teardown())
	}
	declarations := f.declarations() // the variables are known by now
	return f.head() + "\n" + f.constants() + "\n" + declarations + "\n" + strings.Join(parts, "\n")
}

// head is what the file is, what it leaves out, and its imports.
func (f *file) head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s. Written by `tidemark export k6` from %s.\n", oneLine(f.s.Name), base(f.s.ID))
	for _, text := range f.notes {
		comment(&b, "Note: "+oneLine(text)+".")
	}
	var k6s []string
	if slices.Contains(f.helpers, "fail") {
		k6s = append(k6s, "fail")
	}
	if slices.Contains(f.helpers, "sleep") {
		k6s = append(k6s, "sleep")
	}
	if len(k6s) > 0 {
		fmt.Fprintf(&b, "import { %s } from 'k6';\n", strings.Join(k6s, ", "))
	}
	if len(f.s.Data) > 0 {
		b.WriteString("import { SharedArray } from 'k6/data';\n")
	}
	b.WriteString("import http from 'k6/http';\n")
	own := slices.DeleteFunc(slices.Clone(f.helpers), func(name string) bool { return name == "fail" || name == "sleep" })
	slices.SortFunc(own, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	line := "import { " + strings.Join(own, ", ") + " } from '../lib/tidemark.js';\n"
	if len(line) > lineWidth+20 {
		line = "import {\n  " + strings.Join(own, ",\n  ") + ",\n} from '../lib/tidemark.js';\n"
	}
	b.WriteString(line)
	return b.String()
}

// constants are the target, the load and the tables.
func (f *file) constants() string {
	var b strings.Builder
	fmt.Fprintf(&b, "const base = target(%s);\n", quoted(f.target))
	for _, d := range f.s.Data {
		name := f.tables.add(f.s.ID, d)
		fmt.Fprintf(&b, "const %s = new SharedArray(%s, () => JSON.parse(open(%s)));\n", rowsOf(d), quoted(name), quoted("../data/"+name))
	}
	return b.String()
}

func rowsOf(d bench.Data) string { return d.Name + "Rows" }

// declarations are what main.js reads: the load, the executor, the thresholds.
func (f *file) declarations() string {
	var b strings.Builder
	l := f.s.Load
	f.use("target")
	b.WriteString("export const load = {\n")
	fmt.Fprintf(&b, "  id: %s,\n  warmup: %s, // seconds\n  duration: %s,\n  timeout: %s, // of one request\n", quoted(scenarioName(f.s.ID)), seconds(l.Warmup), seconds(l.Duration), seconds(l.Timeout))
	if l.Redirects > 0 {
		fmt.Fprintf(&b, "  redirects: %d,\n", l.Redirects)
	}
	if t := l.Think; t.Max > 0 {
		fmt.Fprintf(&b, "  think: { min: %s, max: %s }, // between a user's iterations\n", seconds(t.Min), seconds(t.Max))
	}
	if between := spread(l); between > 0 {
		fmt.Fprintf(&b, "  spread: %s, // arrivals at random: each is delayed by up to so much\n", seconds(between))
	}
	if len(f.variables) > 0 {
		fmt.Fprintf(&b, "  env: ['%s'],\n", strings.Join(f.variables, "', '"))
	}
	b.WriteString("};\n")
	if len(f.s.Setup) > 0 || len(f.s.Teardown) > 0 || f.s.Auth.Login != nil {
		b.WriteString("const aside = Object.assign({}, load, { phase: 'setup' }); // of requests that are not measured\n")
	}
	b.WriteString("\nexport const scenario = {\n")
	for _, line := range f.executor() {
		b.WriteString("  " + line + "\n")
	}
	b.WriteString("};\n\nexport const thresholds = {\n")
	for _, line := range f.thresholds() {
		b.WriteString("  " + line + "\n")
	}
	b.WriteString("};\n")
	return b.String()
}

// strangers notes what of the scenario k6 has no place for.
func (f *file) strangers() {
	l := f.s.Load
	if l.Poisson {
		f.note("k6 starts iterations evenly: each waits a random time of up to %s before it sends, which makes arrivals as independent as Poisson's over shorter times", span(spread(l)))
	}
	if l.Connections > 0 {
		f.note("`connections: %d` is left out: with k6 each virtual user has connections of its own", l.Connections)
	}
	if l.MaxBody != bench.DefaultMaxBody {
		f.note("`max_body` is left out: k6 has no limit for an answer")
	}
	if l.Redirects > 0 {
		f.note("k6 follows redirects to other hosts too, and each is a request of its own in its numbers")
	}
	if f.s.Size != "" {
		f.note("`size: %s` is left out: k6 does not hold latency against it", f.s.Size)
	}
	if login := f.s.Auth.Login; login != nil {
		f.note("k6's virtual users share nothing: what the login gives before the test goes to all, and afterwards each logs in again for itself")
	}
	for _, d := range f.s.Data {
		if d.Order == bench.Unique && f.most > len(d.Rows) {
			f.note("`order: unique` goes by the number of the virtual user, and %s has %d rows: where other scenarios of the test have more virtual users, two may share a row; run this one alone with -e SCENARIO=%s", d.Name, len(d.Rows), scenarioName(f.s.ID))
		}
		if column := tooLong(d.Rows); column != "" {
			f.note("%s.%s has whole numbers beyond 2^53, of which JavaScript loses the last digits", d.Name, column)
		}
	}
}

// tooLong is a column with whole numbers that a double cannot hold; empty: there is none.
func tooLong(rows []map[string]any) string {
	for _, row := range rows {
		for name, v := range row {
			if n, whole := v.(int64); whole && (n > 1<<53 || n < -1<<53) {
				return name
			}
		}
	}
	return ""
}

// saved are the names that steps save, in order.
func saved(steps []bench.Step) (names []string) {
	for _, s := range steps {
		for _, v := range s.Save {
			if !slices.Contains(names, v.Name) {
				names = append(names, v.Name)
			}
		}
	}
	return names
}

// members names values in an object: those whose names the script changes under their own.
func (f *file) members(names []string) string {
	parts := make([]string, len(names))
	for i, name := range names {
		if parts[i] = name; f.local(name) != name {
			parts[i] = name + ": " + f.local(name)
		}
	}
	return strings.Join(parts, ", ")
}

func (f *file) login() string {
	step := f.s.Auth.Login.Step
	b := newBlock(f, []bench.Step{step})
	b.step(step, situation{load: "aside", stage: "login", plain: true})
	b.line("return { %s };", f.members(saved([]bench.Step{step})))
	return fmt.Sprintf("function login() {\n%s}\n\nconst session = new %s(login, %s);\n", b, f.use("Session"), seconds(f.s.Auth.Login.Refresh))
}

func (f *file) setup() string {
	b := newBlock(f, f.s.Setup)
	names := saved(f.s.Setup)
	if login := f.s.Auth.Login; login != nil {
		b.line("const given = Object.assign({ logged_in_at: Date.now() }, login());")
		of := slices.DeleteFunc(saved([]bench.Step{login.Step}), func(n string) bool { return slices.Contains(names, n) || !f.needs(f.s.Setup, n) })
		if len(of) > 0 && len(f.s.Setup) > 0 {
			b.line("const { %s } = given;", f.members(of))
		}
	}
	for _, s := range f.s.Setup {
		b.step(s, situation{load: "aside", stage: "set-up"})
	}
	switch {
	case f.s.Auth.Login != nil && len(names) > 0:
		b.line("return Object.assign(given, { %s });", f.members(names))
	case f.s.Auth.Login != nil:
		b.line("return given;")
	case len(names) > 0:
		b.line("return { %s };", f.members(names))
	default:
		b.line("return {};")
	}
	return fmt.Sprintf("export function setup() {\n%s}\n", b)
}

// needs reports whether steps, or the auth that they carry, may use a name: one too many does no harm.
func (f *file) needs(steps []bench.Step, name string) bool {
	texts := []string{f.s.Auth.Header.Value}
	for _, s := range steps {
		texts = append(texts, s.Request.Path, s.Request.Body)
		for _, h := range s.Request.Headers {
			texts = append(texts, h.Value)
		}
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		pieces, _ := template.Split(text) // suite has read it
		return slices.ContainsFunc(pieces, func(p template.Piece) bool { return p.Expression && strings.Contains(p.Text, name) })
	})
}

// given is the names that login and set-up give, of those that some steps use and don't have of their own.
func (f *file) given(steps []bench.Step, own []string) (names []string) {
	all := saved(f.s.Setup)
	if login := f.s.Auth.Login; login != nil {
		all = append(all, saved([]bench.Step{login.Step})...)
	}
	for _, name := range all {
		if f.needs(steps, name) && !slices.Contains(own, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (f *file) run() string {
	b := newBlock(f, f.s.Steps)
	own := saved(f.s.Steps)
	for _, d := range f.s.Data { // a row goes before what the set-up saved under the same name
		how := map[bench.Order]string{bench.Sequential: "next", bench.Random: "pick", bench.Unique: "own"}[d.Order]
		b.assign(d.Name, fmt.Sprintf("%s(%s)", f.use(how), rowsOf(d)))
		own = append(own, d.Name)
	}
	given, parameter := f.given(f.s.Steps, own), ""
	switch {
	case len(given) == 0:
	case f.s.Auth.Login != nil:
		parameter = "given"
		b.lines = slices.Insert(b.lines, 0, fmt.Sprintf("  const { %s } = session.values(given);", f.members(given)))
	default:
		parameter = "{ " + f.members(given) + " }"
	}
	for i, s := range f.s.Steps {
		last := i == len(f.s.Steps)-1
		b.step(s, situation{load: "load", last: last, session: f.s.Auth.Login != nil})
		if b.think(s.Think); !last {
			b.line("if (%s(load)) {", f.use("over"))
			b.line("  return;")
			b.line("}")
		}
	}
	return fmt.Sprintf("export const run = %s(load, (%s) => {\n%s});\n", f.use("iteration"), parameter, b)
}

func (f *file) teardown() string {
	b := newBlock(f, f.s.Teardown)
	parameter := ""
	if given := f.given(f.s.Teardown, nil); len(given) > 0 {
		parameter = "{ " + f.members(given) + " }"
		for _, name := range given {
			b.declared[name] = true
		}
	}
	for _, s := range f.s.Teardown {
		b.step(s, situation{load: "aside", stage: "teardown"})
	}
	return fmt.Sprintf("export function teardown(%s) {\n%s}\n", parameter, b)
}
