package suite

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/textproto"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/tidemark/tidemark/bench"
)

// scenarioFile is scenarios/*.yml as it is written.
type scenarioFile struct {
	Name    value       `yaml:"name"`
	Load    loadFile    `yaml:"load"`
	Request requestFile `yaml:"request"`
	Expect  expectFile  `yaml:"expect"`
}

type loadFile struct {
	Users       value `yaml:"users"`
	Rate        value `yaml:"rate"`
	Arrivals    value `yaml:"arrivals"`
	MaxInFlight value `yaml:"max_in_flight"`
	Warmup      value `yaml:"warmup"`
	Duration    value `yaml:"duration"`
	Timeout     value `yaml:"timeout"`
}

type requestFile struct {
	Get     value            `yaml:"get"`
	Head    value            `yaml:"head"`
	Post    value            `yaml:"post"`
	Put     value            `yaml:"put"`
	Patch   value            `yaml:"patch"`
	Delete  value            `yaml:"delete"`
	Headers map[string]value `yaml:"headers"`
	Body    value            `yaml:"body"`
	JSON    ast.Node         `yaml:"json"`
}

type expectFile struct {
	Status value `yaml:"status"`
}

// readScenario reads one file of the folder scenarios.
func readScenario(dir, name string) (bench.Scenario, *document) {
	d := open(dir, name)
	var f scenarioFile
	d.decode(&f)
	s := bench.Scenario{ID: strings.TrimSuffix(path.Base(name), path.Ext(name))}
	if len(d.faults) > 0 {
		return s, d
	}
	d.load(&s.Load, f.Load)
	d.request(&s.Request, f.Request)
	d.use(f.Expect.Status, func(text string) error {
		status, err := strconv.Atoi(text)
		if err != nil || status < 100 || status > 599 {
			return fmt.Errorf("%q is no HTTP status: write one from 100 to 599", text)
		}
		s.Status = []int{status}
		return nil
	})
	s.Name = f.Name.text
	if s.Name == "" {
		s.Name = s.Request.Method + " " + s.Request.Path
	}
	return s, d
}

func (d *document) load(l *bench.Load, f loadFile) {
	*l = bench.Load{Warmup: bench.DefaultWarmup, Duration: bench.DefaultDuration, Timeout: bench.DefaultTimeout, MaxInFlight: bench.DefaultMaxInFlight, MaxBody: bench.DefaultMaxBody}
	d.use(f.Users, count(&l.Users))
	d.use(f.MaxInFlight, count(&l.MaxInFlight))
	d.use(f.Rate, func(text string) (err error) { l.Rate, err = bench.ParseRate(text); return err })
	d.use(f.Arrivals, func(text string) error {
		if l.Poisson = text == "poisson"; !l.Poisson && text != "constant" {
			return fmt.Errorf("%q is no kind of arrivals: write constant or poisson", text)
		}
		return nil
	})
	d.use(f.Warmup, duration(&l.Warmup, 0))
	d.use(f.Duration, duration(&l.Duration, 1))
	d.use(f.Timeout, duration(&l.Timeout, 1))
	switch {
	case f.Users.set() && f.Rate.set():
		d.at(f.Rate.line, f.Rate.column, "users and rate are two different loads: keep one")
	case f.Arrivals.set() && !f.Rate.set():
		d.at(f.Arrivals.line, f.Arrivals.column, "arrivals goes with rate")
	case !f.Users.set() && !f.Rate.set():
		l.Users = bench.DefaultUsers
	}
}

func (d *document) request(r *bench.Request, f requestFile) {
	for method, v := range map[string]value{"GET": f.Get, "HEAD": f.Head, "POST": f.Post, "PUT": f.Put, "PATCH": f.Patch, "DELETE": f.Delete} {
		d.use(v, func(text string) error {
			if r.Method != "" {
				return fmt.Errorf("one request has one method: %s is there already", strings.ToLower(r.Method))
			}
			r.Method, r.Path = method, text
			if !strings.HasPrefix(text, "/") || strings.ContainsAny(text, " \t\r\n") {
				return fmt.Errorf("%q is no path: write one that begins with / and has no spaces", text)
			}
			return literal(text)
		})
	}
	if r.Method == "" {
		d.whole("has no request: write one as `request: {get: /api/v1/products}`")
	}
	for name, v := range f.Headers {
		d.use(v, func(text string) error {
			if strings.ContainsAny(text, "\r\n") || strings.ContainsAny(name, " \t\r\n:") {
				return errors.New("a header's name has no spaces or colons, and its value is one line")
			}
			r.Headers = append(r.Headers, bench.Field{Name: name, Value: text})
			return literal(text)
		})
	}
	d.use(f.Body, func(text string) error { r.Body = text; return literal(text) })
	if f.JSON != nil {
		d.json(r, f)
	}
	slices.SortFunc(r.Headers, func(a, b bench.Field) int { return strings.Compare(a.Name, b.Name) })
}

func (d *document) json(r *bench.Request, f requestFile) {
	p := f.JSON.GetToken().Position
	if f.Body.set() {
		d.at(p.Line, p.Column, "body and json are two different bodies: keep one")
		return
	}
	var tree any
	if err := yaml.NodeToValue(f.JSON, &tree); err != nil {
		d.at(p.Line, p.Column, err.Error())
		return
	}
	body, err := json.Marshal(tree)
	if err == nil {
		err = literal(string(body))
	}
	if err != nil {
		d.at(p.Line, p.Column, err.Error())
		return
	}
	r.Body = string(body)
	if !slices.ContainsFunc(r.Headers, func(h bench.Field) bool { return textproto.CanonicalMIMEHeaderKey(h.Name) == "Content-Type" }) {
		r.Headers = append(r.Headers, bench.Field{Name: "Content-Type", Value: "application/json"})
	}
}

// literal refuses what would be sent as it stands though it was not meant so.
func literal(text string) error {
	if strings.Contains(text, "${") {
		return errors.New("expressions (${…}) are not supported yet: write a value")
	}
	return nil
}

func count(n *int) func(string) error {
	return func(text string) (err error) {
		if *n, err = strconv.Atoi(text); err == nil && *n > 0 {
			return nil
		}
		// The letter O for a zero, the letter l for a one: they look alike in many fonts.
		if guess, e := strconv.Atoi(strings.NewReplacer("O", "0", "o", "0", "l", "1", "I", "1", "_", "", ",", "").Replace(text)); e == nil && guess > 0 {
			return fmt.Errorf("%q is no number; did you mean %d?", text, guess)
		}
		return fmt.Errorf("%q is no whole number above 0", text)
	}
}

func duration(d *time.Duration, least time.Duration) func(string) error {
	return func(text string) (err error) {
		if *d, err = time.ParseDuration(text); err != nil {
			return fmt.Errorf("%q is no duration: write a number and a unit, as 500ms, 60s or 5m", text)
		}
		if *d < least {
			return fmt.Errorf("%q is too short", text)
		}
		return nil
	}
}
