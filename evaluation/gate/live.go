package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// servers are sides that are ours to restart.
type servers struct {
	factors [2]float64
	running [2]*server
}

func (s *servers) start(order ...int) (err error) {
	for _, side := range order {
		if s.running[side], err = startServer(s.factors[side]); err != nil {
			return err
		}
	}
	return nil
}

func (s *servers) stop() error { return errors.Join(s.running[0].stop(), s.running[1].stop()) }

func (s *servers) Targets() [2]*url.URL { return [2]*url.URL{s.running[0].url, s.running[1].url} }

func (s *servers) Commits() [2]*bench.Commit { return [2]*bench.Commit{} }

func (s *servers) Reset(context.Context) error { return nil }

func (s *servers) Restart(context.Context) (bool, error) {
	return true, errors.Join(s.stop(), s.start(1, 0))
}

// live lets the whole comparison decide, from its warm-up to its confirmation, and prints a line for each decision. Every other one is
// disturbed.
func live(ctx context.Context, runs int, factors []float64) error {
	for n := range runs {
		factor := factors[n%len(factors)]
		quiet := func() error { return nil }
		if n%2 == 1 {
			undisturbed, err := disturbed()
			if err != nil {
				return err
			}
			quiet = undisturbed
		}
		s := &servers{factors: [2]float64{1, factor}}
		if err := s.start(0, 1); err != nil {
			return err
		}
		began := time.Now()
		plan := &bench.Plan{Policy: bench.DefaultPolicy(), Scenarios: []bench.Scenario{*scenario()}}
		v, err := pipeline.AB(ctx, plan, s, nil, nil, func(pipeline.ABProgress) {})
		if err := errors.Join(err, s.stop(), quiet()); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil //nolint:nilerr // interrupted: what was decided before is printed
		}
		fmt.Fprintf(os.Stdout, "%g\t%s\t%d pairs\t%s\t%v\n", factor, v.Verdict.Status, v.Comparisons[0].Pairs, time.Since(began).Round(time.Second), v.Verdict.Reasons)
	}
	return nil
}
