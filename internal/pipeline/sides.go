package pipeline

import (
	"context"
	"fmt"
	"net/url"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load"
	"github.com/tidemark/tidemark/internal/suite"
)

// Sides are the two deployments that a comparison measures, base and head.
type Sides interface {
	// Targets are where they answer now.
	Targets() [2]*url.URL
	// Commits are what they are built from; nil where that is not known.
	Commits() [2]*bench.Commit
	// Reset puts their data back to what they were. It is called before each round.
	Reset(ctx context.Context) error
	// Restart starts both anew, in the other order and on each other's ports, so that luck of a process or of a port cannot confirm
	// itself. It reports false where they are not ours to restart.
	Restart(ctx context.Context) (bool, error)
}

// deployed are sides that answer at URLs and are not ours.
type deployed [2]*url.URL

// CheckDeployed reads the suite in dir, as Check does, to compare two deployments that answer at base URLs.
func CheckDeployed(dir, base, head string) (*bench.Plan, Sides, error) {
	var d deployed
	for i, side := range []struct{ name, target string }{{"base", base}, {"head", head}} {
		target, err := suite.Target(side.target)
		if err == nil {
			d[i], err = url.Parse(target)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("--%s: %w", side.name, err)
		}
	}
	plan, err := Check(dir, base)
	if err != nil {
		return nil, nil, err
	}
	return plan, d, inTurns(plan)
}

// inTurns says why a plan cannot be measured in turns.
func inTurns(plan *bench.Plan) error {
	for _, s := range plan.Scenarios {
		if len(s.Load.Stages) > 0 {
			return fmt.Errorf("%s has stages, which cannot be measured in turns: give users or rate", s.ID)
		}
	}
	return nil
}

func (d deployed) Targets() [2]*url.URL                  { return d }
func (d deployed) Commits() [2]*bench.Commit             { return [2]*bench.Commit{} }
func (d deployed) Reset(context.Context) error           { return nil }
func (d deployed) Restart(context.Context) (bool, error) { return false, nil }

// reach makes sure that both sides answer, as the commits that they are meant to be.
func reach(ctx context.Context, plan *bench.Plan, sides Sides, v *bench.Versus) error {
	commits := sides.Commits()
	v.BaseCommit, v.HeadCommit = commits[0], commits[1]
	for i, target := range sides.Targets() {
		if err := load.Probe(ctx, target); err != nil {
			return &Unreachable{target.Redacted(), err}
		}
		asked := *plan
		asked.Target = target.String()
		version, err := proveVersion(ctx, &asked, commits[i])
		if err != nil {
			return &Unreachable{target.Redacted(), err}
		}
		*[]*bench.Target{&v.Base, &v.Head}[i] = bench.Target{URL: target.Redacted(), Version: version}
	}
	return nil
}
