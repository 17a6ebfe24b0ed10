package load

import (
	"context"
	"sync/atomic"

	"github.com/tidemark/tidemark/internal/load/http1"
	"github.com/tidemark/tidemark/internal/load/http2"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// connector agrees on a protocol with the target, and returns what gives each user a connection that speaks it, and what closes
// those that users share. At most limit connections are open at a time; 0: one for each user.
func connector(ctx context.Context, target wire.Target, limit int, clock wire.Clock) (connect func() wire.Conn, closeShared func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	nc, protocol, err := target.Dial(ctx, wire.HTTP2, wire.HTTP1)
	if err != nil {
		return nil, nil, err
	}
	_ = nc.Close() // nothing was sent
	switch {
	case protocol == wire.HTTP2 && limit == 0:
		return func() wire.Conn { return http2.New(http2.NewLink(target), clock) }, func() {}, nil
	case protocol == wire.HTTP2:
		links := make([]*http2.Link, limit)
		for i := range links {
			links[i] = http2.NewLink(target)
		}
		var next atomic.Int64
		return func() wire.Conn { return http2.New(links[int(next.Add(1))%limit], clock) }, func() {}, nil // its last user closes a link
	case limit == 0:
		return func() wire.Conn { return http1.New(target, clock) }, func() {}, nil
	}
	p := make(pool, limit)
	for range limit {
		p <- http1.New(target, clock)
	}
	return func() wire.Conn { return p }, p.closeAll, nil
}

// A pool is connections that users take turns with. A user waits for a free one with the clock of its response time running.
type pool chan *http1.Conn

// Do implements wire.Conn.
func (p pool) Do(x *wire.Exchange) {
	c := <-p
	c.Do(x)
	p <- c
}

// Close implements wire.Conn. The connections are other users' too.
func (p pool) Close() {}

func (p pool) closeAll() {
	for range cap(p) {
		c := <-p
		c.Close()
	}
}
