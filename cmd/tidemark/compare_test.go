package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/report"
)

// record DIR DAY COMMIT BRANCH LEVEL... writes the records of runs, a day after each other, whose latencies lie around a level each.
func record(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 5 {
		ts.Fatalf("usage: record dir day commit branch level...")
	}
	day, err := strconv.Atoi(args[1])
	ts.Check(err)
	for i, text := range args[4:] {
		level, err := time.ParseDuration(text)
		ts.Check(err)
		rng, s := rand.New(rand.NewPCG(1, 2)), bench.NewSlice(0)
		for range 1200 {
			s.Record(bench.Measurement{Done: time.Duration(float64(level) * math.Exp(0.1*rng.NormFloat64()))})
		}
		r := bench.Collect(bench.Scenario{ID: "orders", Name: "GET /orders", Load: bench.Load{Users: 5, Duration: time.Minute}}, []*bench.Slice{s}, time.Minute)
		r.Verdict = bench.Verdict{Status: bench.Pass, Reasons: []string{}}
		_, err = report.SaveRecord(ts.MkAbs(args[0]), &bench.Run{Schema: bench.Schema, ID: fmt.Sprintf("01ARZ3NDEKTSV4RRFFQ69G%04d", day+i), Suite: "s",
			Started: time.Date(2026, 3, 1+day+i, 12, 0, 0, 0, time.UTC), Commit: &bench.Commit{SHA: args[2], Branch: args[3], Subject: "Change " + args[2]},
			Target: bench.Target{URL: "http://127.0.0.1:80"}, Environment: bench.Environment{OS: "linux/amd64", CPU: "A", Cores: 2}, Verdict: r.Verdict, Scenarios: []bench.Result{r}})
		ts.Check(err)
	}
}
