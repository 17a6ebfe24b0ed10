package faults

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// A Board is the faults of one shop.
type Board struct {
	faults []*Fault
	mu     sync.Mutex // one switch at a time: a schema cannot be changed twice at once
}

// NewBoard makes a board of faults, all of them off.
func NewBoard(faults ...*Fault) *Board { return &Board{faults: faults} }

// Turn switches the fault with a name. It returns an *UnknownError if there is none.
func (b *Board) Turn(ctx context.Context, name string, on bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		if f.Name == name {
			if err := f.turn(ctx, on); err != nil {
				return fmt.Errorf("fault %s: %w", name, err)
			}
			return nil
		}
	}
	return &UnknownError{Name: name, Known: b.names()}
}

// Clear switches every fault off.
func (b *Board) Clear(ctx context.Context) error {
	for _, name := range b.names() {
		if err := b.Turn(ctx, name, false); err != nil {
			return err
		}
	}
	return nil
}

func (b *Board) names() []string {
	names := make([]string, len(b.faults))
	for i, f := range b.faults {
		names[i] = f.Name
	}
	return names
}

// An UnknownError says that no fault has the name.
type UnknownError struct {
	Name  string
	Known []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("no fault %q; there are %s", e.Name, strings.Join(e.Known, ", "))
}
