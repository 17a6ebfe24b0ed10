package http1

import (
	"bufio"
	"io"
	"net"
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

func get(path string) *wire.Exchange {
	return &wire.Exchange{Request: wire.Request{Method: "GET", Path: []byte(path), Timeout: 5 * time.Second, MaxBody: 1 << 20, KeepBody: true, KeepHeaders: true}}
}

func TestAgainstNetHTTP(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Seen", r.Header.Get("X-Mine")+r.Header.Get("Traceparent"))
		_, _ = io.WriteString(w, "hello")
	})
	mux.HandleFunc("/chunked", func(w http.ResponseWriter, _ *http.Request) {
		for range 3 {
			_, _ = io.WriteString(w, strings.Repeat("x", 5000))
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	mux.HandleFunc("/none", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for _, start := range []func(http.Handler) *httptest.Server{httptest.NewServer, httptest.NewTLSServer} {
		srv := start(mux)
		defer srv.Close()
		u, err := url.Parse(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		target := wire.NewTarget(u)
		if target.TLS != nil {
			target.TLS.InsecureSkipVerify = true // the test server's own certificate
		}
		c := New(target, clock())
		defer c.Close()

		x := get("/plain")
		x.Request.Headers = []wire.Header{{Name: "X-Mine", Value: []byte("a")}}
		x.Request.TraceParent = []byte("b")
		c.Do(x)
		if x.Answer.Outcome != bench.OK || string(x.Answer.Body) != "hello" || x.Answer.Status != 200 {
			t.Fatalf("plain: %+v", x.Answer)
		}
		if x.Answer.Headers[0].Name != "X-Seen" || string(x.Answer.Headers[0].Value) != "ab" {
			t.Errorf("headers did not arrive: %+v", x.Answer.Headers)
		}
		first := c.nc
		if x = get("/chunked"); true {
			c.Do(x)
		}
		if x.Answer.Size != 15000 || len(x.Answer.Body) != 15000 {
			t.Errorf("chunked: size %d, %v", x.Answer.Size, x.Answer.Err)
		}
		x = get("/echo")
		x.Request.Method, x.Request.Body = "POST", []byte("body")
		c.Do(x)
		if string(x.Answer.Body) != "body" {
			t.Errorf("echo: %q, %v", x.Answer.Body, x.Answer.Err)
		}
		x = get("/none")
		c.Do(x)
		if x.Answer.Status != 204 || x.Answer.Outcome != bench.OK {
			t.Errorf("204: %+v", x.Answer)
		}
		if c.nc != first {
			t.Error("the connection was not kept")
		}
		if a := x.Answer; a.Sent > a.FirstByte || a.FirstByte > a.Done {
			t.Errorf("times out of order: %v %v %v", a.Sent, a.FirstByte, a.Done)
		}
	}
}

// answering listens, and writes answer to each request before it closes the connection.
func answering(t *testing.T, answer string) wire.Target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(nc)); err == nil {
				_, _ = io.WriteString(nc, answer)
			}
			_ = nc.Close()
		}
	}()
	return wire.Target{Addr: l.Addr().String(), Host: "test"}
}

func TestOutcomes(t *testing.T) {
	for name, tc := range map[string]struct {
		answer string
		want   bench.Outcome
	}{
		"until close":             {"HTTP/1.0 200 OK\r\n\r\nhello", bench.OK},
		"interim":                 {"HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", bench.OK},
		"half a body":             {"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", bench.Reset},
		"half a head":             {"HTTP/1.1 200 OK\r\nContent-Le", bench.Reset},
		"nothing":                 {"", bench.Reset},
		"garbage":                 {"SSH-2.0-OpenSSH_9.2\r\n\r\n", bench.Malformed},
		"bad length":              {"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", bench.Malformed},
		"two lengths":             {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", bench.Malformed},
		"bad chunk":               {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", bench.Malformed},
		"endless headers":         {"HTTP/1.1 200 OK\r\n" + strings.Repeat("A: "+strings.Repeat("b", 1000)+"\r\n", 100), bench.Malformed},
		"too large":               {"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", bench.TooLarge},
		"a chunk beyond all sums": {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n7fffffffffffffff\r\nb", bench.TooLarge},
		"too large chunks":        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", bench.TooLarge},
	} {
		c := New(answering(t, tc.answer), clock())
		x := get("/")
		c.Do(x)
		if x.Answer.Outcome != tc.want {
			t.Errorf("%s: %v (%v), want %v", name, x.Answer.Outcome, x.Answer.Err, tc.want)
		}
		c.Close()
	}
}

func TestTimeoutAndRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := New(wire.Target{Addr: l.Addr().String()}, clock())
	x := get("/")
	x.Request.Timeout = 30 * time.Millisecond
	c.Do(x)
	if x.Answer.Outcome != bench.Timeout {
		t.Errorf("a silent server gave %v (%v)", x.Answer.Outcome, x.Answer.Err)
	}
	_ = l.Close()
	c = New(wire.Target{Addr: l.Addr().String()}, clock())
	if c.Do(x); x.Answer.Outcome != bench.Refused {
		t.Errorf("a closed port gave %v (%v)", x.Answer.Outcome, x.Answer.Err)
	}
}

func TestAHostOfItsOwnIsSentOnce(t *testing.T) {
	c := New(wire.Target{Host: "target"}, clock())
	r := get("/").Request
	if text := string(c.encode(nil, &r)); strings.Count(text, "Host: target\r\n") != 1 {
		t.Error(text)
	}
	r.Headers = []wire.Header{{Name: "host", Value: []byte("shop.example")}}
	if text := string(c.encode(nil, &r)); strings.Contains(text, "target") || strings.Count(text, "host: shop.example\r\n") != 1 {
		t.Error(text)
	}
}

// A server ends idle connections after some seconds. The next POST takes a new one; a POST that crosses the end cannot be repeated.
func TestAConnectionThatEndedWhileIdleIsReplaced(t *testing.T) {
	for _, secure := range []bool{false, true} {
		srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		if secure {
			srv.StartTLS()
		} else {
			srv.Start()
		}
		defer srv.Close()
		u, _ := url.Parse(srv.URL)
		target := wire.NewTarget(u)
		if secure {
			target.TLS.InsecureSkipVerify = true // the test server's own certificate
		}
		now := time.Duration(1)
		c := New(target, func() time.Duration { return now })
		defer c.Close()
		x := get("/")
		x.Request.Method = "POST"
		for range 2 { // the second on the connection of the first, however idle it was
			c.Do(x)
			now += 5 * time.Second
		}
		first := c.nc
		if c.Do(x); x.Answer.Outcome != bench.OK || c.nc != first {
			t.Fatalf("TLS %t: %v (%v); the same connection: %t", secure, x.Answer.Outcome, x.Answer.Err, c.nc == first)
		}
		srv.CloseClientConnections()
		for !ended(c.nc) {
			time.Sleep(time.Millisecond)
		}
		now += 5 * time.Second
		if c.Do(x); x.Answer.Outcome != bench.OK || c.nc == first {
			t.Errorf("TLS %t: %v (%v); a new connection: %t", secure, x.Answer.Outcome, x.Answer.Err, c.nc != first)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
	f.Add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
	f.Add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n7fffffffffffffff\r\nb")
	f.Fuzz(func(t *testing.T, answer string) {
		c := New(wire.Target{}, clock())
		c.in.Reset(strings.NewReader(answer))
		x := get("/")
		x.Request.MaxBody = 100
		if _, err := c.read(x); x.Answer.Size != int64(len(x.Answer.Body)) || x.Answer.Size > 100 {
			t.Errorf("size %d, body %d, %v", x.Answer.Size, len(x.Answer.Body), err)
		}
	})
}
