package template

import (
	"math/rand/v2"

	"github.com/expr-lang/expr/vm"
)

// A Scope is what expressions of one user see. It is not safe for concurrent use.
type Scope struct {
	values map[string]any
	rng    *rand.Rand
	vm     vm.VM
}

// NewScope returns a scope whose random choices are those of rng.
func NewScope(rng *rand.Rand) *Scope {
	s := &Scope{values: map[string]any{}, rng: rng}
	for name, f := range functions {
		s.values[name] = func(args ...any) any { return f(s.rng, args) }
	}
	return s
}

// Set gives a name its value: what encoding/json decodes to, or a row as map[string]any.
func (s *Scope) Set(name string, v any) { s.values[name] = v }

// Get is the value of a name; nil: it has none.
func (s *Scope) Get(name string) any { return s.values[name] }
