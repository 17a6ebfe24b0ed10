package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/gate"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/service"
)

// A Staging is the only place where a change can be measured, so that base is history.
type Staging struct {
	Store   history.Store
	Branch  string // that base's runs are of
	Lock    string // file of the lock that keeps two jobs from measuring at once; empty: that of the target on this machine
	Waiting func(string)
}

// GateHistory measures the target and holds it against the newest runs of a branch. What fails, or would but for a doubt about a single run of
// head, is measured once more: both runs are head then. The runs come with the comparison, for the caller to save; they are not added to history, which is for runs of the branch.
// Without runs to compare with, the comparison is inconclusive. The error is Run's, or of the store.
func GateHistory(ctx context.Context, plan *bench.Plan, s Staging, o Options, each func(Progress)) (v *bench.Versus, runs []*bench.Run, err error) {
	if _, err := s.Store.List(ctx, history.Query{Branch: s.Branch, Limit: 1}); err != nil {
		return nil, nil, err // before minutes of measuring
	}
	file := s.Lock
	if file == "" {
		file = service.LockFile(plan.Target)
	}
	lock, err := service.Acquire(ctx, file, func(h service.Holder) { s.Waiting(fmt.Sprintf("%s measures %s: waiting", h, plan.Target)) })
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	for range 2 { // the second time to confirm
		run, _, err := Run(ctx, plan, o, each)
		if err != nil {
			return v, runs, err
		}
		runs = append(runs, run)
		if run.Partial {
			return interrupted(plan, run), runs, nil
		}
		if v, err = s.compare(ctx, plan, runs); err != nil || v.Verdict.Status != bench.Fail && !flagged(v) {
			return v, runs, err
		}
	}
	return v, runs, nil
}

// flagged reports whether anything is slower beyond the noise between runs.
func flagged(v *bench.Versus) bool {
	return slices.ContainsFunc(v.Comparisons, func(c bench.Comparison) bool {
		return slices.ContainsFunc(c.Effects, func(e bench.Effect) bool { return e.Flagged }) ||
			slices.ContainsFunc(c.Rates, func(r bench.RateEffect) bool { return r.Flagged })
	})
}

func (s Staging) compare(ctx context.Context, plan *bench.Plan, runs []*bench.Run) (*bench.Versus, error) {
	head := runs[len(runs)-1]
	v, err := AgainstHistory(ctx, s.Store, runs, s.Branch, CompareOptions{Tolerance: plan.Policy.Tolerance})
	if errors.Is(err, history.ErrNotFound) {
		v, err = newVersus(plan), nil
		for i := range head.Scenarios {
			r := &head.Scenarios[i]
			v.Comparisons = append(v.Comparisons, bench.Comparison{ID: r.ID, Name: r.Name, Effects: []bench.Effect{}, HeadRuns: len(runs), Verdict: bench.Verdict{Status: bench.Inconclusive,
				Reasons: []string{fmt.Sprintf("history has no run of branch %s on a machine like this one: keep runs of it with `tidemark run` first", s.Branch)}}})
		}
	}
	if err != nil {
		return nil, err
	}
	v.Head, v.HeadCommit = head.Target, head.Commit
	var base *bench.Run
	if n := len(v.BaseRuns); n > 0 {
		if base, err = s.Store.Run(ctx, v.BaseRuns[n-1].ID); err != nil {
			return nil, err
		}
		v.BaseCommit = base.Commit
	}
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		var before *bench.Result
		if base != nil {
			before = resultOf(base, c.ID)
		}
		gate.Budgets(c, resultOf(head, c.ID), before, plan.Policy)
	}
	v.Verdict = gate.WholeVersus(v.Comparisons)
	return v, nil
}

// interrupted is a comparison that ended before anything could be compared.
func interrupted(plan *bench.Plan, run *bench.Run) *bench.Versus {
	v := newVersus(plan)
	v.Partial, v.Head, v.HeadCommit = true, run.Target, run.Commit
	v.Verdict = bench.Verdict{Status: bench.Inconclusive, Reasons: []string{"interrupted"}}
	return v
}
