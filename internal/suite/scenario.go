package suite

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// readScenario reads one file of the folder scenarios. title is what its name is taken from.
func readScenario(dir, name string) (s bench.Scenario, title value, d *document) {
	d = open(dir, name)
	var f scenarioFile
	d.decode(&f)
	if len(d.faults) == 0 {
		s = d.scenario(f)
	}
	s.ID = strings.TrimSuffix(path.Base(name), path.Ext(name))
	return s, f.Name, d
}

// scenario reads what a scenario says; its id is for the caller to give.
func (d *document) scenario(f scenarioFile) (s bench.Scenario) {
	s.Load = d.load(f.Load)
	names := d.auth(&s.Auth, f.Auth)
	var saved template.Names
	s.Setup, saved = d.steps(f.Setup, names)
	s.Teardown, _ = d.steps(f.Teardown, saved)
	if columns := d.data(&s, f.Data); len(columns) > 0 {
		saved = maps.Clone(saved.With())
		maps.Copy(saved, columns)
	}
	d.checkHeader(&s.Auth, f.Auth, saved)
	s.Steps = d.measured(f, saved)
	d.use(f.Size, func(text string) error {
		s.Size = d.template(f.Size, text, template.Plain, saved)
		return nil
	})
	s.Name = d.lifted.restore(f.Name.text)
	if s.Name == "" && len(s.Steps) > 0 {
		s.Name = s.Steps[0].Request.Method + " " + s.Steps[0].Request.Path
	}
	d.sort()
	return s
}

// measured is the steps that are measured: one request, or a flow.
func (d *document) measured(f scenarioFile, names template.Names) []bench.Step {
	flow := f.Steps
	switch {
	case f.Request == nil && len(flow) == 0:
		d.whole("has no request: write one as `request: {get: /api/v1/products}`")
		return nil
	case f.Request != nil && len(flow) > 0:
		d.atKey("request and steps are two ways to say what is sent: keep one", "steps")
		return nil
	case f.Request != nil:
		if f.Expect != nil && f.Request.Expect == nil {
			f.Request.Expect = f.Expect
		}
		flow = []stepFile{*f.Request}
	case f.Expect != nil:
		d.atKey("expect belongs to each of the steps", "expect")
	}
	steps, _ := d.steps(flow, names)
	return steps
}

// steps reads steps in their order; each may use what those before it save. It returns all names that are known then.
func (d *document) steps(files []stepFile, names template.Names) ([]bench.Step, template.Names) {
	steps := make([]bench.Step, 0, len(files))
	for _, f := range files {
		s := d.step(f, names)
		for _, save := range s.Save {
			names = names.With(save.Name)
		}
		steps = append(steps, s)
	}
	return steps, names
}

// sorted is a mapping in the order of its keys, so that the same file gives the same plan.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
