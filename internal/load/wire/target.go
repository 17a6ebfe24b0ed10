package wire

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"strings"
)

// The protocols that are negotiated with a target.
const (
	HTTP1 = "http/1.1"
	HTTP2 = "h2"
)

// A Target is where connections go.
type Target struct {
	Addr string      // host:port
	Host string      // the Host header
	TLS  *tls.Config // nil: plain
}

// NewTarget is the target of a base URL.
func NewTarget(u *url.URL) Target {
	t := Target{Addr: u.Host, Host: u.Host}
	port := "80"
	if u.Scheme == "https" {
		t.TLS, port = &tls.Config{ServerName: u.Hostname()}, "443"
	}
	if u.Port() == "" {
		t.Addr = net.JoinHostPort(u.Hostname(), port)
	}
	return t
}

// Holds reports whether a URL leads to the target too.
func (t Target) Holds(u *url.URL) bool {
	other := NewTarget(u)
	return strings.EqualFold(other.Addr, t.Addr) && (u.Scheme == "https") == (t.TLS != nil)
}

// Dial connects, and returns the connection and the protocol that was agreed on: one of those offered, or HTTP/1.1 where the
// connection is plain.
func (t Target) Dial(ctx context.Context, offered ...string) (net.Conn, string, error) {
	nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.Addr)
	if err != nil || t.TLS == nil {
		return nc, HTTP1, err
	}
	config := t.TLS.Clone()
	config.NextProtos = offered
	tc := tls.Client(nc, config)
	if err := tc.HandshakeContext(ctx); err != nil {
		_ = nc.Close() // the handshake's error is the one that matters
		return nil, "", &HandshakeError{err}
	}
	if tc.ConnectionState().NegotiatedProtocol == HTTP2 {
		return tc, HTTP2, nil
	}
	return tc, HTTP1, nil
}
