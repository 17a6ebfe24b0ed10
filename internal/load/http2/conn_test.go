package http2

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func clock() wire.Clock {
	start := time.Now()
	return func() time.Duration { return time.Since(start) + 1 }
}

func serve(t *testing.T, h http.HandlerFunc) (*httptest.Server, wire.Target) {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	target := wire.NewTarget(u)
	target.TLS = &tls.Config{InsecureSkipVerify: true} // the test server's own certificate
	return srv, target
}

func exchange(method, path, body string) *wire.Exchange {
	return &wire.Exchange{Request: wire.Request{Method: method, Path: []byte(path), Body: []byte(body), Timeout: 5 * time.Second, MaxBody: 1 << 20,
		KeepBody: true, KeepHeaders: true, TraceParent: []byte("tp"), Headers: []wire.Header{{Name: "X-Mine", Value: []byte("a")}}}}
}

func TestDo(t *testing.T) {
	_, target := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Seen", r.Proto+r.Header.Get("X-Mine")+r.Header.Get("Traceparent")+r.URL.RequestURI())
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.Copy(w, r.Body)
	})
	c := New(NewLink(target), clock())
	defer c.Close()
	for _, body := range []string{"", "hello", strings.Repeat("x", 100_000)} {
		x := exchange("POST", "/a%2Fb?c=%20d", body)
		c.Do(x)
		a := x.Answer
		if a.Outcome != bench.OK || a.Status != http.StatusTeapot || string(a.Body) != body || a.Size != int64(len(body)) {
			t.Errorf("%d bytes: %v %v, status %d, %d back", len(body), a.Outcome, a.Err, a.Status, a.Size)
		}
		if a.Sent > a.FirstByte || a.FirstByte > a.Done {
			t.Errorf("times out of order: %v %v %v", a.Sent, a.FirstByte, a.Done)
		}
		seen := ""
		for _, h := range a.Headers {
			if h.Name == "X-Seen" {
				seen = string(h.Value)
			}
		}
		if seen != "HTTP/2.0atp/a%2Fb?c=%20d" {
			t.Errorf("the server saw %q", seen)
		}
	}
}

func TestOutcomes(t *testing.T) {
	release := make(chan struct{})
	srv, target := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			<-release
		case "/large":
			_, _ = w.Write(make([]byte, 2<<20))
		case "/abort":
			panic(http.ErrAbortHandler)
		}
	})
	defer close(release)
	c := New(NewLink(target), clock())
	defer c.Close()
	for path, want := range map[string]bench.Outcome{"/slow": bench.Timeout, "/large": bench.TooLarge, "/abort": bench.Reset, "/": bench.OK} {
		x := exchange("GET", path, "")
		if path == "/slow" {
			x.Request.Timeout = 50 * time.Millisecond
		}
		if c.Do(x); x.Answer.Outcome != want {
			t.Errorf("%s: %v (%v), want %v", path, x.Answer.Outcome, x.Answer.Err, want)
		}
	}
	// The server ends the connection: the next request, or at the latest the one after it, opens another.
	srv.CloseClientConnections()
	x := exchange("GET", "/", "")
	c.Do(x)
	if c.Do(x); x.Answer.Outcome != bench.OK {
		t.Errorf("after the connection's end: %v (%v)", x.Answer.Outcome, x.Answer.Err)
	}
	target.TLS.InsecureSkipVerify = false
	strict := New(NewLink(target), clock())
	defer strict.Close()
	if strict.Do(x); x.Answer.Outcome != bench.TLSFailure {
		t.Errorf("an unknown certificate: %v (%v)", x.Answer.Outcome, x.Answer.Err)
	}
	target.Addr = "127.0.0.1:1"
	refused := New(NewLink(target), clock())
	defer refused.Close()
	if refused.Do(x); x.Answer.Outcome != bench.Refused {
		t.Errorf("a closed port: %v (%v)", x.Answer.Outcome, x.Answer.Err)
	}
}
