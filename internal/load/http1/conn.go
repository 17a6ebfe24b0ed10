// Package http1 carries exchanges over HTTP/1.1 with keep-alive, plain or over TLS.
//
// It writes and parses the protocol itself: a load generator spends its time here, and a general client's redirects,
// cookie jars and goroutines would be measured along with the server.
package http1

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tidemark/tidemark/internal/load/wire"
)

// A Conn is a wire.Conn over HTTP/1.1. It opens itself at the first Do, and again whenever the server has closed it.
type Conn struct {
	target wire.Target
	clock  wire.Clock
	out    []byte
	in     *bufio.Reader
	used   time.Duration // until then, last

	mu     sync.Mutex // guards nc and closed against Close
	nc     net.Conn
	closed bool
}

// New returns a Conn that is not yet open.
func New(target wire.Target, clock wire.Clock) *Conn {
	return &Conn{target: target, clock: clock, in: bufio.NewReaderSize(nil, 4096)}
}

var errClosed = errors.New("closed by the generator")

// Do implements wire.Conn.
func (c *Conn) Do(x *wire.Exchange) {
	c.out = c.encode(c.out[:0], &x.Request)
	reused := c.nc != nil
	err := c.try(x)
	// A server may close an idle connection at any time. When it did so just as we wrote, not one byte came back, and the
	// request may be repeated: RFC 9112, section 9.3.1.
	if err != nil && reused && x.Answer.FirstByte == 0 && idempotent(x.Request.Method) && !wire.IsTimeout(err) {
		err = c.try(x)
	}
	c.used = c.clock()
	x.Answer.Done = c.used
	x.Answer.Outcome, x.Answer.Err = wire.Classify(err), err
}

func (c *Conn) try(x *wire.Exchange) error {
	a := &x.Answer
	a.Reset()
	a.Sent = c.clock()
	if c.nc != nil && c.idle(a.Sent) && ended(c.nc) {
		c.drop()
	}
	if c.nc == nil {
		if err := c.open(x.Request.Timeout); err != nil {
			return err
		}
		a.Sent = c.clock()
	}
	_ = c.nc.SetDeadline(time.Now().Add(x.Request.Timeout)) // a closed connection fails in Write
	_, err := c.nc.Write(c.out)
	keep := false
	if err == nil {
		keep, err = c.read(x)
	}
	if err != nil || !keep {
		c.drop()
	}
	return err
}

// longIdle is how long a connection may be idle before it is looked at again. Servers wait longer before they end it.
const longIdle = time.Second

// idle reports whether the connection was long. A clock that has begun anew does not tell.
func (c *Conn) idle(now time.Duration) bool { return now < c.used || now-c.used > longIdle }

func (c *Conn) open(timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	nc, _, err := c.target.Dial(ctx, wire.HTTP1)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		_ = nc.Close()
		return errClosed
	}
	c.nc = nc
	c.in.Reset(nc)
	return nil
}

func (c *Conn) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.nc != nil {
		_ = c.nc.Close() // nothing to lose any more
		c.nc = nil
	}
}

// Close implements wire.Conn.
func (c *Conn) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.nc != nil {
		_ = c.nc.Close() // nothing to lose any more
	}
}

func (c *Conn) encode(b []byte, r *wire.Request) []byte {
	b = append(append(append(append(b, r.Method...), ' '), r.Path...), " HTTP/1.1\r\n"...)
	if !slices.ContainsFunc(r.Headers, func(h wire.Header) bool { return strings.EqualFold(h.Name, "host") }) {
		b = append(append(append(b, "Host: "...), c.target.Host...), "\r\n"...)
	}
	if len(r.TraceParent) > 0 {
		b = append(append(append(b, "traceparent: "...), r.TraceParent...), "\r\n"...)
	}
	for _, h := range r.Headers {
		b = append(append(append(append(b, h.Name...), ": "...), h.Value...), "\r\n"...)
	}
	if len(r.Body) > 0 || r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch {
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), int64(len(r.Body)), 10), "\r\n"...)
	}
	return append(append(b, "\r\n"...), r.Body...)
}

func idempotent(method string) bool {
	return slices.Contains([]string{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}, method)
}
