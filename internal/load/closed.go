package load

import (
	"runtime"
	"sync"

	"github.com/tidemark/tidemark/bench"
)

// closed runs the closed model: each user sends, waits for the answer, thinks, and sends again, until the end.
func (e *engine) closed() {
	var users sync.WaitGroup
	ramps := levels(e.program.scenario.Load)
	for i := range e.program.scenario.Load.MostUsers() {
		users.Go(func() {
			u, conn := newUser(e.program, e.program.steps, e.seed, uint64(i)), e.connect()
			defer conn.Close()
			for !e.stopped.Load() {
				now := e.clock()
				at, ever := active(ramps, i, now)
				if !ever {
					return
				}
				if at > now {
					e.pause(at - now)
					continue
				}
				e.iterate(u, conn, i, bench.Measurement{Intended: now})
				if u.x.Answer.Outcome == bench.Refused {
					runtime.Gosched() // a dead target answers at once: let others run
				}
				e.pause(u.pause(e.program.scenario.Load.Think))
			}
		})
	}
	users.Wait()
}
