package load

import (
	"sync"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// dispatch hands the arrivals of the open model to slots, each a connection with one request in flight.
//
// One free slot at a time is the leader: it waits for the next arrival, lets another free slot take over the lead, and sends.
// The slot freed last leads first, so that no more connections are warm than the load needs, as with a server's real clients.
// With all slots busy there is no leader, and the slot that becomes free first takes the arrival that has been waiting.
type dispatch struct {
	e        *engine
	arrivals *arrivals
	wait     func(time.Duration) bool // false: the load was stopped

	mu      sync.Mutex
	idle    []chan struct{} // free slots, waiting to lead
	slots   int             // started so far
	leading bool
	over    bool
	running sync.WaitGroup
}

// open runs the open model until the end, or until wait says that the load was stopped, and waits for the requests in flight.
func (e *engine) open(wait func(time.Duration) bool) {
	d := &dispatch{e: e, wait: wait, arrivals: newArrivals(levels(e.load), e.load.Poisson, e.seed)}
	d.mu.Lock()
	d.promote()
	d.mu.Unlock()
	d.running.Wait()
}

// promote makes a free slot the leader, a new one if need be, or leaves the lead open. Called with mu held.
func (d *dispatch) promote() {
	d.leading = true
	switch {
	case len(d.idle) > 0:
		last := len(d.idle) - 1
		d.idle[last] <- struct{}{} // has room for one, and only its own slot empties it
		d.idle = d.idle[:last]
	case d.slots < d.e.load.MaxInFlight:
		number := d.slots
		d.slots++
		d.running.Go(func() { d.slot(number) })
	default:
		d.leading = false
	}
}

func (d *dispatch) slot(number int) {
	u, conn := d.e.worker(number)
	lead := make(chan struct{}, 1)
	for waited := false; ; {
		free := d.e.clock()
		due, ok := d.await()
		if !ok {
			return
		}
		m := bench.Measurement{Open: true, Intended: due, Delayed: waited && due < free}
		d.e.iterate(u, conn, number, m)
		if waited, ok = d.rejoin(lead); !ok {
			return
		}
	}
}

// await is called by the leader. It returns when an arrival is due and the lead is handed on; false: no more will come.
func (d *dispatch) await() (due time.Duration, ok bool) {
	due, ok = d.arrivals.next()
	if wait := due - d.e.clock(); ok && wait > 0 {
		ok = d.wait(wait)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !ok {
		d.over = true
		for _, lead := range d.idle {
			close(lead)
		}
		d.idle = nil
		return 0, false
	}
	d.promote()
	return due, true
}

// rejoin is called by a slot that has become free. It returns when the slot leads; false: no more arrivals will come.
// waited says that the lead was open: the next arrival, if it is due already, found no free slot.
func (d *dispatch) rejoin(lead chan struct{}) (waited, ok bool) {
	d.mu.Lock()
	if d.over {
		d.mu.Unlock()
		return false, false
	}
	if !d.leading {
		d.leading = true
		d.mu.Unlock()
		return true, true
	}
	d.idle = append(d.idle, lead)
	d.mu.Unlock()
	_, ok = <-lead
	return false, ok
}
