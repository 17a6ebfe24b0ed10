package otlp

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// measuredNow is a span of n requests that has just ended.
func measuredNow(n int) evidence.Span {
	s := evidence.Span{From: time.Now().Add(-time.Second), To: time.Now(), Requests: int64(n)}
	for i := range n {
		s.TraceIDs = append(s.TraceIDs, number(i).String())
	}
	return s
}

func wholeTrace(n int) ptrace.Traces {
	return draw(n, server(1, 9, 0, 10), query(2, 1, 1, 3, ordersSQL, n))
}

func lines(t *testing.T, batches ...ptrace.Traces) string {
	t.Helper()
	var b strings.Builder
	for _, batch := range batches {
		text, err := new(ptrace.JSONMarshaler).MarshalTraces(batch)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
		b.WriteByte('\n')
	}
	return b.String()
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "spans.jsonl")
	appendTo(t, path, lines(t, wholeTrace(7))) // of before: it has our mark by a miracle, and is not read
	f := NewFile(path)
	f.Follow(mark)
	whole := lines(t, wholeTrace(0), wholeTrace(1))
	appendTo(t, path, whole[:len(whole)/2]) // in the middle of a line
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.read(); err != nil {
		t.Fatal(err)
	}
	appendTo(t, path, whole[len(whole)/2:]+"{\"mark\": \""+mark+"\"\n\n"+`{"resourceLogs": []}`+"\n"+strings.Repeat("x", mostBody+10)+"\n"+lines(t, wholeTrace(2)))
	e := f.End(ended, measuredNow(3)) // after an interrupt it reads what is there
	if e.Missing != "" || e.Samples != 3 || e.Traces.Dropped != 1 {
		t.Errorf("%+v %+v", e, e.Traces)
	}
	f.Follow(mark)
	if err := os.WriteFile(path, []byte(lines(t, wholeTrace(0))), 0o644); err != nil { // begun anew, and shorter
		t.Fatal(err)
	}
	if e := f.End(t.Context(), measuredNow(1)); e.Samples != 1 {
		t.Errorf("%+v", e)
	}
	gone := NewFile(filepath.Join(t.TempDir(), "gone.jsonl"))
	gone.Follow(mark)
	if e := gone.End(ended, measuredNow(1)); !strings.Contains(e.Missing, "gone.jsonl: no such file") {
		t.Errorf("%+v", e)
	}
	f.Follow("00000000")
	if e := f.End(ended, measuredNow(1)); !strings.Contains(e.Missing, "no span of a measured request was added to") {
		t.Errorf("%+v", e)
	}
}

// jaegerTrace is an answer as Jaeger's query service gives it, with ids that have no zeros in front.
func jaegerTrace(id string, n int) string {
	return fmt.Sprintf(`{"data": [{"traceID": "%[1]s", "spans": [
		{"traceID": "%[1]s", "spanID": "a1", "operationName": "GET /a", "references": [{"refType": "CHILD_OF", "traceID": "%[1]s", "spanID": "99"}], "startTime": 1700000000000000, "duration": 10000,
			"tags": [{"key": "span.kind", "type": "string", "value": "server"}, {"key": "otel.scope.name", "type": "string", "value": "test"}], "processID": "p1"},
		{"traceID": "%[1]s", "spanID": "00000000000000b2", "operationName": "SELECT", "references": [{"refType": "FOLLOWS_FROM", "traceID": "%[1]s", "spanID": "77"}, {"refType": "CHILD_OF", "traceID": "%[1]s", "spanID": "a1"}],
			"startTime": 1700000000001000, "duration": 2000, "tags": [{"key": "span.kind", "type": "string", "value": "client"}, {"key": "db.system.name", "type": "string", "value": "postgresql"},
			{"key": "db.query.text", "type": "string", "value": "%[2]s"}, {"key": "db.query.parameter.0", "type": "string", "value": "%[3]d"}, {"key": "code.line.number", "type": "int64", "value": 42},
			{"key": "code.file.path", "type": "string", "value": "a.go"}, {"key": "otel.library.name", "type": "string", "value": "test"}, {"key": "error", "type": "bool", "value": true}], "processID": "p1"}],
		"processes": {"p1": {"serviceName": "shop"}}}], "errors": null}`, id, ordersSQL, n)
}

// backends are doubles of the published interfaces. The first time, a trace is not there yet.
func backends(t *testing.T) (jaeger, tempo *httptest.Server, asked *atomic.Int64) {
	asked = new(atomic.Int64)
	byID := map[string]int{}
	for i := range 30 {
		byID[number(i).String()] = i
	}
	find := func(w http.ResponseWriter, r *http.Request) (n int, ok bool) {
		asked.Add(1)
		n, ok = byID[strings.TrimPrefix(r.URL.Path, "/api/traces/")]
		if !ok || asked.Load() == 1 {
			w.WriteHeader(http.StatusNotFound)
			return 0, false
		}
		return n, true
	}
	jaeger = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n, ok := find(w, r); ok {
			fmt.Fprint(w, jaegerTrace(strings.TrimLeft(number(n).String(), "0"), n))
		}
	}))
	t.Cleanup(jaeger.Close)
	tempo = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != "application/protobuf" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if n, ok := find(w, r); ok {
			body, err := new(ptrace.ProtoMarshaler).MarshalTraces(wholeTrace(n))
			if err != nil {
				t.Error(err)
			}
			_, _ = w.Write(body)
		}
	}))
	t.Cleanup(tempo.Close)
	return jaeger, tempo, asked
}

func TestBackends(t *testing.T) {
	jaeger, tempo, asked := backends(t)
	for name, address := range map[string]string{"jaeger": jaeger.URL, "tempo": tempo.URL} {
		asked.Store(0)
		b, err := NewBackend(name + "+" + address)
		if err != nil {
			t.Fatal(err)
		}
		b.Follow(mark)
		e := b.End(t.Context(), measuredNow(30))
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		if e.Missing != "" || e.Samples != 30 || asked.Load() != 31 {
			t.Fatalf("%s: %+v, asked %d times", name, e, asked.Load())
		}
		q := operationOf(t, *e.Traces, "SELECT id FROM orders WHERE user_id = ?")
		near(t, name+": query", q.Time, 2)
		near(t, name+": whole", e.Traces.Typical, 10)
		if q.Service != "shop" || q.Code == nil || q.Code.Line != 42 || q.Library != "test" || name == "jaeger" && q.Failed != 1 {
			t.Errorf("%s: %+v", name, q)
		}
	}
}

func TestBackendsThatDoNotTell(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	answers := func(status int, body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for text, want := range map[string]string{
		"jaeger+" + answers(500, "oops"):                                          "answers 500",
		"jaeger+" + answers(200, "<html>"):                                        "is not understood",
		"jaeger+" + answers(200, `{"data": [{"spans": [{"traceID": "xyz"}]}]}`):   `"xyz" is no id`,
		"jaeger+" + answers(200, `{"data": []}`):                                  "has none of 2 measured requests",
		"jaeger+" + answers(404, ""):                                              "has none of 2 measured requests",
		"tempo+" + answers(200, "\xff\xff"):                                       "is not understood",
		"tempo+" + strings.Replace(gone.URL, "http://", "http://user:secret@", 1): "refused",
	} {
		b, err := NewBackend(text)
		if err != nil {
			t.Fatal(err)
		}
		b.Follow(mark)
		e := b.End(ended, measuredNow(2))
		if !strings.Contains(e.Missing, want) || strings.Contains(e.Missing, "secret") || e.Source != bench.FromTraces {
			t.Errorf("%s: %+v, want %s", text, e, want)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"zipkin+http://a", "jaeger+", "http://user:secret@a"} {
		if _, err := NewBackend(bad); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzJaeger(f *testing.F) {
	f.Add([]byte(jaegerTrace(number(1).String(), 1)))
	f.Fuzz(func(_ *testing.T, body []byte) {
		if batch, err := readJaeger(body); err == nil {
			s := newStore()
			traces := s.follow(mark)
			s.add(batch)
			s.summarise(traces)
		}
	})
}
