package load

import (
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// iterate carries one iteration of a user out: each step, until one fails or the load ends. m is when and why the first one is due.
func (e *engine) iterate(u *user, conn wire.Conn, worker int, m bench.Measurement) {
	for u.begin(); e.send(u, conn, worker, m) && u.advance(); {
		think := u.steps[u.at-1].source.Think
		if !e.pause(u.pause(think)) || e.clock() >= e.end {
			return
		}
		m = bench.Measurement{Intended: e.clock()}
	}
}

// renderRest is how long a user waits who could not say what to send: the next try would fail as fast.
const renderRest = 10 * time.Millisecond

// send sends the user's step, follows redirects, and records what came of it. It reports whether all was well.
func (e *engine) send(u *user, conn wire.Conn, worker int, m bench.Measurement) bool {
	a := &u.x.Answer
	u.mark = e.program.mark
	if m.Intended >= e.load.Warmup {
		u.mark |= measuring
	}
	if err := u.render(); err != nil {
		m.Sent = e.clock()
		m.Done, m.Outcome = m.Sent, bench.BadExpectation
		e.recorder.record(worker, m, u)
		e.recorder.failed(m.Outcome, u.why(err))
		e.pause(renderRest)
		return false
	}
	e.exchange(u, conn)
	outcome, err := u.take()
	m.Sent, m.FirstByte, m.Done, m.Status, m.Size, m.Outcome = a.Sent, a.FirstByte, a.Done, a.Status, a.Size, outcome
	e.recorder.record(worker, m, u)
	if outcome != bench.OK {
		e.recorder.failed(outcome, func() string { return u.why(err)() })
	}
	return outcome == bench.OK
}

// exchange sends the user's request, and follows redirects: the time of all counts as one.
func (e *engine) exchange(u *user, conn wire.Conn) {
	conn.Do(&u.x)
	sent := u.x.Answer.Sent
	for range e.load.Redirects {
		if !u.redirect() {
			return
		}
		conn.Do(&u.x)
		u.x.Answer.Sent = sent
	}
}

// pause waits for d; false: the load was stopped meanwhile.
func (e *engine) pause(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(min(d, max(e.end-e.clock(), 0)))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-e.stop:
		return false
	}
}
