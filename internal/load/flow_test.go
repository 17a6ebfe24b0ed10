package load

import (
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// execute runs a scenario against a handler and returns all that came of it.
func execute(t *testing.T, h http.Handler, s *bench.Scenario, env map[string]string) (Recording, bench.Result) {
	t.Helper()
	srv := httptest.NewServer(h)
	defer srv.Close()
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := Run(t.Context(), u, s, env, func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	return rec, bench.Collect(*s, rec.Slices, rec.Measured)
}

func do(method, path string) bench.Step {
	return bench.Step{Name: method + " " + path, Request: bench.Request{Method: method, Path: path}}
}

// A shop that wants a login, sets up, and takes orders for what it has listed.
type flowShop struct {
	mu     sync.Mutex
	seen   map[string]int
	tokens atomic.Int64
}

func (f *flowShop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.seen[r.Method+" "+r.URL.Path]++
	f.mu.Unlock()
	token := fmt.Sprintf("Bearer t%d-%s", f.tokens.Load(), "secret")
	switch {
	case r.URL.Path == "/login":
		n := f.tokens.Add(1)
		_, _ = fmt.Fprintf(w, `{"token": "t%d-secret"}`, n)
	case r.Header.Get("Authorization") != token:
		w.WriteHeader(http.StatusUnauthorized)
	case r.URL.Path == "/products":
		_, _ = io.WriteString(w, `{"data": [{"id": 9007199254740993}, {"id": 2}]}`)
	case r.URL.Path == "/orders":
		var order struct {
			User int64   `json:"user"`
			IDs  []int64 `json:"ids"`
		}
		if err := json.NewDecoder(r.Body).Decode(&order); err != nil || order.User < 1 || len(order.IDs) != 2 || order.IDs[0] != 9007199254740993 && order.IDs[0] != 2 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"id": "o%d"}`, order.User)
	case strings.HasPrefix(r.URL.Path, "/orders/o"):
		_, _ = io.WriteString(w, `{"status": "new"}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func TestAFlowWithLoginSetupAndTeardown(t *testing.T) {
	order := do("POST", "/orders")
	order.Request.Body, order.Request.JSON = `{"user":${users.id},"ids":${repeat(2, pick(product_ids))}}`, true
	order.Save = []bench.Save{{Name: "order", Path: "$.id"}}
	order.Expect.Status = []bench.StatusRange{{First: 201, Last: 201}}
	look := do("GET", "/orders/${order}/${token}")
	look.Expect.JSON = []bench.JSONMatch{{Path: "$.status", Value: "new"}}
	login := do("POST", "/login")
	login.Save = []bench.Save{{Name: "token", Path: "$.token"}}
	list := do("GET", "/products")
	list.Save = []bench.Save{{Name: "product_ids", Path: "$.data[*].id"}}
	s := scenario(bench.Load{Rate: 100, MaxInFlight: 10, Duration: 500 * time.Millisecond})
	s.Auth = bench.Auth{Header: bench.Field{Name: "Authorization", Value: "Bearer ${token}"}, Login: &bench.Login{Step: login}}
	s.Data = []bench.Data{{Name: "users", Order: bench.Sequential, Rows: []map[string]any{{"id": int64(1)}, {"id": int64(2)}}}}
	s.Setup, s.Steps, s.Teardown = []bench.Step{list}, []bench.Step{order, look}, []bench.Step{do("GET", "/orders/o-all")}

	shop := &flowShop{seen: map[string]int{}}
	rec, r := execute(t, shop, s, nil)
	for _, e := range r.Exemplars {
		if strings.Contains(e.Path, "secret") {
			t.Errorf("the token is in %s", e.Path)
		}
	}
	if len(r.Errors) != 0 || r.Requests != 100 {
		t.Errorf("%d requests of 50 flows of two, errors %v, notes %v", r.Requests, r.Errors, rec.Notes)
	}
	// Sequential rows, shared by all users: each user's id came up in half of the 50 iterations.
	if s := shop.seen; s["POST /orders"] != 50 || s["GET /orders/o1/t1-secret"] != 25 || s["GET /orders/o2/t1-secret"] != 25 || s["POST /login"] != 1 || s["GET /products"] != 1 || s["GET /orders/o-all"] != 1 {
		t.Errorf("the shop saw %v", s)
	}
}

func TestA401LogsInAgain(t *testing.T) {
	shop := &flowShop{seen: map[string]int{}}
	login := do("POST", "/login")
	login.Save = []bench.Save{{Name: "token", Path: "$.token"}}
	s := scenario(bench.Load{Users: 1, Duration: time.Hour})
	s.Auth = bench.Auth{Header: bench.Field{Name: "Authorization", Value: "Bearer ${token}"}, Login: &bench.Login{Step: login}}
	s.Steps = []bench.Step{do("GET", "/products")}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	good := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/products" && shop.tokens.Load() == 1 && shop.seen["GET /products"] == 5 {
			shop.tokens.Add(1) // the token has run out
		}
		shop.ServeHTTP(w, r)
		if shop.tokens.Load() == 3 && r.Header.Get("Authorization") == "Bearer t3-secret" {
			if good++; good == 5 {
				cancel()
			}
		}
	}))
	defer srv.Close()
	u, _ := url.Parse(srv.URL)
	rec, err := Run(ctx, u, s, nil, func(Progress) {})
	if err != nil || !rec.Partial || good < 5 {
		t.Errorf("%d good answers with the new token; %v", good, err)
	}
}

func TestSetupThatFailsSaysWhy(t *testing.T) {
	s := scenario(bench.Load{Users: 1, Duration: time.Second})
	s.Setup = []bench.Step{do("GET", "/gone?token=abc&key=${env.KEY}")}
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	u, _ := url.Parse(srv.URL)
	_, err := Run(t.Context(), u, s, map[string]string{"KEY": "hunter22"}, func(Progress) {})
	if err == nil || err.Error() != "set-up failed: GET /gone?token=REDACTED&key=REDACTED" && !strings.Contains(err.Error(), "status 404") || strings.Contains(err.Error(), "hunter22") {
		t.Errorf("%v", err)
	}
}

func TestExpectationsAreErrorsWithAnExample(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"id": 7, "tags": ["a", {"b": 1}]}`)
		_ = z.Close()
	}
	for name, c := range map[string]struct {
		expect bench.Expect
		want   string // of the example; empty: all is well
	}{
		"all is well":    {bench.Expect{Headers: []bench.Field{{Name: "content-type", Value: "json"}}, Contains: []string{`"id"`}, JSON: []bench.JSONMatch{{Path: "$.id", Value: 7.0}, {Path: "$.tags", Value: []any{"a", map[string]any{"b": 1.0}}}, {Path: "$.no", Presence: bench.Absent}}}, ""},
		"a header":       {bench.Expect{Headers: []bench.Field{{Name: "X-Id"}}}, "there is no header X-Id"},
		"its value":      {bench.Expect{Headers: []bench.Field{{Name: "Content-Type", Value: "html"}}}, "does not contain \"html\""},
		"text":           {bench.Expect{Contains: []string{"nope"}}, "does not contain \"nope\""},
		"a value":        {bench.Expect{JSON: []bench.JSONMatch{{Path: "$.id", Value: "7"}}}, "$.id is not 7"},
		"its being":      {bench.Expect{JSON: []bench.JSONMatch{{Path: "$.no", Presence: bench.Exists}}}, "$.no is not there"},
		"its not being":  {bench.Expect{JSON: []bench.JSONMatch{{Path: "$.id", Presence: bench.Absent}}}, "$.id is there"},
		"enough":         {bench.Expect{MinSize: 1000}, "fewer than 1000"},
		"not too much":   {bench.Expect{MaxSize: 3}, "more than 3"},
		"another status": {bench.Expect{Status: []bench.StatusRange{{First: 300, Last: 399}}}, "status, for example GET /: status 200"},
	} {
		s := scenario(bench.Load{Rate: 50, MaxInFlight: 5, Duration: 100 * time.Millisecond})
		s.Steps[0].Expect = c.expect
		rec, r := execute(t, http.HandlerFunc(answer), s, nil)
		failed := r.Requests - r.Histogram.Response.Count()
		if notes := strings.Join(rec.Notes, "\n"); c.want == "" && failed != 0 || c.want != "" && (failed != 5 || !strings.Contains(notes, c.want)) {
			t.Errorf("%s: %d of %d failed; %s", name, failed, r.Requests, notes)
		}
	}
}

// A kilobyte may stand for gigabytes, and a header may ask for as many.
func TestDecompressionIsBounded(t *testing.T) {
	for encoding, c := range map[string]struct {
		write func(io.Writer)
		want  string
	}{
		"gzip": {func(w io.Writer) {
			z := gzip.NewWriter(w)
			_, _ = z.Write(make([]byte, 2<<20))
			_ = z.Close()
		}, "too-large"},
		"deflate": {func(w io.Writer) {
			z := zlib.NewWriter(w)
			_, _ = z.Write(make([]byte, 2<<20))
			_ = z.Close()
		}, "too-large"},
		"zstd": {func(w io.Writer) {
			z, _ := zstd.NewWriter(w)
			_, _ = z.Write(make([]byte, 2<<20))
			_ = z.Close()
		}, "too-large"},
		"Zstd": {func(w io.Writer) { // a frame that asks for a window of 16 MB
			z, _ := zstd.NewWriter(w, zstd.WithWindowSize(16<<20))
			_, _ = z.Write([]byte("xx"))
			_ = z.Flush()
			_ = z.Close()
		}, "expectation"},
		"br": {func(w io.Writer) { _, _ = io.WriteString(w, "xx") }, "expectation"},
	} {
		s := scenario(bench.Load{Rate: 20, MaxInFlight: 5, Duration: 100 * time.Millisecond})
		s.Steps[0].Expect.Contains = []string{"xx"}
		rec, r := execute(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", encoding)
			c.write(w)
		}), s, nil)
		if r.Errors[c.want] != 2 {
			t.Errorf("%s: errors %v, %q", encoding, r.Errors, rec.Notes)
		}
	}
}

func TestRedirectsAreFollowedWhenAskedFor(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /a", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/b?x=1", http.StatusSeeOther) })
	mux.HandleFunc("GET /b", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "c", http.StatusFound) })
	mux.HandleFunc("GET /c", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusFound)
	})
	mux.HandleFunc("GET /absolute", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.Host+"/c", http.StatusMovedPermanently)
	})
	mux.HandleFunc("GET /secure", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.Host+"/c", http.StatusMovedPermanently)
	})
	for _, c := range []struct {
		method, path string
		redirects    int
		status       int // that the last answer has
	}{{"GET", "/absolute", 1, 200}, {"GET", "/secure", 1, 301}, {"POST", "/a", 2, 200}, {"POST", "/a", 1, 302}, {"POST", "/a", 0, 303}, {"GET", "/away", 5, 302}} {
		s := scenario(bench.Load{Rate: 20, MaxInFlight: 5, Duration: 50 * time.Millisecond, Redirects: c.redirects})
		s.Steps = []bench.Step{do(c.method, c.path)}
		s.Steps[0].Expect.Status = []bench.StatusRange{{First: c.status, Last: c.status}}
		if _, r := execute(t, mux, s, nil); len(r.Errors) != 0 || r.Requests != 1 {
			t.Errorf("%+v: errors %v", c, r.Errors)
		}
	}
}

func TestConnectionsAreLimited(t *testing.T) {
	var open, most atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			if n := open.Add(1); n > most.Load() {
				most.Store(n)
			}
		case http.StateClosed:
			open.Add(-1)
		}
	}
	srv.Start()
	defer srv.Close()
	u, _ := url.Parse(srv.URL)
	s := scenario(bench.Load{Users: 20, Connections: 3, Duration: 200 * time.Millisecond})
	s.Setup, s.Teardown = []bench.Step{do("GET", "/")}, []bench.Step{do("GET", "/")}
	rec, err := Run(t.Context(), u, s, nil, func(Progress) {})
	if r := bench.Collect(*s, rec.Slices, rec.Measured); err != nil || len(r.Errors) != 0 || r.Requests == 0 || most.Load() > 4 { // one more to agree on a protocol
		t.Errorf("%d connections, %d requests, errors %v, %v", most.Load(), r.Requests, r.Errors, err)
	}
}

func TestAnEmptyListIsAnErrorAndSendsNothing(t *testing.T) {
	var seen atomic.Int64
	s := scenario(bench.Load{Rate: 50, MaxInFlight: 5, Duration: 100 * time.Millisecond})
	s.Steps = []bench.Step{do("GET", "/${pick(ids)}")}
	s.Setup = []bench.Step{{Name: "set-up", Request: bench.Request{Method: "GET", Path: "/"}, Save: []bench.Save{{Name: "ids", Path: "$.ids"}}}}
	rec, r := execute(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		seen.Add(1)
		_, _ = io.WriteString(w, `{"ids": []}`)
	}), s, nil)
	if r.Errors["expectation"] != 5 || seen.Load() != 1 || !strings.Contains(strings.Join(rec.Notes, ""), "the list is empty") {
		t.Errorf("errors %v, %d seen, notes %v", r.Errors, seen.Load(), rec.Notes)
	}
}

func TestHTTP2IsNegotiated(t *testing.T) {
	var protocols sync.Map
	var open atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocols.Store(r.Proto+" "+r.Method+" "+r.URL.RequestURI(), true)
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			open.Add(1)
		}
	}
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	u, _ := url.Parse(srv.URL)
	target := wire.NewTarget(u)
	target.TLS.InsecureSkipVerify = true // the test server's own certificate
	for _, connections := range []int{0, 2} {
		open.Store(0)
		s := scenario(bench.Load{Users: 5, Connections: connections, Duration: 200 * time.Millisecond})
		s.Steps = []bench.Step{do("POST", "/a%20b?c=d")}
		s.Steps[0].Request.Body = "hello"
		s.Steps[0].Expect.Contains = []string{"hello"}
		rec, err := run(t.Context(), target, s, nil, func(Progress) {})
		if err != nil {
			t.Fatal(err)
		}
		r := bench.Collect(*s, rec.Slices, rec.Measured)
		if _, ok := protocols.Load("HTTP/2.0 POST /a%20b?c=d"); !ok || len(r.Errors) != 0 || r.Requests == 0 {
			t.Errorf("%d requests, errors %v, %v", r.Requests, r.Errors, rec.Notes)
		}
		if want := int64(1 + max(connections, 5*min(1, 1-connections))); connections > 0 && open.Load() > want+1 {
			t.Errorf("%d connections with a limit of %d", open.Load(), connections)
		}
	}
}

func TestTheTargetMayDieMidRun(t *testing.T) {
	var seen atomic.Int64
	die := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if seen.Add(1) == 20 {
			close(die)
		}
	}))
	go func() { <-die; srv.CloseClientConnections(); srv.Close() }()
	u, _ := url.Parse(srv.URL)
	s := scenario(bench.Load{Rate: 100, MaxInFlight: 10, Duration: 500 * time.Millisecond})
	rec, err := Run(t.Context(), u, s, nil, func(Progress) {})
	r := bench.Collect(*s, rec.Slices, rec.Measured)
	if err != nil || r.Requests != 50 || r.Errors["refused"]+r.Errors["reset"] < 20 || len(rec.Notes) == 0 {
		t.Errorf("%d requests, errors %v, notes %v, %v", r.Requests, r.Errors, rec.Notes, err)
	}
}
