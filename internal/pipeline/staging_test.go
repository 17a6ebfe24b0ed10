package pipeline

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history/sqlite"
)

// stagingPlan is one endpoint of a server that waits as long as it is told, measured for a second.
func stagingPlan(t *testing.T, wait *atomic.Int64) *bench.Plan {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Duration(wait.Load())) }))
	t.Cleanup(srv.Close)
	return &bench.Plan{Name: "s", Target: srv.URL, Policy: bench.DefaultPolicy(), Scenarios: []bench.Scenario{{ID: "a", Name: "GET /a", Steps: []bench.Step{{Request: bench.Request{Method: "GET", Path: "/a"}}},
		Load: bench.Load{Rate: 300, MaxInFlight: 100, Duration: time.Second, Timeout: time.Minute, MaxBody: 1 << 20}}}}
}

// Six runs of main at 20 ms; then one at 80 ms, four times as long, fails after a second run shows it again; without history nothing does.
func TestGateAgainstHistory(t *testing.T) {
	t.Parallel()
	var wait atomic.Int64
	wait.Store(int64(20 * time.Millisecond))
	plan := stagingPlan(t, &wait)
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s := Staging{Store: store, Branch: "main", Lock: filepath.Join(t.TempDir(), "lock"), Waiting: func(string) {}}
	v, runs, err := GateHistory(t.Context(), plan, s, Options{}, func(Progress) {})
	if err != nil || len(runs) != 1 || v.Verdict.Status != bench.Inconclusive && v.Verdict.Status != bench.Void {
		t.Fatalf("%+v, %d runs, %v", v, len(runs), err)
	}
	for range 6 {
		run, _, err := Run(t.Context(), plan, Options{}, func(Progress) {})
		if err != nil {
			t.Fatal(err)
		}
		run.Commit = &bench.Commit{SHA: "aaaa", Branch: "main"}
		if err := store.Add(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}
	wait.Store(int64(80 * time.Millisecond))
	v, runs, err = GateHistory(t.Context(), plan, s, Options{}, func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	skipIfVoid(t, v)
	if v.Verdict.Status != bench.Fail || len(runs) != 2 || !strings.Contains(strings.Join(v.Verdict.Reasons, "\n"), "GET /a p50: 2") {
		t.Errorf("%+v, %d runs", v.Verdict, len(runs))
	}
}
