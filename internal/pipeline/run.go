// Package pipeline is the path of the data in code: one file for each verb.
package pipeline

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/gate"
	"github.com/tidemark/tidemark/internal/load"
)

// An Unreachable is a target that could not be connected to before anything was measured.
type Unreachable struct {
	Target string
	Err    error
}

func (u *Unreachable) Error() string { return fmt.Sprintf("cannot reach %s: %v", u.Target, u.Err) }
func (u *Unreachable) Unwrap() error { return u.Err }

// A Progress tells how far a run is.
type Progress struct {
	Scenario *bench.Scenario
	load.Progress
}

// Run executes a plan, one scenario after another, and judges what it measured. When ctx ends, the run ends in order and is
// marked partial. each is told once a second how far a scenario is. The error is an *Unreachable, or the generator's own failure.
func Run(ctx context.Context, plan *bench.Plan, each func(Progress)) (*bench.Run, error) {
	target, err := url.Parse(plan.Target)
	if err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	if err := load.Probe(target); err != nil {
		return nil, &Unreachable{target.Redacted(), err}
	}
	run := &bench.Run{Schema: bench.Schema, ID: ulid.Make().String(), Suite: plan.Name, Started: time.Now().UTC(), Commit: commit(ctx),
		Target: bench.Target{URL: target.Redacted()}, Environment: environment()}
	for i := range plan.Scenarios {
		s := &plan.Scenarios[i]
		rec, err := load.Run(ctx, target, s, func(p load.Progress) { each(Progress{s, p}) })
		if err != nil {
			return nil, err
		}
		result := bench.Collect(*s, rec.Slices, rec.Measured)
		result.Generator.CPUShare = rec.CPUShare
		gate.Judge(&result, rec.Slices, s.Thresholds)
		run.Scenarios = append(run.Scenarios, result)
		if run.Partial = run.Partial || rec.Partial; run.Partial {
			break
		}
	}
	run.Verdict = gate.Whole(run.Scenarios)
	return run, nil
}
