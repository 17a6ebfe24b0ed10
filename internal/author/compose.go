package author

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options are what the user says beside the sources.
type Options struct {
	Top int // how many endpoints of a source that has more
}

// A Suite is what is to be written.
type Suite struct {
	Source    string
	Scenarios []*scenario
	Limits    Limits
	Tables    []Table
	sampled   map[*Table]string // files of samples, without their ending
	Choices   []string
	Env       []string // variables that it needs
	Secrets   []string // that must not be in it
}

// A scenario is one file.
type scenario struct {
	id, name string
	about    []string // comments at the top
	load     Load
	auth     *Auth
	authHint string
	data     []dataUse
	setup    []step
	steps    []step
	flow     bool
	size     string
	limits   Limits
}

type dataUse struct{ name, file string }

// A step is one request as it is written.
type step struct {
	name, method, path string
	note               string
	headers            []Field
	body               *Body
	expect             expectation
	save               []Save
	think              time.Duration
}

type expectation struct {
	status string
	exists []string // JSONPaths
	note   string
}

const (
	defaultWarmup   = 10 * time.Second
	defaultDuration = 60 * time.Second
)

// Compose decides what the suite for k holds.
func Compose(k *Known, o Options) (*Suite, error) {
	Choose(k, o)
	suite := &Suite{Source: string(k.Source), Secrets: k.Secrets}
	used := map[string]bool{}
	for i := range k.Endpoints {
		e := &k.Endpoints[i]
		if !e.Chosen {
			continue
		}
		b := &builder{known: k, suite: suite, s: &scenario{name: title(e.Method, e.Path)}}
		b.endpoint(e)
		id := scenarioID(e)
		if e.Also {
			id = fileStem(append([]string{id}, e.queryNames()...)...)
			b.s.name += "?" + strings.Join(e.queryNames(), "&")
		}
		suite.add(b.s, id, used)
	}
	for i := range k.Flows {
		f := &k.Flows[i]
		b := &builder{known: k, suite: suite, s: &scenario{name: f.Name, flow: true}}
		b.flow(f)
		suite.add(b.s, f.id(), used)
	}
	if len(suite.Scenarios) == 0 {
		return nil, fmt.Errorf("%s names no endpoint: write them as `GET /api/v1/products`, one a line", k.Source)
	}
	suite.names()
	suite.limits(k)
	return suite, nil
}

// queryNames are the parameters of an endpoint's query.
func (e *Endpoint) queryNames() (names []string) {
	for _, p := range e.Params {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	return names
}

// id names a flow's file: by its steps where its name does so, else by its name.
func (f *Flow) id() string {
	if len(f.Steps) == 2 && strings.Contains(f.Name, ", then ") {
		return fileStem(scenarioID(&f.Steps[0].Endpoint), "then", scenarioID(&f.Steps[1].Endpoint))
	}
	return fileStem(f.Name)
}

// add gives a scenario an id that no other has.
func (s *Suite) add(sc *scenario, id string, used map[string]bool) {
	if id == "" {
		id = "scenario"
	}
	sc.id = id
	for n := 2; used[sc.id]; n++ {
		sc.id = fmt.Sprintf("%s-%d", id, n)
	}
	used[sc.id] = true
	s.Scenarios = append(s.Scenarios, sc)
}

// names makes titles differ: those that don't are shown with the whole path.
func (s *Suite) names() {
	seen := map[string]int{}
	for _, sc := range s.Scenarios {
		seen[sc.name]++
	}
	taken := map[string]bool{}
	for _, sc := range s.Scenarios {
		if seen[sc.name] > 1 {
			sc.name += " (" + sc.id + ")"
		}
		for taken[sc.name] {
			sc.name += " again"
		}
		taken[sc.name] = true
	}
}

func (s *Suite) limits(k *Known) {
	s.Limits = Limits{"errors": "0.1%"}
	for name, value := range k.Limits {
		s.Limits[name] = value
	}
	if k.Limits["errors"] == "" {
		s.Choices = append(s.Choices, "errors: at most 0.1% of requests, since no rate is named")
	}
	latency := func(l Limits) bool { return l["p50"] != "" || l["p95"] != "" || l["p99"] != "" }
	if !latency(s.Limits) && !slices.ContainsFunc(s.Scenarios, func(sc *scenario) bool { return latency(sc.limits) }) {
		s.Choices = append(s.Choices, `no latency is named, so thresholds.json has none: run once, then add for example "p95": "300ms" to its default`)
	}
}

// note adds a choice once.
func (s *Suite) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.Choices, text) {
		s.Choices = append(s.Choices, text)
	}
}

func (s *Suite) env(name string) {
	if !slices.Contains(s.Env, name) {
		s.Env = append(s.Env, name)
	}
}

// A builder makes one scenario.
type builder struct {
	known *Known
	suite *Suite
	s     *scenario
	depth int // of lists whose ids need other lists
}

func (b *builder) endpoint(e *Endpoint) {
	if e.Summary != "" {
		b.s.about = append(b.s.about, e.Summary)
	}
	if e.Mix != "" {
		b.s.about = append(b.s.about, e.Mix)
	}
	b.s.limits = b.wish(e).Limits
	b.s.load = b.load(e)
	b.auth(e)
	e = b.withSamples(e, "requests")
	b.s.steps = []step{b.request(e)}
	b.s.size = b.sizeOf(e)
}

func (b *builder) flow(f *Flow) {
	if f.About != "" {
		b.s.about = append(b.s.about, f.About)
	}
	first := &Endpoint{Class: History}
	for i := range f.Steps {
		if f.Steps[i].class() == Write {
			first.Class = Write
		}
		b.auth(&f.Steps[i].Endpoint)
	}
	b.s.load = b.load(first)
	for i := range f.Steps {
		fs := &f.Steps[i]
		st := b.request(b.withSamples(&fs.Endpoint, identifier(scenarioID(&fs.Endpoint))))
		st.name, st.save, st.think = title(fs.Method, fs.Path), fs.Save, fs.Think
		if st.expect.status == "" {
			st.expect.status = "2xx"
		}
		b.s.steps = append(b.s.steps, st)
	}
}

// wish is what is wanted of an endpoint: of it, or of its class.
func (b *builder) wish(e *Endpoint) Wish {
	w := e.Wish
	for class, wider := range b.known.ByClass {
		if e.class().is(class) {
			w.Load = w.Load.or(wider.Load)
			w.Limits = w.Limits.or(wider.Limits)
		}
	}
	return w
}

func (l Limits) or(wider Limits) Limits {
	if len(wider) == 0 {
		return l
	}
	all := Limits{}
	for name, value := range wider {
		all[name] = value
	}
	for name, value := range l {
		all[name] = value
	}
	return all
}

// or is l, with what it does not say taken from a wider one. Users and a rate are two ways to say the same.
func (l Load) or(wider Load) Load {
	if l.Users == 0 && l.Rate == "" {
		l.Users, l.Rate, l.Note = wider.Users, wider.Rate, wider.Note
	}
	if l.Warmup == 0 {
		l.Warmup = wider.Warmup
	}
	if l.Duration == 0 {
		l.Duration = wider.Duration
	}
	if l.ThinkMax == 0 {
		l.ThinkMin, l.ThinkMax = wider.ThinkMin, wider.ThinkMax
	}
	return l
}

func (b *builder) load(e *Endpoint) Load {
	l := b.wish(e).Load.or(b.known.Load)
	if l.Users == 0 && l.Rate == "" {
		class := e.class()
		l.Users, l.Note = users[class], "usual for "+article(string(class))
		if b.s.flow {
			l.Note = map[bool]string{true: "usual for a flow that writes", false: "usual for a flow that reads"}[class == Write]
		}
		b.suite.note("concurrency: %d users for a list, %d for a detail, %d for a write, %d for a history, since none is named", users[ListClass], users[Detail], users[Write], users[History])
	}
	if l.Duration == 0 {
		l.Duration = defaultDuration
	}
	if l.Warmup == 0 {
		l.Warmup = defaultWarmup
	}
	if l.Rate != "" {
		l.ThinkMin, l.ThinkMax = 0, 0 // with a rate nobody waits
	}
	return l
}

func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// auth takes over how requests prove who sends them, or a hint where nothing is known of it.
func (b *builder) auth(e *Endpoint) {
	a := e.Auth
	if a == nil {
		a = b.known.Auth
	}
	switch {
	case a == nil && (e.class() == Write || e.class() == History) && b.depth == 0:
		b.s.authHint = "auth: {bearer: ${env.API_TOKEN}}"
		b.suite.note("authentication: none is named, so scenarios that write or show what is somebody's have it as a comment")
	case a == nil || a.Kind == NoAuth:
	case b.s.auth == nil:
		b.s.auth, b.s.authHint = a, ""
		if a.Login != nil {
			b.value(a.Login.bodyValue(), "")
		}
		for _, text := range []string{a.Value, a.User} {
			b.needs(text)
		}
	}
}

func (s *FlowStep) bodyValue() Value {
	if s.Body == nil {
		return Literal{}
	}
	return s.Body.Value
}

// needs notes the environment variables of a template.
func (b *builder) needs(template string) {
	for _, m := range envUse.FindAllStringSubmatch(template, -1) {
		b.suite.env(m[1])
	}
}
