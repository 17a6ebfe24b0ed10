package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/historytest"
	"github.com/tidemark/tidemark/internal/history/sqlite"
)

func TestMain(m *testing.M) {
	historytest.Main(m, func(context.Context, string) (history.Store, error) {
		return nil, errors.New("writers are not killed here")
	})
}

// served serves a new SQLite file for each name, on loopback.
func served(t *testing.T) historytest.Open {
	dir := t.TempDir()
	var mu sync.Mutex
	servers := map[string]*httptest.Server{}
	return func(_ context.Context, name string) (history.Store, error) {
		mu.Lock()
		defer mu.Unlock()
		srv := servers[name]
		if srv == nil {
			behind, err := sqlite.Open(t.Context(), filepath.Join(dir, name+".db")) //nolint:contextcheck // it outlives who asks for it first
			if err != nil {
				return nil, err
			}
			srv = httptest.NewServer(Handler(behind, "v1"))
			servers[name] = srv
			t.Cleanup(func() {
				srv.Close()
				if err := behind.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		return Open(srv.URL, "")
	}
}

func TestConformance(t *testing.T) { historytest.Conform(t, served(t)) }

func TestQueriesComeBack(t *testing.T) {
	q := history.Query{Suite: "a b&c", Commit: "%_", Branch: "ü/x", Since: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), Until: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC), Scenario: "s", Limit: 7}
	for _, q := range []history.Query{q, {}} {
		got, err := query(values(q))
		if diff := cmp.Diff(q, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, text := range []string{"", "suite=a&limit=3", "since=2026-11-24T09:30:00Z", "limit=-1", "scenario=a&scenario=b", "until=x", "%zz", "brunch=main"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		q, err := query(v)
		if err != nil {
			return
		}
		again, err := query(values(q))
		q.Since, q.Until = history.Microseconds(q.Since), history.Microseconds(q.Until)
		if err != nil || !again.Since.Equal(q.Since) || !again.Until.Equal(q.Until) || again.Suite != q.Suite || again.Limit != q.Limit {
			t.Errorf("%q: %+v, then %+v, %v", text, q, again, err)
		}
	})
}

func TestPlaces(t *testing.T) {
	for location, want := range map[string]string{
		"https://perf.example.com": "https://perf.example.com", "https://perf.example.com/tidemark/": "https://perf.example.com/tidemark",
		"http://127.0.0.1:8090": "http://127.0.0.1:8090", "http://localhost:8090/": "http://localhost:8090", "http://[::1]:8090": "http://[::1]:8090",
	} {
		if got, err := Shown(location); err != nil || got != want {
			t.Errorf("%s: %s, %v", location, got, err)
		}
	}
	for location, want := range map[string]string{
		"http://perf.example.com": "write https://perf.example.com", "https://me:SECRET@perf.example.com": "TIDEMARK_TOKEN", "https://perf.example.com?token=SECRET": "TIDEMARK_TOKEN",
		"https://": "cannot be read", "https://perf.example.com:SECRET": "cannot be read", "ftp://127.0.0.1": "with https://",
	} {
		_, err := Shown(location)
		if !errors.Is(err, history.ErrLocation) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v", location, err)
		}
	}
	if _, err := Open("https://perf.example.com", "two words"); !errors.Is(err, history.ErrLocation) {
		t.Errorf("%v", err)
	}
}

// What a server says, and what it means to whoever asked.
func TestAnswersThatAreRefusals(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		is     error
		words  string
	}{
		{401, `{"error": "the token is wrong"}`, history.ErrUnreachable, " refuses: the token is wrong (what is sent is TIDEMARK_HISTORY_TOKEN, or else TIDEMARK_TOKEN)"},
		{403, `{"error": "this token only reads"}`, history.ErrUnreachable, " refuses: this token only reads (what is sent is TIDEMARK_HISTORY_TOKEN, or else TIDEMARK_TOKEN)"},
		{403, `<html>`, history.ErrUnreachable, "403 Forbidden"},
		{404, `{"error": "no such"}`, history.ErrNotFound, "no such"},
		{302, ``, history.ErrLocation, "redirect"},
		{429, ``, history.ErrUnreachable, "429"},
		{500, ``, history.ErrUnreachable, "500"},
		{400, `{"error": "metric is wrong"}`, nil, "metric is wrong"},
		{200, `<html>`, nil, "no JSON of ours"},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer hunter22-hunter22" {
				t.Errorf("%s: %q", r.URL, r.Header.Get("Authorization"))
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		}))
		s, err := Open(srv.URL, "hunter22-hunter22")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.List(t.Context(), history.Query{})
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%d: %v", c.status, err)
		}
		if _, denied := errors.AsType[Denied](err); denied != (c.status == 401 || c.status == 403) {
			t.Errorf("%d: denied is %t", c.status, denied)
		}
		s.Close()
		srv.Close()
		if err := s.Add(t.Context(), historytest.Run(1, "a", "main", bench.Pass, time.Millisecond)); !errors.Is(err, history.ErrUnreachable) || !strings.Contains(err.Error(), srv.URL) {
			t.Errorf("nobody is there: %v", err)
		}
	}
}

func TestOnlyATidemarkIsAHistory(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) }))
	defer other.Close()
	if s, err := Existing(t.Context(), other.URL, ""); !errors.Is(err, history.ErrLocation) {
		t.Errorf("%v, %v", s, err)
	}
	open := served(t)
	s, err := open(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	again, err := Existing(t.Context(), s.(*Store).Shown(), "")
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

func TestBadRequests(t *testing.T) {
	open := served(t)
	s, err := open(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at := s.(*Store).Shown()
	record, err := historytest.Run(1, "a", "main", bench.Pass, time.Millisecond).Record()
	if err != nil {
		t.Fatal(err)
	}
	long := bytes.Repeat([]byte(" "), MaxBody+1)
	for _, c := range []struct {
		method, path, kind string
		body               []byte
		status             int
		words              string
	}{
		{"POST", "/runs", "application/json", []byte(`{`), 400, "record 1 is no run"},
		{"POST", "/runs", "application/json", []byte(`{"schema": "tidemark.run/1", "id": "../x", "started": "2026-01-01T00:00:00Z"}`), 400, "its id"},
		{"POST", "/runs", "application/json", long, 413, "longer than"},
		{"POST", "/runs", "text/plain", record, 400, "Content-Type"},
		{"POST", "/runs", "", record, 400, "Content-Type"},
		{"POST", "/runs", "multipart/mixed; boundary=x", append([]byte("--x\r\n\r\n"), long...), 413, "longer than"},
		{"POST", "/runs", "multipart/mixed; boundary=x", []byte("--x\r\n\r\n{}\r\n--x--\r\n"), 400, "record 1"},
		{"POST", "/runs", "multipart/mixed; boundary=x", []byte("nothing"), 400, "EOF"},
		{"GET", "/runs?brunch=main", "", nil, 400, `no parameter is called "brunch"`},
		{"GET", "/runs?limit=many", "", nil, 400, "limit=many"},
		{"GET", "/runs?branch=a&branch=b", "", nil, 400, "2 times"},
		{"GET", "/runs?since=yesterday", "", nil, 400, "2026-11-24T09:30:00Z"},
		{"GET", "/series?scenario=a&metric=p96", "", nil, 400, "no metric"},
		{"GET", "/nowhere", "", nil, 404, "no such path"},
		{"PUT", "/runs", "", nil, 404, "not with this method"},
		{"GET", "/runs/nothing", "", nil, 404, "no such run"},
	} {
		req, err := http.NewRequest(c.method, at+Root+c.path, bytes.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", c.kind)
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		var r refusal
		if err := json.Unmarshal(text, &r); err != nil || answer.StatusCode != c.status || !strings.Contains(r.Error, c.words) {
			t.Errorf("%s %s: %s %s, want %d %s", c.method, c.path, answer.Status, text, c.status, c.words)
		}
	}
	if all, err := s.List(t.Context(), history.Query{}); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	http.DefaultClient.CloseIdleConnections()
}

// broken is a store that fails with words that are not for everybody.
type broken struct {
	history.Store
	err error
}

func (b broken) List(context.Context, history.Query) ([]history.Entry, error) { return nil, b.err }

func TestWhatAStoreSaysOfItselfIsNotTold(t *testing.T) {
	for status, err := range map[int]error{500: errors.New("/srv/secret.db is locked"), 502: fmt.Errorf("%w at postgres://secret", history.ErrUnreachable)} {
		w := httptest.NewRecorder()
		Handler(broken{err: err}, "").ServeHTTP(w, httptest.NewRequest(http.MethodGet, Root+"/runs", nil))
		if w.Code != status || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}
