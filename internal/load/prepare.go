package load

import (
	"context"
	"fmt"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A PrepareError is a connection, a login or a set-up that did not succeed: the scenario could not begin.
type PrepareError struct {
	Stage string // "connecting", "login" or "set-up"
	Why   string
}

func (e *PrepareError) Error() string { return fmt.Sprintf("%s failed: %s", e.Stage, e.Why) }

// sequence sends steps once, one after another, and returns what they saved, or why one failed.
func (e *engine) sequence(ctx context.Context, steps []step) (saved map[string]any, why string) {
	conn := e.connect()
	defer conn.Close()
	defer context.AfterFunc(ctx, conn.Close)()
	u := newUser(e.program, steps, e.seed, 0)
	u.saved = map[string]any{}
	for u.begin(); ; {
		err := u.render()
		outcome := bench.BadExpectation
		if err == nil {
			e.exchange(u, conn)
			outcome, err = u.take()
		}
		if outcome != bench.OK {
			return u.saved, u.why(err)()
		}
		if !u.advance() {
			return u.saved, ""
		}
	}
}

// login sends the login, and makes what it saved known to all. What it saved is a secret.
func (e *engine) login(ctx context.Context) error {
	saved, why := e.sequence(ctx, e.program.login)
	if why != "" {
		return &PrepareError{"login", why}
	}
	e.program.hide(saved)
	e.program.share(saved)
	return nil
}

// prepare logs in and sets up.
func (e *engine) prepare(ctx context.Context) error {
	if e.program.login != nil {
		if err := e.login(ctx); err != nil {
			return err
		}
	}
	if e.program.setup == nil {
		return nil
	}
	saved, why := e.sequence(ctx, e.program.setup)
	if why != "" {
		return &PrepareError{"set-up", why}
	}
	e.program.share(saved)
	return nil
}

// leastBetweenLogins keeps a target that answers 401 to everything from being asked for tokens all the time.
const leastBetweenLogins = time.Second

// keepLoggedIn logs in again when it is time, or when an answer says so. A login that fails leaves the old token in use: the
// measurement shows what comes of it.
func (e *engine) keepLoggedIn(ctx context.Context, over <-chan struct{}) {
	var due <-chan time.Time
	if r := e.program.scenario.Auth.Login.Refresh; r > 0 {
		tick := time.NewTicker(r)
		defer tick.Stop()
		due = tick.C
	}
	rest := time.NewTimer(leastBetweenLogins)
	defer rest.Stop()
	for {
		select {
		case <-over:
			return
		case <-due:
		case <-e.program.refresh:
			select {
			case <-over:
				return
			case <-rest.C:
			}
		}
		if err := e.login(ctx); err != nil {
			e.note(err.Error())
		}
		select {
		case <-e.program.refresh: // of an answer to the old token
		default:
		}
		rest.Reset(leastBetweenLogins)
	}
}
