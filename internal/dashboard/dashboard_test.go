package dashboard

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history/historytest"
	"github.com/tidemark/tidemark/internal/history/sqlite"
)

func TestMain(m *testing.M) {
	code := m.Run()
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func store(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func add(t testing.TB, s *sqlite.Store, runs ...*bench.Run) {
	t.Helper()
	if err := s.Add(t.Context(), runs...); err != nil {
		t.Fatal(err)
	}
}

const (
	token     = "0123456789abcdef-token"
	readToken = "fedcba9876543210-reads"
)

// serve serves a configuration on loopback.
func serve(t testing.TB, c Config) (*httptest.Server, *Server) {
	t.Helper()
	s := New(c)
	srv := httptest.NewServer(s)
	t.Cleanup(func() {
		s.board.end() // its streams
		srv.Close()
	})
	return srv, s
}

// An answer is what a request got.
type answer struct {
	*http.Response
	text string
}

// ask sends a request that is not redirected; header is pairs of name and value.
func ask(t testing.TB, method, url, body string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if req.Header.Set(header[i], header[i+1]); header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	a, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{a, string(text)}
}

// slowed is twelve runs of a, of which the last four are beyond the threshold of 50 ms, and one of a branch.
func slowed() (runs []*bench.Run) {
	limit := 50.
	for i := range 13 {
		p95, status := time.Duration(40+i%3)*time.Millisecond, bench.Pass
		branch := "main"
		if i >= 8 {
			p95, status = time.Duration(90+i%3)*time.Millisecond, bench.Fail
		}
		if i == 12 {
			branch = "feature"
		}
		run := historytest.Run(24*i, strings.Repeat(fmt.Sprintf("%x", i), 40), branch, status, p95)
		r := &run.Scenarios[0]
		if r.Thresholds.P95 = &limit; status == bench.Fail {
			r.Verdict.Breached = []string{"p95"}
			r.Findings = []bench.Finding{{Kind: bench.NPlusOne, Confidence: bench.Likely, Summary: "51 queries where 2 would do", Remedy: "Load them together.",
				Evidence: []bench.Proof{{Source: bench.FromTraces, Text: "SELECT … 50 times", Samples: 40}}, Suspect: &bench.Suspect{File: "orders.go", Line: 7, Hunk: "-  Preload()"}}}
		}
		runs = append(runs, run)
	}
	return runs
}

func TestPages(t *testing.T) {
	s := store(t)
	runs := slowed()
	srv, _ := serve(t, Config{Store: s, Version: "v1"})
	for _, path := range []string{"/", "/trend", "/runs", "/compare", "/findings"} { // before there is anything
		if a := ask(t, "GET", srv.URL+path, ""); a.StatusCode != http.StatusOK || !strings.Contains(a.text, "</html>") {
			t.Errorf("%s of nothing: %s\n%s", path, a.Status, a.text)
		}
	}
	add(t, s, runs...)
	last, before := runs[11].ID, runs[10].ID
	for path, want := range map[string][]string{
		// Of main, the newest four runs are beyond 50 ms, since that of hour 8 × 24, on 9 March. b is void: nothing is known of since when.
		"/?branch=main":                         {"1 endpoint</span> too slow", "GET /a", "✕</span> fail", "9 Mar 2026", "4 runs", "○</span> void", `value="main"`, `<option value="feature">`, "/trend?branch=main&amp;scenario=a&amp;suite=s"},
		"/":                                     {"5 runs"},
		"/trend?suite=s&scenario=a&branch=main": {"in the newest of 12 runs", "9 Mar 2026, 12:00", "threshold", "beyond the threshold", `"values":[`, "88888888"},
		"/trend?endpoint=s/a&metric=throughput&last=3":            {"throughput", "newest of 3 runs"},
		"/trend?suite=s&scenario=a&from=2026-03-03&to=2026-03-04": {"newest of 2 runs", `value="2026-03-03"`},
		"/trend?suite=s&scenario=nothing":                         {"History has no such run"},
		"/trend?suite=nothing":                                    {"History has no such run"},
		"/runs?branch=main":                                       {"/runs/" + last, "subject of bbbbbbbbb", "main"},
		"/runs/" + last:                                           {"GET /a", "n-plus-one", "51 queries where 2 would do", "Load them together.", "orders.go", "-  Preload()", "Second by second", "Slowest requests", "/compare?base=" + before + "&amp;head=" + last, "because"},
		"/runs/bbbbbbb":                                           {last},
		"/compare?base=" + runs[0].ID + "&head=" + last:           {"Base", "Head", runs[0].ID, "GET /a", "p95", "95% interval"},
		"/compare":              {"is from before it"}, // feature has one run
		"/compare?head=" + last: {before},
		"/compare?base=nothing": {"no such run"},
		"/compare?base=" + last + "&head=last&last=5": {"Run to run"},
		"/findings?branch=main":                       {"1 cause in the newest 12 runs", "in 4 of 12 runs", "since 9 Mar 2026"},
		"/findings?kind=missing-index":                {"Nothing was found"},
	} {
		a := ask(t, "GET", srv.URL+path, "")
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s %s", path, a.Status, a.text)
		}
		for _, words := range want {
			if !strings.Contains(a.text, words) {
				t.Errorf("%s: lacks %q", path, words)
				if testing.Verbose() {
					t.Log(a.text)
				}
			}
		}
	}
	for path, want := range map[string]int{"/nowhere": 404, "/runs/nothing": 404, "/trend?metric=p96": 400, "/trend?from=yesterday": 400, "/trend?last=-1": 400, "/runs?until=x": 400,
		"/compare?last=1000": 400, "/findings?last=0": 400, "/static/style.css": 404, "/static/dashboard.go": 404, "/runs/..%2f..%2fetc": 404} {
		if a := ask(t, "GET", srv.URL+path, ""); a.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, a.Status, want)
		}
	}
	for _, path := range []string{"/", "/runs"} {
		if a := ask(t, "POST", srv.URL+path, ""); a.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %s", path, a.Status)
		}
	}
}

func TestOlderRunsFollow(t *testing.T) {
	s := store(t)
	var runs []*bench.Run
	for i := range listed + 2 {
		runs = append(runs, historytest.Run(i, "aaaa1111", "main", bench.Pass, time.Millisecond))
	}
	add(t, s, runs...)
	srv, _ := serve(t, Config{Store: s})
	first := ask(t, "GET", srv.URL+"/runs", "")
	if strings.Contains(first.text, runs[0].ID) || !strings.Contains(first.text, runs[listed+1].ID) {
		t.Error("the first page does not have the newest alone")
	}
	_, rest, _ := strings.Cut(first.text, `<a href="/runs?until=`)
	until, _, _ := strings.Cut(rest, `"`)
	second := ask(t, "GET", srv.URL+"/runs?until="+until, "")
	if strings.Count(second.text, `<th scope="row"`) != 2 || !strings.Contains(second.text, runs[0].ID) {
		t.Errorf("the rest is %s", second.text)
	}
}

// What others write is shown as they wrote it, and never becomes part of the page.
func TestNothingEscapes(t *testing.T) {
	const evil = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'` + "`"
	s := store(t)
	run := historytest.Run(1, "aaaa1111", evil, bench.Fail, time.Millisecond)
	run.Suite, run.Commit.Subject, run.Target.URL, run.Environment.CPU = evil, evil, evil, evil
	r := &run.Scenarios[0]
	r.ID, r.Name, r.Notes, r.Advice, r.Verdict.Reasons = evil, evil, []string{evil}, []string{evil}, []string{evil}
	r.Findings = []bench.Finding{{Kind: evil, Confidence: evil, Summary: evil, Remedy: evil, Evidence: []bench.Proof{{Source: evil, Text: evil}}, Suspect: &bench.Suspect{File: evil, Commit: evil, Subject: evil, Hunk: evil}}}
	r.Exemplars[0].Path = evil
	limit := 1e-3
	r.Thresholds.P95 = &limit
	second := historytest.Run(2, evil, evil, bench.Fail, time.Millisecond)
	second.Suite, second.Scenarios = evil, run.Scenarios
	add(t, s, run, second)
	srv, server := serve(t, Config{Store: s})
	server.Tell(bench.Live{Key: "k", Suite: evil, Scenario: evil, Commit: &bench.Commit{SHA: evil, Subject: evil}})
	for _, path := range []string{"/", "/?branch=" + url.QueryEscape(evil), "/trend?scenario=" + url.QueryEscape(evil), "/runs", "/runs/" + run.ID, "/runs/" + url.PathEscape(evil),
		"/compare?base=" + run.ID + "&head=" + second.ID, "/compare?base=" + url.QueryEscape(evil), "/findings", "/trend?metric=" + url.QueryEscape(evil), "/" + url.PathEscape(evil)} {
		a := ask(t, "GET", srv.URL+path, "")
		if strings.Contains(a.text, "<script>alert") || strings.Contains(a.text, "<img src=x") || strings.Contains(a.text, "ZgotmplZ") {
			t.Errorf("%s: %s", path, a.text)
		}
	}
}
