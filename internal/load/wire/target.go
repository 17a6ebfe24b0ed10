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

// Follow is the path and query that a Location leads to from another path; false: it leads out of the target, or nowhere.
func (t Target) Follow(path, location string) (string, bool) {
	base := &url.URL{Scheme: "http", Host: t.Host}
	if t.TLS != nil {
		base.Scheme = "https"
	}
	from, err := base.Parse(path)
	if err != nil {
		return "", false
	}
	to, err := from.Parse(location)
	if err != nil || to.Scheme != base.Scheme || !strings.EqualFold(NewTarget(to).Addr, NewTarget(base).Addr) {
		return "", false
	}
	to.RawQuery = strings.ReplaceAll(to.RawQuery, " ", "%20") // the one character that the parser leaves, and no request may have
	return to.RequestURI(), true
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
