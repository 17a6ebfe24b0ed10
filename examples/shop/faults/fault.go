// Package faults holds the mistakes that the shop can be given, and switches them while it runs.
//
// Its stance: a fault lives in the package of the code it spoils, beside the healthy version, and is written as a developer
// would write it. This package knows only its name and its switch.
package faults

import (
	"context"
	"sync/atomic"
)

// A Fault is one mistake. It is off until it is turned on.
type Fault struct {
	Name      string
	Endpoints []string // the routes that get slow
	Mistake   string   // what was done wrong, in a sentence

	// Apply is for a mistake that lies elsewhere than in code, which asks On: in a schema, for instance. Turning the fault to
	// what it is already is no error.
	Apply func(ctx context.Context, on bool) error

	on atomic.Bool
}

// On reports whether the code is to make the mistake.
func (f *Fault) On() bool { return f.on.Load() }

// turn makes code ask for what Apply did only after it was done, and no more before it is undone.
func (f *Fault) turn(ctx context.Context, on bool) error {
	if !on {
		f.on.Store(false)
	}
	if f.Apply != nil {
		if err := f.Apply(ctx, on); err != nil {
			return err
		}
	}
	f.on.Store(on)
	return nil
}
