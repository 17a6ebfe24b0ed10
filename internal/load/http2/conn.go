// Package http2 carries exchanges over HTTP/2, negotiated over TLS.
//
// Each user has a connection of its own, as a browser or a mobile client has; with a limit on connections, users share them and
// their requests are streams side by side.
package http2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/tidemark/tidemark/internal/load/wire"
)

// A Link is one connection. It opens itself, and again when the server has ended it.
type Link struct {
	target    wire.Target
	transport *http.Transport

	mu   sync.Mutex
	conn *http.ClientConn
	used int // by so many Conns
}

var errNoLonger = errors.New("HTTP/2 was agreed on before, and now is not")

// NewLink returns a Link that is not yet open.
func NewLink(target wire.Target) *Link {
	protocols := new(http.Protocols)
	protocols.SetHTTP2(true)
	return &Link{target: target, transport: &http.Transport{DisableCompression: true, Protocols: protocols,
		DialTLSContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			nc, protocol, err := target.Dial(ctx, wire.HTTP2)
			if err == nil && protocol != wire.HTTP2 {
				return nil, errors.Join(&wire.HandshakeError{Err: errNoLonger}, nc.Close())
			}
			return nc, err
		}}}
}

// ready is the connection, opened if need be.
func (l *Link) ready(ctx context.Context) (*http.ClientConn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil && l.conn.Err() == nil {
		return l.conn, nil
	}
	var err error
	l.conn, err = l.transport.NewClientConn(ctx, "https", l.target.Addr)
	return l.conn, err
}

// A Conn is a wire.Conn over a Link.
type Conn struct {
	link   *Link
	clock  wire.Clock
	ctx    context.Context
	cancel context.CancelFunc
	close  sync.Once
}

// New returns a Conn over a link, which may be shared.
func New(link *Link, clock wire.Clock) *Conn {
	link.mu.Lock()
	link.used++
	link.mu.Unlock()
	c := &Conn{link: link, clock: clock}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Close implements wire.Conn. The last one closes the link.
func (c *Conn) Close() {
	c.close.Do(func() {
		c.cancel()
		c.link.mu.Lock()
		defer c.link.mu.Unlock()
		if c.link.used--; c.link.used == 0 && c.link.conn != nil {
			_ = c.link.conn.Close() // nothing to lose any more
		}
	})
}

// Do implements wire.Conn.
func (c *Conn) Do(x *wire.Exchange) {
	a := &x.Answer
	a.Reset()
	a.Sent = c.clock()
	ctx, cancel := context.WithTimeout(c.ctx, x.Request.Timeout)
	defer cancel()
	err := c.do(ctx, x)
	if ctx.Err() != nil && err != nil { // the stream's own error says less
		err = ctx.Err()
	}
	a.Done = c.clock()
	a.Outcome, a.Err = wire.Classify(err), err
}

func (c *Conn) do(ctx context.Context, x *wire.Exchange) error {
	conn, err := c.link.ready(ctx)
	if err != nil {
		return err
	}
	request := c.request(ctx, &x.Request)
	x.Answer.Sent = c.clock()
	answer, err := conn.RoundTrip(request) //nolint:bodyclose // closeBody does
	if err != nil {
		return err
	}
	x.Answer.FirstByte, x.Answer.Status = c.clock(), answer.StatusCode
	for _, v := range answer.Header["Server-Timing"] {
		x.Answer.ServerTiming = wire.Note(x.Answer.ServerTiming, []byte(v))
	}
	for _, v := range answer.Header["Retry-After"] {
		x.Answer.RetryAfter = wire.Note(x.Answer.RetryAfter, []byte(v))
	}
	if x.Request.KeepHeaders {
		for name, values := range answer.Header {
			for _, v := range values {
				x.Answer.Headers = append(x.Answer.Headers, wire.Header{Name: name, Value: []byte(v)})
			}
		}
	}
	err = read(answer.Body, x)
	return errors.Join(err, closeBody(answer.Body, err))
}

func (c *Conn) request(ctx context.Context, r *wire.Request) *http.Request {
	path, query, _ := strings.Cut(string(r.Path), "?")
	plain, err := url.PathUnescape(path)
	if err != nil {
		plain = path
	}
	out := &http.Request{Method: r.Method, Host: c.link.target.Host, Header: make(http.Header, len(r.Headers)+1),
		URL: &url.URL{Scheme: "https", Host: c.link.target.Addr, Path: plain, RawPath: path, RawQuery: query}}
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, "host") {
			out.Host = string(h.Value)
			continue
		}
		out.Header.Add(h.Name, string(h.Value))
	}
	if len(r.TraceParent) > 0 {
		out.Header.Set("traceparent", string(r.TraceParent))
	}
	if len(r.Body) > 0 {
		out.ContentLength = int64(len(r.Body))
		out.Body = io.NopCloser(bytes.NewReader(bytes.Clone(r.Body))) // an answer may come, and the buffer be used again, before all is sent
	}
	return out.WithContext(ctx)
}

// buffers are shared: a user has no need of one while it waits.
var buffers = sync.Pool{New: func() any { return new([16 << 10]byte) }}

func read(body io.Reader, x *wire.Exchange) error {
	buffer := buffers.Get().(*[16 << 10]byte)
	defer buffers.Put(buffer)
	for {
		n, err := body.Read(buffer[:])
		if x.Answer.Size += int64(n); x.Answer.Size > x.Request.MaxBody {
			return wire.ErrTooLarge
		}
		if x.Request.KeepBody {
			x.Answer.Body = append(x.Answer.Body, buffer[:n]...)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// closeBody ends the stream. After an error of its own there is nothing to add.
func closeBody(body io.Closer, err error) error {
	if e := body.Close(); e != nil && err == nil {
		return fmt.Errorf("end of stream: %w", e)
	}
	return nil
}
