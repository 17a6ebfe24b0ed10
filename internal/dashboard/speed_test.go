//go:build unix

package dashboard

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history/sqlite"
)

// grown is a store of so many runs, four an hour up to now, each the record of a real one with other numbers: a step a third of the way, slow growth after it, and a failing
// endpoint in every run, so that nothing can be skipped.
func grown(b *testing.B, n int) (s *sqlite.Store, last *bench.Run) {
	s = store(b)
	like := realRuns(b)[0]
	for _, run := range realRuns(b) {
		if run.Verdict.Status == bench.Fail {
			like = run
		}
	}
	record, err := (&bench.Run{Schema: like.Schema, ID: "ID-OF-IT", Suite: like.Suite, Started: like.Started, Commit: &bench.Commit{SHA: "SHA-OF-IT", Branch: "main"}, Target: like.Target,
		Environment: like.Environment, Verdict: like.Verdict, Scenarios: like.Scenarios}).Record()
	if err != nil {
		b.Fatal(err)
	}
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(-time.Duration(n) * 15 * time.Minute)
	batch := make([]*bench.Run, 0, 500)
	for i := range n {
		run := *like
		run.Started = start.Add(time.Duration(i) * 15 * time.Minute)
		run.ID = ulid.MustNew(ulid.Timestamp(run.Started), ulid.DefaultEntropy()).String()
		run.Commit = &bench.Commit{SHA: fmt.Sprintf("%040x", i+1), Branch: [...]string{"main", "main", "main", "feature"}[i%4], Subject: fmt.Sprintf("Change %d", i)}
		run.Text = bytes.Replace(bytes.Replace(record, []byte("ID-OF-IT"), []byte(run.ID), 1), []byte("SHA-OF-IT"), []byte(run.Commit.SHA), 1) // encoding each would take minutes
		run.Scenarios = append([]bench.Result{}, like.Scenarios...)
		for j := range run.Scenarios {
			f := 1 + 0.02*float64(i*7919%13) + float64(i)/float64(4*n)
			if i > n/3 {
				f += 0.5
			}
			l := &run.Scenarios[j].Latency
			l.P50, l.P95, l.P99 = l.P50*f, l.P95*f, l.P99*f
		}
		last = &run
		if batch = append(batch, last); len(batch) == cap(batch) || i == n-1 {
			add(b, s, batch...)
			batch = batch[:0]
		}
	}
	return s, last
}

// processor is the time that this process has spent on processors: on a machine that does other things too it says more than the clock.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Every page over 10,000 runs: go test -bench Pages -benchtime 20x ./internal/dashboard
func BenchmarkPages(b *testing.B) {
	s, last := grown(b, 10_000)
	server := New(Config{Store: s})
	entries := link("/trend", "suite", last.Suite, "scenario", last.Scenarios[0].ID)
	for _, page := range []struct{ name, path string }{
		{"overview", "/"}, {"overview of a branch", "/?branch=feature"}, {"trend of 100", entries}, {"trend of 1000", entries + "&last=1000"}, {"trend of 10000", entries + "&last=10000"},
		{"trend of a month", entries + "&from=2026-10-01&to=2026-10-31"}, {"runs", "/runs"}, {"older runs", "/runs?until=2026-08-01T00:00:00Z"}, {"run", "/runs/" + last.ID}, {"run by commit", "/runs/" + last.Commit.SHA[:40]},
		{"compare", "/compare"}, {"findings", "/findings"}, {"findings of 30", "/findings?last=30"}, {"series as JSON", "/api/v1/series?metric=p95&scenario=" + last.Scenarios[0].ID},
	} {
		b.Run(page.name, func(b *testing.B) {
			before := processor(b)
			for b.Loop() {
				w := httptest.NewRecorder()
				server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+page.path, nil))
				if w.Code != http.StatusOK || page.name == "compare" && !strings.Contains(w.Body.String(), "Why these verdicts") {
					b.Fatal(w.Code, w.Body)
				}
			}
			b.ReportMetric(float64((processor(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
		})
	}
}
