package gitbranch

import (
	"fmt"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

const many = 10_000

// year is a branch with a year of runs of ten endpoints, as a clone has it: in one pack.
func year(b *testing.B) (dir string) {
	b.Helper()
	dir = repository(b)
	s := opened(b, dir, "")
	model := sample(0)
	endpoint := model.Scenarios[0]
	model.Scenarios = nil
	for e := range 10 {
		endpoint.ID = fmt.Sprint("endpoint-", e)
		model.Scenarios = append(model.Scenarios, endpoint)
	}
	var runs []*bench.Run
	for i := range many {
		run := *model
		run.ID, run.Started = sample(i).ID, model.Started.Add(time.Duration(i)*365*24*time.Hour/many)
		if runs = append(runs, &run); len(runs) == 500 {
			add(b, s, runs...)
			runs = nil
		}
	}
	run(b, dir, "repack", "-adq")
	return dir
}

// As a command does it: with a git of its own.
func BenchmarkTenThousandRuns(b *testing.B) {
	dir := year(b)
	for name, q := range map[string]history.Query{"last ten of an endpoint": {Branch: "main", Limit: 10}, "all of an endpoint": {Branch: "main"}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := Open(b.Context(), dir, Here, branch)
				if err != nil {
					b.Fatal(err)
				}
				points, err := s.Series(b.Context(), "endpoint-3", "p95", q)
				if err != nil || len(points) != min(many, max(q.Limit, len(points))) || len(points) == 0 {
					b.Fatal(len(points), err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	s := opened(b, dir, Here)
	b.Run("last ten, opened", func(b *testing.B) {
		for b.Loop() {
			if points, err := s.Series(b.Context(), "endpoint-3", "p95", history.Query{Branch: "main", Limit: 10}); err != nil || len(points) != 10 {
				b.Fatal(len(points), err)
			}
		}
	})
	b.Run("all ten endpoints", func(b *testing.B) { // as a trend does
		for b.Loop() {
			s, err := Open(b.Context(), dir, Here, branch)
			if err != nil {
				b.Fatal(err)
			}
			for e := range 10 {
				if points, err := s.Series(b.Context(), fmt.Sprint("endpoint-", e), "p95", history.Query{}); err != nil || len(points) < many {
					b.Fatal(len(points), err)
				}
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("list all", func(b *testing.B) {
		for b.Loop() {
			if all, err := s.List(b.Context(), history.Query{}); err != nil || len(all) < many {
				b.Fatal(len(all), err)
			}
		}
	})
	b.Run("the oldest run by its id", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Run(b.Context(), sample(0).ID); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("add one", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := s.Add(b.Context(), sample(100_000+i)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
