package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load"
)

// A controller measures a plan's control in pieces, over the same connections. A nil one measures nothing.
type controller struct {
	scenario *bench.Scenario
	session  *load.Session // nil: it could not be prepared, and the control's notes say why
	control  *bench.Control
	each     func(Progress)
}

// openControl prepares the control. One that cannot be prepared stops no run: what it would have told is missing, and told to be.
func openControl(ctx context.Context, target *url.URL, s *bench.Scenario, env map[string]string, each func(Progress)) (*controller, error) {
	if s == nil {
		return nil, nil //nolint:nilnil // a nil controller is one that measures nothing
	}
	c := &controller{scenario: s, control: bench.NewControl(*s), each: each}
	session, err := load.Open(ctx, target, s, env)
	if failed, ok := errors.AsType[*load.PrepareError](err); ok {
		c.control.Notes = append(c.control.Notes, failed.Error())
		return c, nil
	}
	c.session = session
	return c, err
}

// measure measures a piece, before a scenario or with an empty id at the end.
func (c *controller) measure(ctx context.Context, before string) (err error) {
	if c == nil || c.session == nil || ctx.Err() != nil {
		return nil
	}
	started := time.Now().UTC()
	l := c.scenario.Load
	rec, err := c.session.Measure(ctx, l.Warmup, l.Duration, func(p load.Progress) { c.each(Progress{c.scenario, p}) })
	if err != nil {
		return err
	}
	c.control.Add(before, started, rec.Slices)
	for _, n := range rec.Notes {
		c.note(n)
	}
	return nil
}

// note adds to the control's notes, once.
func (c *controller) note(text string) {
	for _, n := range c.control.Notes {
		if n == text {
			return
		}
	}
	c.control.Notes = append(c.control.Notes, text)
}

// close ends the control and returns what it measured.
func (c *controller) close(ctx context.Context) *bench.Control {
	if c == nil {
		return nil
	}
	if c.session != nil {
		if err := c.session.Close(ctx); err != nil {
			c.note(err.Error())
		}
	}
	if n := c.control; n.Requests > 0 && n.Requests == n.Errors {
		c.note(fmt.Sprintf("all of its %d requests failed: it says nothing of the machine", n.Requests))
	}
	return c.control
}
