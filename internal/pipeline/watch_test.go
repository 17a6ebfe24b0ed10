package pipeline

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/tidemark/tidemark/bench"
)

// traced is a service that answers in n milliseconds, which it says were n queries, one for each row; spans go to an endpoint, in batches.
type traced struct {
	endpoint string
	queries  atomic.Int64
	number   atomic.Uint64
}

func (s *traced) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/orders" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	n := int(s.queries.Load())
	start := time.Now()
	time.Sleep(time.Duration(n) * time.Millisecond)
	w.Header().Set("Server-Timing", "db;dur=5")
	parts := strings.Split(r.Header.Get("traceparent"), "-")
	if s.endpoint == "" || len(parts) != 4 {
		return
	}
	batch := ptrace.NewTraces()
	resource := batch.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "double")
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	var trace pcommon.TraceID
	_, _ = hex.Decode(trace[:], []byte(parts[1]))
	add := func(parent pcommon.SpanID, kind ptrace.SpanKind, name string, from, to time.Duration) pcommon.SpanID {
		id := s.number.Add(1)
		var own pcommon.SpanID
		for i := range own {
			own[i] = byte(id >> (8 * i))
		}
		sp := spans.AppendEmpty()
		sp.SetTraceID(trace)
		sp.SetSpanID(own)
		sp.SetParentSpanID(parent)
		sp.SetName(name)
		sp.SetKind(kind)
		sp.SetStartTimestamp(pcommon.NewTimestampFromTime(start.Add(from)))
		sp.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(to)))
		return own
	}
	root := add(pcommon.SpanID{1}, ptrace.SpanKindServer, "GET /orders", 0, time.Duration(n+1)*time.Millisecond)
	query := func(i int, text string) {
		add(root, ptrace.SpanKindClient, "SELECT", time.Duration(i)*time.Millisecond, time.Duration(i+1)*time.Millisecond)
		a := spans.At(spans.Len() - 1).Attributes()
		a.PutStr("db.system.name", "postgresql")
		a.PutStr("db.query.text", text)
		a.PutStr("db.query.parameter.0", strings.Repeat("x", i))
	}
	query(0, "SELECT id FROM orders WHERE user_id = $1")
	for i := 1; i < n; i++ {
		query(i, "SELECT name FROM line_items WHERE order_id = $1")
	}
	body, err := ptraceotlp.NewExportRequestFromTraces(batch).MarshalProto()
	if err == nil {
		var answer *http.Response
		if answer, err = http.Post(s.endpoint+"/v1/traces", "application/x-protobuf", bytes.NewReader(body)); err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
		}
	}
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// serving is a service double with n queries, watched.
func serving(t *testing.T, watch *Watch, n int64) string {
	t.Helper()
	s := &traced{endpoint: watch.Endpoint()}
	s.queries.Store(n)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return srv.URL
}

func watching(t *testing.T) *Watch {
	t.Helper()
	w, err := NewWatch(t.Context(), bench.EvidenceConfig{OTLP: "127.0.0.1:0", Postgres: "${env.NOT_SET}", Metrics: bench.Off}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func asking(target string, limit time.Duration) *bench.Plan {
	s := bench.Scenario{ID: "orders", Name: "GET /orders", Thresholds: bench.Thresholds{P50: &limit},
		Load:  bench.Load{Rate: 50, MaxInFlight: 50, Warmup: 100 * time.Millisecond, Duration: time.Second, Timeout: 5 * time.Second, MaxBody: 1 << 20},
		Steps: []bench.Step{{Request: bench.Request{Method: "GET", Path: "/orders"}}}}
	return &bench.Plan{Name: "test", Target: target, Policy: bench.DefaultPolicy(), Scenarios: []bench.Scenario{s}}
}

func both(t *testing.T, targets ...string) (d deployed) {
	t.Helper()
	for i, text := range targets {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		d[i] = u
	}
	return d
}

func sourcesOf(all []bench.Evidence) (names []string) {
	for _, e := range all {
		name := string(e.Source)
		if e.Missing != "" {
			name += " missing"
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestARunThatFailsIsExplained(t *testing.T) {
	watch := watching(t)
	run, _, err := Run(t.Context(), asking(serving(t, watch, 20), time.Millisecond), Options{Watch: watch}, func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	r := run.Scenarios[0]
	if got := sourcesOf(r.Evidence); !slices.Equal(got, []string{"generator", "postgres missing", "server-timing", "traces"}) {
		t.Errorf("sources %v", got)
	}
	for _, e := range r.Evidence {
		if e.Source == bench.FromTraces && (e.Traces.Joined != r.Requests || e.From.IsZero() || !e.To.After(e.From)) {
			t.Errorf("%d traces of %d requests, %+v", e.Traces.Joined, r.Requests, e)
		}
	}
	if r.Verdict.Status == bench.Void { // this machine is too busy to measure; the evidence is there all the same
		r.Verdict.Status = bench.Fail
		Explain(&r)
	}
	if r.Verdict.Status != bench.Fail || len(r.Findings) == 0 || r.Findings[0].Kind != bench.NPlusOne || !strings.Contains(r.Findings[0].Summary, "19 queries a request") {
		t.Errorf("%+v\n%+v", r.Verdict, r.Findings)
	}
	if !slices.ContainsFunc(r.Advice, func(a string) bool { return strings.Contains(a, "NOT_SET is not set") }) {
		t.Errorf("%v", r.Advice)
	}
}

func TestWhatPassesIsNotExplained(t *testing.T) {
	run, _, err := Run(t.Context(), asking(serving(t, nil, 20), time.Minute), Options{}, func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	r := run.Scenarios[0]
	if r.Verdict.Status == bench.Void { // of which the generator's own part is told
		r.Findings = nil
	}
	if len(r.Findings) > 0 || len(r.Advice) > 0 || !slices.Equal(sourcesOf(r.Evidence), []string{"generator", "server-timing"}) {
		t.Errorf("%+v %v %v", r.Findings, r.Advice, sourcesOf(r.Evidence))
	}
}

// Head makes a query for each row, base does not: the comparison says so, and of base's evidence which is which.
func TestAComparisonThatFailsIsExplained(t *testing.T) {
	watch := watching(t)
	base, head := serving(t, watch, 2), serving(t, watch, 20)
	sides := both(t, base, head)
	plan := asking(base, time.Minute)
	plan.Policy.MaxTime = 4 * time.Second
	plan.Scenarios[0].Load.Rate = 200 // so that a block is short
	v, err := AB(t.Context(), plan, sides, nil, watch, func(ABProgress) {})
	if err != nil {
		t.Fatal(err)
	}
	c := v.Comparisons[0]
	for _, side := range []string{"base", "head"} {
		of := slices.DeleteFunc(slices.Clone(c.Evidence), func(e bench.Evidence) bool { return e.Side != side })
		if got := sourcesOf(of); !slices.Equal(got, []string{"generator", "postgres missing", "server-timing", "traces"}) {
			t.Errorf("%s: sources %v", side, got)
		}
	}
	if c.Verdict.Status != bench.Fail { // this machine is too busy to measure; the evidence is there all the same
		c.Evidence, c.Verdict.Status = v.Comparisons[0].Evidence, bench.Fail
		ExplainComparison(&c)
	}
	if len(c.Findings) == 0 || c.Findings[0].Kind != bench.NPlusOne {
		t.Errorf("%+v", c.Findings)
	}
}

// Two sides that would be asked in one place cannot be told apart.
func TestSidesNeedSourcesOfTheirOwn(t *testing.T) {
	w, err := NewWatch(t.Context(), bench.EvidenceConfig{Postgres: "postgres://127.0.0.1:1/shop", Profile: "http://127.0.0.1:${service.port}/debug/pprof", Metrics: bench.Off}, nil)
	if err != nil {
		t.Fatal(err)
	}
	targets := both(t, "http://127.0.0.1:8080", "http://127.0.0.1:8081")
	seen := w.of(t.Context(), targets[1], "head", w.filledFor(targets[0], "base"))
	defer seen.close()
	if !strings.Contains(seen.missing[bench.FromPostgres], "${service.side}") || seen.missing[bench.FromProfile] != "" || len(seen.collectors) != 1 {
		t.Errorf("%v, %d collectors", seen.missing, len(seen.collectors))
	}
}

func TestServicesThatAreStartedGetTheEndpoint(t *testing.T) {
	watch := watching(t)
	own := bench.Service{Env: []bench.Variable{{Name: "OTEL_TRACES_EXPORTER", Value: "none"}}}
	got := map[string]string{}
	for _, v := range watch.exporting(&own).Env {
		got[v.Name] = string(v.Value)
	}
	if got["OTEL_EXPORTER_OTLP_ENDPOINT"] != watch.Endpoint() || got["OTEL_TRACES_EXPORTER"] != "none" || len(own.Env) != 1 {
		t.Errorf("%v", got)
	}
	var nobody *Watch
	if s := nobody.exporting(&own); s != &own || nobody.Endpoint() != "" || nobody.Close() != nil {
		t.Error("a nil watch does something")
	}
}
