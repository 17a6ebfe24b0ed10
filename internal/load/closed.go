package load

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/tidemark/tidemark/bench"
)

// closed runs the closed model: each user sends, waits for the answer, and sends again, until the end.
func (e *engine) closed(stopped *atomic.Bool) {
	var users sync.WaitGroup
	for i := range e.scenario.Load.Users {
		users.Go(func() {
			u, conn := newUser(e.scenario, e.seed, uint64(i)), e.connect()
			defer conn.Close()
			for !stopped.Load() {
				ready := e.clock()
				if ready >= e.end {
					return
				}
				u.next()
				conn.Do(&u.x)
				e.took(u, i, bench.Measurement{Intended: ready})
				if u.x.Answer.Outcome == bench.Refused {
					runtime.Gosched() // a dead target answers at once: let others run
				}
			}
		})
	}
	users.Wait()
}
