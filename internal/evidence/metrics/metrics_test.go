package metrics

import (
	"compress/gzip"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/goleak"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kinds are the gauges by kind, with their names.
func kinds(all []bench.Gauge) map[string]string {
	out := map[string]string{}
	for _, g := range all {
		out[g.Kind] += " " + g.Name
	}
	return out
}

func TestEveryRuntimeIsKnown(t *testing.T) {
	for file, want := range map[string]map[string]float64{
		"jvm.txt": {bench.PoolWaitSeconds: 12.5, bench.PoolWaits: 40, bench.PoolPending: 7, bench.PoolInUse: 10, bench.PoolMax: 10, bench.GCSeconds: 1.5, bench.GCCycles: 30, bench.AllocatedBytes: 5e9,
			bench.HeapBytes: 300e6, bench.Threads: 42, bench.Cores: 4}, // the heap is eden and old together, without the code cache
		"node.txt":   {bench.EventLoopLag: 0.012, bench.HeapBytes: 52e6, bench.GCSeconds: 0.75, bench.GCCycles: 21, bench.CPUSeconds: 9.5, bench.ResidentBytes: 120e6},
		"python.txt": {bench.GCCycles: 90 + 8 + 1, bench.CPUSeconds: 3.25, bench.ResidentBytes: 61e6},
		"ruby.txt":   {bench.PoolPending: 3, bench.PoolInUse: 5, bench.PoolMax: 5, bench.GCCycles: 11, bench.ResidentBytes: 180e6},
		"dotnet.txt": {bench.GCCycles: 17, bench.HeapBytes: 24e6, bench.Threads: 31, bench.CPUSeconds: 4},
	} {
		text, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		values, err := read(text)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for s, v := range values {
			got[s.kind] = v
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", file, d)
		}
	}
}

func TestRatesAndQuarters(t *testing.T) {
	// A counter over 8 s: 1 a second, then, in the last quarter, 9; and once the process is started anew, which counts for nothing.
	values := []float64{0, 1, 2, 3, 4, 5, 0, 9, 18}
	var samples []sample
	for i, v := range values {
		samples = append(samples, sample{time.Unix(int64(i), 0), map[series]float64{
			{name: "c", kind: bench.CPUSeconds, grows: true}: v, {name: "g", kind: bench.HeapBytes}: float64(i)}})
	}
	want := []bench.Gauge{
		// 7 rates: 1, 1, 1, 1, 1, 9, 9; quarters of two.
		{Name: "c", Kind: bench.CPUSeconds, First: 1, Last: 9, Mean: 23. / 7, Max: 9},
		{Name: "g", Kind: bench.HeapBytes, First: 0, Last: 8, Mean: 4, Max: 8},
	}
	if d := cmp.Diff(want, gauges(samples)); d != "" {
		t.Error(d)
	}
}

// collect scrapes a handler at least so many times.
func collect(t *testing.T, scrapes int64, handler http.HandlerFunc) bench.Evidence {
	t.Helper()
	var seen atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler(w, r)
		seen.Add(1)
	}))
	defer server.Close()
	c, err := New(server.URL+"/metrics", server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c.Begin(t.Context(), &bench.Scenario{})
	for seen.Load() < scrapes {
		time.Sleep(time.Millisecond)
	}
	e := c.End(t.Context(), evidence.Span{Requests: 1})
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	return e
}

func TestAGoProcess(t *testing.T) {
	registry := prometheus.NewRegistry()
	pool := sql.OpenDB(nil)
	defer pool.Close()
	pool.SetMaxOpenConns(7)
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewDBStatsCollector(pool, "shop"))
	e := collect(t, 1, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP)
	if e.Missing != "" || e.Samples < 2 {
		t.Fatalf("%+v", e)
	}
	got := kinds(e.Gauges)
	for _, kind := range []string{bench.PoolWaitSeconds, bench.PoolWaits, bench.PoolInUse, bench.PoolMax, bench.Goroutines, bench.Threads, bench.HeapBytes, bench.AllocatedBytes, bench.GCSeconds, bench.CPUSeconds, bench.Cores} {
		if got[kind] == "" {
			t.Errorf("no %s in %v", kind, got)
		}
	}
	for _, g := range e.Gauges {
		if g.Kind == bench.PoolMax && (g.Mean != 7 || g.Labels != "db_name=shop") {
			t.Errorf("%+v", g)
		}
	}
	// This process listens, so the system knows it too.
	if !strings.Contains(got[bench.CPUSeconds], "proc") {
		t.Errorf("the process that listens was not found: %v", got)
	}
}

func TestWhatCannotBeHad(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"not there": {http.NotFound, "404"},
		"a page":    {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>\x1b[31m not metrics") }, "not Prometheus' text format"},
		"too much": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, strings.Repeat("# a comment\n", mostBody/10))
		}, "more than 4 MB"},
		"a gzip bomb":   {bomb, "more than 4 MB"},
		"a broken line": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "go_goroutines nine\n") }, "not Prometheus' text format"},
	} {
		server := httptest.NewServer(c.handler)
		col, err := New(server.URL+"/metrics?token=secret", "")
		if err != nil {
			t.Fatal(err)
		}
		col.Begin(t.Context(), &bench.Scenario{})
		e := col.End(t.Context(), evidence.Span{})
		if !strings.Contains(e.Missing, c.want) || strings.ContainsAny(e.Missing, "\x1b\n") {
			t.Errorf("%s: %q", name, e.Missing)
		}
		if Probe(t.Context(), server.URL) {
			t.Errorf("%s: is taken for metrics", name)
		}
		col.Close()
		server.Close()
	}
	c, err := New("http://127.0.0.1:1/metrics?token=secret", "")
	if err != nil {
		t.Fatal(err)
	}
	c.Begin(t.Context(), &bench.Scenario{})
	if e := c.End(t.Context(), evidence.Span{}); !strings.Contains(e.Missing, "refused") || strings.Contains(e.Missing, "secret") {
		t.Error(e.Missing)
	}
	c.Close()
	if _, err := New("ftp://u:secret@host", ""); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	defer z.Close()
	line := []byte(strings.Repeat("# zeros\n", 1000))
	for range 100_000 {
		if _, err := z.Write(line); err != nil {
			return
		}
	}
}

func TestListening(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0
   3: broken
`
	if d := cmp.Diff([]string{"4711"}, listening([]byte(table), 8080)); d != "" { // 1F90
		t.Error(d)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("go_goroutines 9\ngo_gc_duration_seconds_sum NaN\n"))
	f.Add([]byte("# TYPE jvm_gc_pause_seconds summary\njvm_gc_pause_seconds_sum{a=\"b\"} 1\n"))
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = read(text) })
}
