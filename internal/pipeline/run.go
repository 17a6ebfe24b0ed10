// Package pipeline is the path of the data in code: one file for each verb.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/gate"
	"github.com/tidemark/tidemark/internal/load"
)

// An Unreachable is a target that could not be connected to, or is not the one that was meant, before anything was measured.
type Unreachable struct {
	Target string
	Err    error
}

func (u *Unreachable) Error() string { return fmt.Sprintf("cannot reach %s: %v", u.Target, u.Err) }
func (u *Unreachable) Unwrap() error { return u.Err }

// Options are what a run needs beside its plan.
type Options struct {
	Env    map[string]string // as Environment gives it
	Commit string            // that the run is tagged with; empty: what is checked out
}

// A Progress tells how far a run is.
type Progress struct {
	Scenario *bench.Scenario
	load.Progress
}

// Run executes a plan, one scenario after another, with pieces of the control in between, and judges what it measured. When ctx ends,
// the run ends in order and is marked partial. With the run come the slices that it was collected from. each is told once a second
// how far a scenario is. The error is an *Unreachable, or the generator's own failure.
func Run(ctx context.Context, plan *bench.Plan, o Options, each func(Progress)) (*bench.Run, []bench.Series, error) {
	target, err := url.Parse(plan.Target)
	if err != nil {
		return nil, nil, fmt.Errorf("target: %w", err)
	}
	if err := load.Probe(ctx, target); err != nil {
		return nil, nil, &Unreachable{target.Redacted(), err}
	}
	run := &bench.Run{Schema: bench.Schema, ID: ulid.Make().String(), Suite: plan.Name, Started: time.Now().UTC(), Commit: commit(ctx, o.Commit),
		Target: bench.Target{URL: target.Redacted()}, Environment: environment()}
	if run.Target.Version, err = proveVersion(ctx, plan, run.Commit); err != nil {
		return nil, nil, &Unreachable{target.Redacted(), err}
	}
	control, err := openControl(ctx, target, plan.Control, o.Env, each)
	if err != nil {
		return nil, nil, err
	}
	defer func() { run.Control = control.close(ctx) }()
	var series []bench.Series
	for i := range plan.Scenarios {
		s := &plan.Scenarios[i]
		if err := control.measure(ctx, s.ID); err != nil {
			return nil, nil, err
		}
		if run.Partial = ctx.Err() != nil; run.Partial {
			break
		}
		result, rec, err := runScenario(ctx, target, plan, s, o, each)
		if err != nil {
			return nil, nil, err
		}
		run.Scenarios = append(run.Scenarios, result)
		series = append(series, bench.Series{Scenario: s.ID, Slices: rec.Slices})
		if run.Partial = rec.Partial; run.Partial {
			break
		}
	}
	if err := control.measure(ctx, ""); err != nil {
		return nil, nil, err
	}
	run.Verdict = gate.Whole(run.Scenarios)
	return run, series, nil
}

func runScenario(ctx context.Context, target *url.URL, plan *bench.Plan, s *bench.Scenario, o Options, each func(Progress)) (bench.Result, load.Recording, error) {
	rec, err := load.Run(ctx, target, s, o.Env, func(p load.Progress) { each(Progress{s, p}) })
	if failed, ok := errors.AsType[*load.PrepareError](err); ok {
		// Nothing was measured; what other scenarios measure is worth having all the same.
		result := bench.Collect(*s, nil, 0)
		result.Verdict = bench.Verdict{Status: bench.Fail, Reasons: []string{failed.Error()}}
		return result, rec, nil
	}
	if err != nil {
		return bench.Result{}, rec, err
	}
	result := bench.Collect(*s, rec.Slices, rec.Measured)
	result.Generator.CPUShare, result.Generator.GCPause = rec.CPUShare, bench.Milliseconds(rec.GCPause)
	result.Notes = rec.Notes
	gate.Judge(&result, rec.Slices, s.Thresholds, plan.Policy.Strict)
	return result, rec, nil
}
