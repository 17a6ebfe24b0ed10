package suite

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/tidemark/tidemark/bench"
)

// What a control has when it does not say otherwise: little load, for a short time, again and again.
const (
	controlRate     = 100
	controlWarmup   = 500 * time.Millisecond
	controlDuration = 2 * time.Second
)

// controlFile is a control: `GET /healthz`, or a scenario.
type controlFile struct {
	short    value
	scenario *scenarioFile
}

// UnmarshalYAML takes either.
func (c *controlFile) UnmarshalYAML(node ast.Node) error {
	if _, isScalar := node.(ast.ScalarNode); isScalar {
		return c.short.UnmarshalYAML(node)
	}
	c.scenario = &scenarioFile{}
	return yaml.NodeToValue(node, c.scenario, yaml.Strict())
}

// mapping is what a mapping is read into.
func (controlFile) mapping() reflect.Type { return reflect.TypeFor[scenarioFile]() }

// control reads the control, nil if there is none.
func (d *document) control(f controlFile) *bench.Scenario {
	d.use(f.short, func(text string) error {
		method, path, _ := strings.Cut(text, " ")
		get := value{f.short.text[len(method):], f.short.line, f.short.column}
		get.text = strings.TrimSpace(get.text)
		request := stepFile{}
		switch method {
		case "GET":
			request.Get = get
		case "HEAD":
			request.Head = get
		default:
			return fmt.Errorf("%q is no control: write method and path, as GET /healthz, or a request as in a scenario", text)
		}
		if !strings.HasPrefix(strings.TrimSpace(path), "/") {
			return fmt.Errorf("%q has no path: write one, as GET /healthz", text)
		}
		f.scenario = &scenarioFile{Request: &request}
		return nil
	})
	if f.scenario == nil {
		return nil
	}
	s := d.scenario(*f.scenario)
	s.ID = "control"
	l := f.scenario.Load
	if len(l.Stages) > 0 {
		d.atKey("the control has stages: it is measured in short pieces, give it users or rate", "control", "load", "stages")
	}
	if !l.Users.set() && !l.Rate.set() {
		s.Load.Users, s.Load.Rate = 0, controlRate
	}
	if !l.Warmup.set() {
		s.Load.Warmup = controlWarmup
	}
	if !l.Duration.set() {
		s.Load.Duration = controlDuration
	}
	return &s
}
