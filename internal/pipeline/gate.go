package pipeline

import (
	"context"
	"errors"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/service"
)

// A Repository is where commits of the service are taken from, and what its service's commands say goes to.
type Repository struct {
	Dir  string // within a git repository; commands run in the folder of a checkout that corresponds to it
	Logs string // folder
	Said func(string)
}

// ErrNoService says that a suite does not tell how its service is started.
var ErrNoService = errors.New("suite.yml has no `service:`, which says how a commit is built and started: see docs/SUITES.md, or give two URLs with --base and --head")

// A BadInput is something that the user has to mend; nothing was measured.
type BadInput struct{ Err error }

func (b *BadInput) Error() string { return b.Err.Error() }
func (b *BadInput) Unwrap() error { return b.Err }

// Gate compares what is checked out in a repository, or the commit that head names, with the commit at which it left base. Both are built,
// started on ports and with data of their own, measured by AB, and stopped; whatever the end, nothing of them is left. The error is AB's, a
// *BadInput, an *Unreachable of a side that cannot be built or started, or says what is left behind.
func Gate(ctx context.Context, plan *bench.Plan, repo Repository, base, head string, env map[string]string, watch *Watch, each func(ABProgress)) (v *bench.Versus, err error) {
	if err := servable(plan); err != nil {
		return nil, err
	}
	from, to, err := commits(ctx, repo.Dir, base, head)
	if err != nil {
		return nil, &BadInput{err}
	}
	var trees [2]*service.Tree
	defer func() {
		for _, t := range trees {
			if t != nil {
				err = errors.Join(err, t.Close())
			}
		}
	}()
	if head == "" {
		trees[1], err = service.WorkingTree(ctx, repo.Dir)
	} else {
		trees[1], err = service.Checkout(ctx, repo.Dir, to.SHA)
	}
	if err != nil {
		return nil, err
	}
	if from.SHA == to.SHA && !trees[1].Commit.Dirty {
		return unchanged(plan, from), nil
	}
	if trees[0], err = service.Checkout(ctx, repo.Dir, from.SHA); err != nil {
		return nil, err
	}
	each = comparing(&trees[0].Commit, &trees[1].Commit, each)
	sides, err := serve(ctx, *watch.exporting(plan.Service), trees, repo, each)
	if err != nil {
		return nil, notServed(err)
	}
	defer func() { err = errors.Join(err, sides.Close()) }()
	v, err = AB(ctx, plan, sides, env, watch.in(repo.Dir), each)
	return v, notServed(err)
}

// servable reports why a plan cannot be measured on commits that are built and started here.
func servable(plan *bench.Plan) error {
	if plan.Service == nil {
		return &BadInput{ErrNoService}
	}
	if err := inTurns(plan); err != nil {
		return &BadInput{err}
	}
	return nil
}

// commits are the one at which head, or what is checked out, left base, and head's.
func commits(ctx context.Context, dir, base, head string) (from, to bench.Commit, err error) {
	if head == "" {
		head = "HEAD"
	}
	if to, err = service.Resolve(ctx, dir, head); err != nil {
		return from, to, err
	}
	from, err = service.MergeBase(ctx, dir, base, to.SHA)
	return from, to, err
}

// unchanged is the comparison of a commit with itself, for which nothing has to be measured.
func unchanged(plan *bench.Plan, c bench.Commit) *bench.Versus {
	v := newVersus(plan)
	v.BaseCommit, v.HeadCommit = &c, &c
	v.Verdict = bench.Verdict{Status: bench.Pass, Reasons: []string{"base and head are the same commit: nothing was measured"}}
	return v
}

// notServed says what a failure to build, start or reset a side means: an *Unreachable, or a *BadInput where the environment lacks something.
func notServed(err error) error {
	if failed, ok := errors.AsType[*service.Failure](err); ok {
		return &Unreachable{"the service", failed}
	}
	if missing, ok := errors.AsType[service.MissingEnv](err); ok {
		return &BadInput{missing}
	}
	return err
}
