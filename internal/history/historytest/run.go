package historytest

import (
	"fmt"
	"time"

	"github.com/tidemark/tidemark/bench"
)

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Run is a run, some hours after the first, of two scenarios: a, whose p95 is given, and b, which is void.
func Run(hours int, sha, branch string, status bench.Status, p95 time.Duration) *bench.Run {
	s := bench.NewSlice(0)
	for range 100 {
		s.Record(bench.Measurement{Done: p95, Sent: 1})
	}
	s.Record(bench.Measurement{Outcome: bench.Reset})
	s.Keep(bench.Exemplar{Method: "GET", Path: "/a", Outcome: bench.OK, Response: p95, Start: time.Second})
	a := bench.Collect(bench.Scenario{ID: "a", Name: "GET /a", Load: bench.Load{Users: 5}}, []*bench.Slice{s}, time.Second)
	a.Verdict = bench.Verdict{Status: status, Reasons: []string{"because"}}
	b := bench.Collect(bench.Scenario{ID: "b", Name: "GET /b"}, []*bench.Slice{s}, time.Second)
	b.Verdict = bench.Verdict{Status: bench.Void, Reasons: []string{}}
	return &bench.Run{Schema: bench.Schema, ID: id(hours), Suite: "s", Started: epoch.Add(time.Duration(hours) * time.Hour),
		Commit: &bench.Commit{SHA: sha, Branch: branch, Subject: "subject of " + sha}, Target: bench.Target{URL: "http://a"},
		Environment: bench.Environment{OS: "linux"}, Verdict: bench.Verdict{Status: status, Reasons: []string{"because"}}, Scenarios: []bench.Result{a, b}}
}

// id is that of the run of an hour.
func id(hours int) string { return fmt.Sprintf("01ARZ3NDEKTSV4RRFFQ6%06d", hours) }

// plain is such a run about which nothing else matters.
func plain(hours int) *bench.Run {
	return Run(hours, "aaaa1111", "main", bench.Pass, 20*time.Millisecond)
}
