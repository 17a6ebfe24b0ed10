package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/compare"
	"github.com/tidemark/tidemark/internal/service"
)

const (
	sureEnough = 0.99 // probability of the culprit at which the search ends
	moreTrials = 8    // than thrice the bits that there are to find, and the search gives up
	mostDiff   = 64 << 10
)

// Bisect finds the commit between good and bad that made a scenario slower: the one that scenario names, or that differs most. It holds commits
// against good, each with new processes, until one is the culprit with 99%; a commit that cannot be built is passed over. Then the culprit is
// proved against the commit before it. Errors are Gate's; what was found before comes with them, marked partial.
func Bisect(ctx context.Context, plan *bench.Plan, repo Repository, good, bad, scenario string, env map[string]string, each func(ABProgress)) (_ *bench.Bisection, err error) {
	if err := servable(plan); err != nil {
		return nil, err
	}
	if plan, err = only(plan, scenario); err != nil {
		return nil, &BadInput{err}
	}
	s := &search{plan: plan, repo: repo, env: env, each: each, b: &bench.Bisection{Schema: bench.BisectionSchema, ID: ulid.Make().String(), Started: time.Now().UTC(), Trials: []bench.Trial{}}}
	if s.commits, err = service.Commits(ctx, repo.Dir, good, bad); err != nil {
		return nil, &BadInput{err}
	}
	if s.b.Good, err = service.Resolve(ctx, repo.Dir, good); err != nil {
		return nil, &BadInput{err}
	}
	s.b.Bad = s.commits[len(s.commits)-1]
	defer func() { err = errors.Join(err, s.close()) }()
	err = s.begin(ctx)
	for _, next := range []func(context.Context) error{s.narrow, s.prove} {
		if err == nil && ctx.Err() == nil && s.effect.Metric != "" {
			err = next(ctx)
		}
	}
	if s.b.Partial = err != nil || ctx.Err() != nil; ctx.Err() != nil {
		return s.b, nil // that is no failure
	}
	return s.b, notServed(err)
}

// only is a plan of one scenario, or the whole plan if none is named.
func only(plan *bench.Plan, scenario string) (*bench.Plan, error) {
	if scenario == "" {
		return plan, nil
	}
	i := slices.IndexFunc(plan.Scenarios, func(s bench.Scenario) bool { return s.ID == scenario || s.Name == scenario })
	if i < 0 {
		return nil, fmt.Errorf("the suite has no scenario %q", scenario)
	}
	one := *plan
	one.Scenarios = plan.Scenarios[i : i+1]
	return &one, nil
}

// A search is a bisection under way.
type search struct {
	plan    *bench.Plan
	repo    Repository
	env     map[string]string
	each    func(ABProgress)
	b       *bench.Bisection
	live    bench.LiveBisection
	commits []bench.Commit // after good, the oldest first
	effect  bench.Effect   // of bad, in the metric that is searched by

	goodTree *service.Tree
	good     *service.Service
}

// begin compares good with bad, and chooses what is searched by: the effect that is largest among those that are confirmed.
func (s *search) begin(ctx context.Context) (err error) {
	if s.goodTree, err = service.Checkout(ctx, s.repo.Dir, s.b.Good.SHA); err != nil {
		return err
	}
	s.at(1, len(s.commits))
	if s.good, err = ready(ctx, *s.plan.Service, s.goodTree, service.Base, s.repo, comparing(&s.b.Good, &s.b.Bad, s.tell)); err != nil {
		return err
	}
	if s.b.Whole, err = s.against(ctx, s.good, s.goodTree, s.b.Bad, s.plan); err != nil {
		return err
	}
	for i := range s.b.Whole.Comparisons {
		c := &s.b.Whole.Comparisons[i]
		for _, e := range c.Effects {
			if e.Confirmed != nil && e.Confirmed.Holds && (s.effect.Metric == "" || e.Ratio > s.effect.Ratio) {
				s.effect, s.b.Scenario, s.b.Metric = e, c.ID, e.Metric
			}
		}
	}
	if s.effect.Metric == "" {
		return nil
	}
	s.plan, err = only(s.plan, s.b.Scenario)
	return err
}

// at says which step of the search begins, and how many commits are left. About as many trials will follow as it takes to halve these until there is one; then comes
// the proof.
func (s *search) at(step, left int) {
	s.live = bench.LiveBisection{Good: s.b.Good, Bad: s.b.Bad, Step: step, Steps: step + bits.Len(uint(left-1)), Commits: len(s.commits), Left: left}
	if step == 1 {
		s.live.Steps++
	}
	if n := len(s.b.Suspects); n > 0 && s.b.Probability > 0.5 {
		s.live.Suspect, s.live.Others, s.live.Probability = &s.b.Suspects[n-1], n-1, s.b.Probability
	}
}

// tell adds to what is told of a comparison which step of the search it is.
func (s *search) tell(p ABProgress) {
	live := s.live // as it is now
	p.Bisection = &live
	s.each(p)
}

// against compares a running or stopped good side with a commit.
func (s *search) against(ctx context.Context, good *service.Service, goodTree *service.Tree, c bench.Commit, plan *bench.Plan) (v *bench.Versus, err error) {
	err = s.with(ctx, good, goodTree, c, func(sides *services) (err error) {
		v, err = AB(ctx, plan, sides, s.env, nil, sides.each)
		return err
	})
	return v, err
}

// with runs measure with both sides started, and leaves good stopped and the commit's gone.
func (s *search) with(ctx context.Context, good *service.Service, goodTree *service.Tree, c bench.Commit, measure func(*services) error) (err error) {
	tree, err := service.Checkout(ctx, s.repo.Dir, c.SHA)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tree.Close()) }()
	each := comparing(&goodTree.Commit, &tree.Commit, s.tell)
	head, err := ready(ctx, *s.plan.Service, tree, service.Head, s.repo, each)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, good.Stop(), head.Close()) }()
	sides := &services{trees: [2]*service.Tree{goodTree, tree}, sides: [2]*service.Service{good, head}, each: each}
	if err := sides.start(ctx, 0, 0, 1); err != nil {
		return err
	}
	return measure(sides)
}

// narrow measures commits until one is the culprit with enough probability.
func (s *search) narrow(ctx context.Context) error {
	search := compare.NewCulprit(len(s.commits), s.effect)
	most := 3*bits.Len(uint(len(s.commits))) + moreTrials
	for trial := 0; ; trial++ {
		first, last, p := search.Best()
		s.b.Suspects, s.b.Probability = s.commits[first:last+1], p
		i, ok := search.Next()
		s.at(2+trial, search.Left(sureEnough))
		if p >= sureEnough || !ok || trial == most {
			return nil
		}
		c := s.commits[i]
		s.repo.Said(fmt.Sprintf("trial %d: %.9s %s", trial+1, c.SHA, c.Subject))
		e, err := s.trial(ctx, c)
		if failed, ok := errors.AsType[*service.Failure](err); ok && ctx.Err() == nil {
			s.b.Trials = append(s.b.Trials, bench.Trial{Commit: c, Skipped: failed.Error()})
			search.Skip(i)
			continue
		}
		if err != nil || ctx.Err() != nil {
			return err
		}
		s.b.Trials = append(s.b.Trials, bench.Trial{Commit: c, Ratio: e.Ratio, Low: e.Low, High: e.High})
		search.Measured(i, e)
	}
}

// errUnmeasured is a trial in which a side answered nothing.
var errUnmeasured = errors.New("it answered nothing that could be measured")

// trial is the effect of one commit, of as many pairs as the first look has.
func (s *search) trial(ctx context.Context, c bench.Commit) (effect bench.Effect, err error) {
	err = s.with(ctx, s.good, s.goodTree, c, func(sides *services) error {
		d := newDuel(s.plan, 0, s.env, nil, sides.each)
		if err := d.prepare(ctx, sides); err != nil {
			return err
		}
		pairs, err := d.sample(ctx)
		if err != nil || ctx.Err() != nil {
			return err
		}
		for _, e := range compare.Compare(pairs, 1, d.rng) {
			if e.Metric == s.b.Metric {
				effect = e
				return nil
			}
		}
		return &service.Failure{Side: service.Head, Phase: service.Serve, Err: errUnmeasured}
	})
	return effect, err
}

// prove compares what comes before the suspects with the last of them, as a pull request would be.
func (s *search) prove(ctx context.Context) (err error) {
	first := slices.IndexFunc(s.commits, func(c bench.Commit) bool { return c.SHA == s.b.Suspects[0].SHA })
	last := s.b.Suspects[len(s.b.Suspects)-1]
	before := s.b.Good
	if first > 0 {
		before = s.commits[first-1]
	}
	diff, err := service.Diff(ctx, s.repo.Dir, before.SHA, last.SHA, mostDiff)
	if err != nil {
		return err
	}
	s.b.Diff = diff
	s.live.Step = 2 + len(s.b.Trials)
	s.live.Steps = s.live.Step
	if before.SHA == s.b.Good.SHA && last.SHA == s.b.Bad.SHA {
		s.b.Proof = s.b.Whole
		return nil
	}
	tree, err := service.Checkout(ctx, s.repo.Dir, before.SHA)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tree.Close()) }()
	side, err := ready(ctx, *s.plan.Service, tree, service.Base, s.repo, comparing(&before, &last, s.tell))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, side.Close()) }()
	s.b.Proof, err = s.against(ctx, side, tree, last, s.plan)
	return err
}

func (s *search) close() error {
	var err error
	if s.good != nil {
		err = s.good.Close()
	}
	if s.goodTree != nil {
		err = errors.Join(err, s.goodTree.Close())
	}
	return err
}
