package load

import (
	"slices"
	"sync"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// connectRest is how long a user waits who got no connection: the next try would fail as fast, and a dead target would take all of the
// machine.
const connectRest = 10 * time.Millisecond

var notConnected = []bench.Outcome{bench.Refused, bench.DNSFailure, bench.TLSFailure}

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
				if slices.Contains(notConnected, u.x.Answer.Outcome) {
					e.pause(connectRest)
				}
				e.pause(u.pause(e.load.Think))
			}
		})
	}
	users.Wait()
}
