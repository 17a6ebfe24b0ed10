package load

import (
	"context"
	"sync/atomic"

	"github.com/tidemark/tidemark/internal/load/http1"
	"github.com/tidemark/tidemark/internal/load/http2"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// connector agrees on a protocol with the target, and returns what gives each user a connection that speaks it. At most limit
// connections are open at a time; 0: one for each user.
func connector(ctx context.Context, target wire.Target, limit int, clock wire.Clock) (func() wire.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	nc, protocol, err := target.Dial(ctx, wire.HTTP2, wire.HTTP1)
	if err != nil {
		return nil, err
	}
	_ = nc.Close() // nothing was sent
	switch {
	case protocol == wire.HTTP2 && limit == 0:
		return func() wire.Conn { return http2.New(http2.NewLink(target), clock) }, nil
	case protocol == wire.HTTP2:
		links := make([]*http2.Link, limit)
		for i := range links {
			links[i] = http2.NewLink(target)
		}
		var next atomic.Int64
		return func() wire.Conn { return http2.New(links[int(next.Add(1))%limit], clock) }, nil
	case limit == 0:
		return func() wire.Conn { return http1.New(target, clock) }, nil
	}
	p := &pool{free: make(chan *http1.Conn, limit)}
	for range limit {
		p.free <- http1.New(target, clock)
	}
	return func() wire.Conn { p.users.Add(1); return p }, nil
}

// A pool is connections that users take turns with. A user waits for a free one with the clock of its response time running.
type pool struct {
	free  chan *http1.Conn
	users atomic.Int64
}

// Do implements wire.Conn.
func (p *pool) Do(x *wire.Exchange) {
	c := <-p.free
	c.Do(x)
	p.free <- c
}

// Close implements wire.Conn. The last user closes the connections.
func (p *pool) Close() {
	if p.users.Add(-1) > 0 {
		return
	}
	for range cap(p.free) {
		c := <-p.free
		c.Close()
		p.free <- http1.New(wire.Target{}, nil) // stands for one that is closed
	}
}
