package shop

import (
	"net"
	"net/http"
	"sync"
)

// newcomers are connections that have not said anything yet. Clients open them in advance, and http.Server.Shutdown takes each
// for a request in flight, for seconds.
type newcomers struct {
	mu      sync.Mutex
	waiting map[net.Conn]struct{}
	sent    bool // away: those that come later go too
}

// watch is an http.Server's ConnState.
func (n *newcomers) watch(conn net.Conn, state http.ConnState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(n.waiting, conn)
	case n.sent:
		_ = conn.Close() // as below
	default:
		n.waiting[conn] = struct{}{}
	}
}

// sendAway closes them all.
func (n *newcomers) sendAway() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sent = true
	for conn := range n.waiting {
		_ = conn.Close() // nothing was read or written
	}
}
