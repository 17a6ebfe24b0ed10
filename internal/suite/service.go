package suite

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// UnmarshalYAML takes a path, or a mapping of path and timeout.
func (r *readyFile) UnmarshalYAML(node ast.Node) error {
	if _, isScalar := node.(ast.ScalarNode); isScalar {
		return r.Path.UnmarshalYAML(node)
	}
	type plain readyFile // without this method
	return yaml.NodeToValue(node, (*plain)(r), yaml.Strict())
}

func (d *document) service(f *serviceFile) *bench.Service {
	if f == nil {
		return nil
	}
	s := &bench.Service{Ready: bench.Ready{Path: bench.DefaultReadyPath, Timeout: bench.DefaultReadyTimeout}}
	s.Build = d.commands(f.Build, errors.New("no port is chosen yet when it is built: write it in start, reset or env"))
	s.Prepare = d.commands(f.Prepare, errors.New("no port is chosen yet when it is prepared: write it in start, reset or env"))
	s.Start = d.commands(f.Start, nil)
	s.Reset = d.commands(f.Reset, nil)
	if len(s.Start) == 0 && len(d.faults) == 0 {
		d.atKey("service has no start: write the command that runs it, as `start: ./server --port ${service.port}`", "service")
	}
	d.use(f.Ready.Path, func(text string) error {
		if s.Ready.Path = bench.Text(text); !strings.HasPrefix(text, "/") || strings.ContainsAny(text, " \t\r\n#") {
			return fmt.Errorf("%q is no path: write one as /healthz", text)
		}
		return placeholders(s.Ready.Path)
	})
	d.use(f.Ready.Timeout, duration(&s.Ready.Timeout, 1))
	for _, name := range sorted(f.Env) {
		d.use(f.Env[name], func(text string) error {
			s.Env = append(s.Env, bench.Variable{Name: name, Value: bench.Text(text)})
			if !bench.IsVariable(name) {
				return fmt.Errorf("%q is no environment variable's name: write letters, digits and _", name)
			}
			return placeholders(bench.Text(text))
		})
	}
	return s
}

// commands reads lines for a shell. portless is what is wrong with one that holds the port; nil if it may.
func (d *document) commands(lines values, portless error) (texts []bench.Text) {
	for _, line := range lines {
		d.use(line, func(text string) error {
			t := bench.Text(text)
			texts = append(texts, t)
			switch {
			case strings.TrimSpace(text) == "":
				return errors.New("is empty: write a command, or leave it out")
			case portless != nil && t.Has(bench.ServicePort):
				return portless
			}
			return placeholders(t)
		})
	}
	return texts
}

// placeholders says what is wrong with a text's placeholders.
func placeholders(t bench.Text) error {
	parts, err := t.Parts()
	for _, p := range parts {
		if name, ok := p.Placeholder.Env(); ok {
			err = errors.Join(err, bench.NotOurs(name))
		}
	}
	if unknown, ok := errors.AsType[bench.UnknownPlaceholder](err); ok {
		known := make([]string, 0, len(bench.Placeholders))
		for _, p := range bench.Placeholders {
			known = append(known, string(p))
		}
		return fmt.Errorf("%w%s", err, template.DidYouMean(string(unknown), known))
	}
	return err
}
