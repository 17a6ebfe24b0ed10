package load

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
	"github.com/tidemark/tidemark/internal/template"
)

// A program is a scenario compiled: shared by all users, and never changed but for its shared values and data cursors.
type program struct {
	scenario               *bench.Scenario
	target                 wire.Target
	login                  []step
	setup, steps, teardown []step
	header                 *template.Text // value of the auth header; nil: none
	data                   []*table
	expressions            bool                           // something needs a scope
	secrets                atomic.Pointer[[]string]       // are shown nowhere
	shared                 atomic.Pointer[map[string]any] // env, and what login and set-up have saved
	refresh                chan struct{}                  // asks for another login; one waiting signal stands for any number
	size                   *template.Text                 // nil: the scenario has none
	mark                   uint32                         // what trace ids begin with
}

type step struct {
	source     *bench.Step
	path, body *template.Text
	headers    []field
	expect     expectation
	save       []save
	plain      bool // takes no auth: it is the login
}

type field struct {
	name  string
	value *template.Text
}

// A table hands out rows.
type table struct {
	bench.Data
	cursor atomic.Uint64
}

func (t *table) row(user uint64, rng *rand.Rand) map[string]any {
	n := uint64(len(t.Rows))
	switch t.Order {
	case bench.Random:
		return t.Rows[rng.Uint64N(n)]
	case bench.Unique:
		return t.Rows[user%n]
	}
	return t.Rows[(t.cursor.Add(1)-1)%n]
}

// compile compiles a scenario that suite has checked. env is the environment variables that it uses.
func compile(target wire.Target, s *bench.Scenario, env map[string]string) (*program, error) {
	p := &program{scenario: s, target: target, refresh: make(chan struct{}, 1)}
	names := template.Names{}
	for _, d := range s.Data {
		p.data = append(p.data, &table{Data: d})
		names[d.Name] = nil
	}
	groups := []struct {
		to    *[]step
		steps []bench.Step
	}{{&p.setup, s.Setup}, {&p.steps, s.Steps}, {&p.teardown, s.Teardown}}
	if s.Auth.Login != nil {
		groups = append(groups, struct {
			to    *[]step
			steps []bench.Step
		}{&p.login, []bench.Step{s.Auth.Login.Step}})
	}
	for _, g := range groups {
		for _, st := range g.steps {
			for _, save := range st.Save {
				names = names.With(save.Name)
			}
		}
	}
	for _, g := range groups {
		for i := range g.steps {
			st, err := p.step(&g.steps[i], names)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", g.steps[i].Name, err)
			}
			*g.to = append(*g.to, st)
		}
	}
	for i := range p.login {
		p.login[i].plain = true
	}
	if s.Auth.Header.Name != "" {
		var err error
		if p.header, err = p.text(s.Auth.Header.Value, template.Header, names); err != nil {
			return nil, fmt.Errorf("auth: %w", err)
		}
	}
	if s.Size != "" {
		var err error
		if p.size, err = p.text(s.Size, template.Plain, names); err != nil {
			return nil, fmt.Errorf("size: %w", err)
		}
	}
	variables := map[string]any{}
	for name, v := range env {
		variables[name] = v
	}
	p.secrets.Store(new([]string))
	p.hide(variables)
	p.shared.Store(&map[string]any{"env": variables})
	return p, nil
}

func (p *program) text(source string, f template.Format, names template.Names) (*template.Text, error) {
	t, err := template.Compile(source, f, names)
	if err == nil && !t.Constant() {
		p.expressions = true
	}
	return t, err
}

func (p *program) step(s *bench.Step, names template.Names) (st step, err error) {
	st = step{source: s}
	if st.path, err = p.text(s.Request.Path, template.Path, names); err != nil {
		return st, err
	}
	format := template.Plain
	if s.Request.JSON {
		format = template.JSON
	}
	if st.body, err = p.text(s.Request.Body, format, names); err != nil {
		return st, err
	}
	for _, h := range s.Request.Headers {
		t, err := p.text(h.Value, template.Header, names)
		if err != nil {
			return st, err
		}
		st.headers = append(st.headers, field{h.Name, t})
	}
	if st.expect, err = newExpectation(s.Expect); err != nil {
		return st, err
	}
	for _, s := range s.Save {
		path, err := newPath(s.Path)
		if err != nil {
			return st, err
		}
		st.save = append(st.save, save{s.Name, path})
		p.expressions = true
	}
	return st, nil
}

// share makes values known to all users from their next iteration on.
func (p *program) share(values map[string]any) {
	all := map[string]any{}
	maps.Copy(all, *p.shared.Load())
	maps.Copy(all, values)
	p.shared.Store(&all)
}

// hide makes secrets of the texts among some values.
func (p *program) hide(values map[string]any) {
	all := slices.Clone(*p.secrets.Load())
	for _, v := range values {
		if text, ok := v.(string); ok && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	p.secrets.Store(&all)
}
