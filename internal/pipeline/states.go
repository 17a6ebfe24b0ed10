package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// A State is how an endpoint stands: what its newest run said, and since when that is so.
type State struct {
	Suite     string
	Scenario  string // id
	Name      string
	Run       history.Entry
	Verdict   bench.Verdict
	Result    *bench.Result
	Threshold float64       // of p95, in milliseconds; 0: none
	Points    []bench.Point // p95 of the newest runs that count, in the order of time
	Since     *bench.Point  // the first of the newest runs that were all within their thresholds, or all beyond one; nil: the newest is void
	Runs      int           // how many those are
	Open      bool          // they are all that were looked at, so that it may be so for longer
}

// StateOptions say whose states are asked for.
type StateOptions struct {
	Suite, Branch string // empty: all
	Points        int    // how many of the newest runs are looked at
}

// States is how each endpoint of a history stands, in the order of suites, and in each in that of its newest run. What a threshold is, the newest run says: by
// it the earlier ones are held too.
func States(ctx context.Context, store history.Store, o StateOptions) ([]State, error) {
	endpoints, err := store.Endpoints(ctx, history.Query{Suite: o.Suite, Branch: o.Branch})
	if err != nil {
		return nil, err
	}
	runs := map[string]*bench.Run{} // endpoints of a suite share them
	var all []State
	for _, e := range endpoints {
		run := runs[e.Run]
		if run == nil {
			if run, err = store.Run(ctx, e.Run); errors.Is(err, history.ErrNotFound) { // somebody has just deleted it
				continue
			}
			if err != nil {
				return nil, err
			}
			runs[e.Run] = run
		}
		r := resultOf(run, e.Scenario)
		if r == nil {
			continue // an id that stores had to clean
		}
		s := State{Suite: e.Suite, Scenario: e.Scenario, Name: r.Name, Run: history.IndexOf(run).Entry, Verdict: r.Verdict, Result: r}
		s.Threshold, _ = r.Thresholds.Latency("p95")
		if err := s.lookBack(ctx, store, o); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b State) int {
		if a.Suite != b.Suite || a.Run.ID != b.Run.ID {
			return 0 // they come by suite; what the newest run no longer has stays where it is
		}
		return position(runs[a.Run.ID], a.Scenario) - position(runs[b.Run.ID], b.Scenario)
	})
	return all, nil
}

func position(run *bench.Run, scenario string) int {
	return slices.IndexFunc(run.Scenarios, func(r bench.Result) bool { return r.ID == scenario })
}

// lookBack finds since when a state is so.
func (s *State) lookBack(ctx context.Context, store history.Store, o StateOptions) (err error) {
	q := history.Query{Suite: s.Suite, Branch: o.Branch, Limit: o.Points}
	if s.Points, err = store.Series(ctx, s.Scenario, "p95", q); err != nil {
		return err
	}
	bad := s.Verdict.Status == bench.Fail
	if s.Verdict.Status == bench.Void {
		return nil
	}
	metrics := []string{"p50", "p95", "p99", "errors", "throughput"}
	if bad {
		metrics = s.Verdict.Breached
	}
	beyond := map[string]bool{} // runs that were
	for _, metric := range metrics {
		t := bench.Trend{Points: s.Points}
		if t.Threshold, t.AtLeast = thresholdOf(s.Result, metric); t.Threshold <= 0 {
			continue
		}
		if metric != "p95" {
			if t.Points, err = store.Series(ctx, s.Scenario, metric, q); err != nil {
				return err
			}
		}
		for _, p := range t.Points {
			beyond[p.Run] = beyond[p.Run] || t.Breaches(p.Value)
		}
	}
	for i := len(s.Points) - 1; i >= 0; i-- {
		p := &s.Points[i]
		if p.Run != s.Run.ID && beyond[p.Run] != bad {
			return nil
		}
		s.Since, s.Runs = p, s.Runs+1
	}
	s.Open = len(s.Points) == o.Points
	return nil
}

// A Cause is a finding with the run and the endpoint that it was found in.
type Cause struct {
	Run      history.Entry
	Scenario string
	Name     string
	bench.Finding
}

// Causes is the findings of the newest runs that a query asks for, the newest first.
func Causes(ctx context.Context, store history.Store, q history.Query) (all []Cause, looked int, err error) {
	entries, err := store.List(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	looked = len(entries)
	entries = slices.DeleteFunc(entries, func(e history.Entry) bool { // only what failed or is void is explained, and the whole is as bad as its worst
		return e.Status == bench.Pass || e.Status == bench.Close || e.Status == bench.NotJudged
	})
	runs, err := readAll(ctx, store, entries)
	if err != nil {
		return nil, 0, err
	}
	for at, e := range entries {
		run := runs[at]
		if run == nil {
			continue
		}
		for i := range run.Scenarios {
			r := &run.Scenarios[i]
			for _, f := range r.Findings {
				all = append(all, Cause{e, r.ID, r.Name, f})
			}
		}
	}
	return all, looked, nil
}

// atOnce is how many records are read at the same time: reading one is some milliseconds of work for a processor.
const atOnce = 4

// readAll reads the runs of entries, in their order. One that somebody has just deleted is nil.
func readAll(ctx context.Context, store history.Store, entries []history.Entry) ([]*bench.Run, error) {
	runs := make([]*bench.Run, len(entries))
	reading, ctx := errgroup.WithContext(ctx)
	reading.SetLimit(atOnce)
	for i, e := range entries {
		reading.Go(func() error {
			run, err := store.Run(ctx, e.ID)
			if errors.Is(err, history.ErrNotFound) {
				return nil
			}
			runs[i] = run
			return err
		})
	}
	return runs, reading.Wait()
}

// Neighbour is the run from before another, of its suite and its branch. The error wraps history.ErrNotFound if there is none.
func Neighbour(ctx context.Context, store history.Store, run *bench.Run) (history.Entry, error) {
	before, err := store.List(ctx, history.Query{Suite: run.Suite, Branch: branchOf(run), Until: run.Started.Truncate(time.Microsecond), Limit: 1})
	if err == nil && len(before) == 0 {
		err = history.ErrNotFound
	}
	if err != nil {
		return history.Entry{}, err
	}
	return before[0], nil
}
