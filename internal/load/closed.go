package load

import (
	"runtime"
	"sync"

	"github.com/tidemark/tidemark/bench"
)

// closed runs the closed model: each user sends, waits for the answer, thinks, and sends again, until the end.
func (e *engine) closed() {
	var users sync.WaitGroup
	ramps := levels(e.load)
	for i := range e.load.MostUsers() {
		users.Go(func() {
			u, conn := e.worker(i)
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
				e.pause(u.pause(e.load.Think))
			}
		})
	}
	users.Wait()
}
