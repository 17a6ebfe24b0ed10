// Package pipeline is the path of the data in code: one file for each verb.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/diagnose"
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
	Watch  *Watch            // nil: no evidence is gathered but the generator's own
}

// A Progress tells how far a run is.
type Progress struct {
	Scenario *bench.Scenario
	load.Progress
}

// Run executes a plan, one scenario after another, with pieces of the control in between, and judges what it measured. When ctx ends,
// the run ends in order and is marked partial. With the run come the slices that it was collected from. each is told once a second
// how far a scenario is. The error is an *Unreachable, or the generator's own failure; what was measured before it comes along, as a
// partial run.
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
	seen := o.Watch.of(ctx, target, "", nil)
	defer func() { _ = seen.close() }() // it was only read from
	var series []bench.Series
	broken := func(err error) (*bench.Run, []bench.Series, error) { // nothing that was measured is lost
		run.Partial, run.Verdict = true, gate.Whole(run.Scenarios)
		return run, series, err
	}
	for i := range plan.Scenarios {
		s := &plan.Scenarios[i]
		if err := control.measure(ctx, s.ID); err != nil {
			return broken(err)
		}
		if run.Partial = ctx.Err() != nil; run.Partial {
			break
		}
		result, rec, err := runScenario(ctx, target, plan, s, o, seen, each)
		if err != nil {
			return broken(err)
		}
		run.Scenarios = append(run.Scenarios, result)
		series = append(series, bench.Series{Scenario: s.ID, Slices: rec.Slices})
		if run.Partial = rec.Partial; run.Partial {
			break
		}
	}
	if err := control.measure(ctx, ""); err != nil {
		return broken(err)
	}
	run.Verdict = gate.Whole(run.Scenarios)
	return run, series, nil
}

func runScenario(ctx context.Context, target *url.URL, plan *bench.Plan, s *bench.Scenario, o Options, seen *watched, each func(Progress)) (result bench.Result, rec load.Recording, err error) {
	session, err := load.Open(ctx, target, s, o.Env)
	if failed, ok := errors.AsType[*load.PrepareError](err); ok {
		// Nothing was measured; what other scenarios measure is worth having all the same.
		result = bench.Collect(*s, nil, 0)
		result.Verdict = bench.Verdict{Status: bench.Fail, Reasons: []string{failed.Error()}}
		return result, load.Recording{Partial: ctx.Err() != nil}, nil
	}
	if err != nil {
		return result, rec, err
	}
	seen.follow(session)
	began := false
	session.AtMeasurement(func() { seen.begin(ctx, s); began = true })
	rec, err = session.Measure(ctx, s.Load.Warmup, s.Load.Duration, func(p load.Progress) { each(Progress{s, p}) })
	if err == nil {
		result = bench.Collect(*s, rec.Slices, rec.Measured)
		result.Generator.CPUShare, result.Generator.GCPause = rec.CPUShare, bench.Milliseconds(rec.GCPause)
		if began {
			result.Evidence = append(seen.end(ctx, &result, rec.Observed), seen.facts(s, &result, rec)) // before the teardown: that is no part of it
		}
	}
	if closeErr := session.Close(ctx); closeErr != nil {
		rec.Notes = append(rec.Notes, closeErr.Error())
	}
	if err != nil {
		return result, rec, err
	}
	result.Notes = rec.Notes
	gate.Judge(&result, rec.Slices, s.Thresholds, plan.Policy.Strict)
	Explain(&result)
	return result, rec, nil
}

// Explain looks for the causes of a result that failed, or of one that is void: then the generator's own. What passed needs no cause.
func Explain(r *bench.Result) {
	r.Findings, r.Advice = nil, nil
	switch r.Verdict.Status {
	case bench.Fail:
		r.Findings, r.Advice = diagnose.Explain(diagnose.Of(r))
		if r.Requests == r.Failed() { // however late the generator was, it is not why
			r.Findings = slices.DeleteFunc(r.Findings, func(f bench.Finding) bool { return f.Kind == bench.GeneratorLimit })
		}
	case bench.Void:
		all, _ := diagnose.Explain(diagnose.Of(r))
		r.Findings = slices.DeleteFunc(all, func(f bench.Finding) bool { return f.Kind != bench.GeneratorLimit })
	}
}
