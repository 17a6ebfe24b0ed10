package suite

import (
	"errors"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// auth reads what proves who sends, but for the header's value: set-up and data may give it. It returns the names that login saves.
func (d *document) auth(a *bench.Auth, f authFile) template.Names {
	if f.Login == nil {
		return nil
	}
	a.Login = &bench.Login{Step: d.step(f.Login.Step, nil)}
	d.use(f.Login.Refresh, duration(&a.Login.Refresh, 1))
	var names template.Names
	for _, save := range a.Login.Step.Save {
		names = names.With(save.Name)
	}
	if len(names) == 0 && len(d.faults) == 0 {
		d.atKey("login saves nothing: write what its answer gives, as `save: {token: $.token}`", "auth", "login")
	}
	return names
}

// checkHeader reads the header's value.
func (d *document) checkHeader(a *bench.Auth, f authFile, names template.Names) {
	set := func(at value, name, source string) {
		if a.Header.Name != "" {
			d.at(at.line, at.column, "a request proves who sends it in one way: keep one of bearer, basic and header")
		}
		a.Header = bench.Field{Name: name, Value: d.template(at, source, template.Header, names)}
	}
	d.use(f.Bearer, func(text string) error { set(f.Bearer, "Authorization", "Bearer "+text); return nil })
	if b := f.Basic; b != nil {
		d.use(b.User, func(user string) error {
			if !b.Password.set() {
				return errors.New("basic has a user and a password")
			}
			a.Basic = true
			set(b.User, "Authorization", user+":"+d.lifted.restore(b.Password.text))
			return nil
		})
	}
	if h := f.Header; h != nil {
		d.use(h.Name, func(name string) error {
			if !h.Value.set() {
				return errors.New("header has a name and a value")
			}
			set(h.Value, name, d.lifted.restore(h.Value.text))
			return bench.Field{Name: name, Value: d.lifted.restore(h.Value.text)}.Check()
		})
	}
	if a.Login != nil && a.Header.Name == "" && len(d.faults) == 0 {
		name := a.Login.Step.Save[0].Name
		d.atKey("login saves "+name+", but nothing sends it: write `bearer: ${"+name+"}` beside it", "auth", "login")
	}
}
