package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/service"
)

// services are two sides that are built from source and run here, each with a port and data of its own.
type services struct {
	trees   [2]*service.Tree
	sides   [2]*service.Service
	targets [2]*url.URL
	each    func(ABProgress)
}

// serve builds and prepares both trees, one after the other, and starts them. The caller closes what it returns, and the trees after it.
func serve(ctx context.Context, def bench.Service, trees [2]*service.Tree, repo Repository, each func(ABProgress)) (*services, error) {
	s := &services{trees: trees, each: each}
	for i, side := range []service.Side{service.Base, service.Head} {
		one, err := ready(ctx, def, trees[i], side, repo, each)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.sides[i] = one
	}
	if err := s.start(ctx, 0, 0, 1); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// ready builds and prepares one side.
func ready(ctx context.Context, def bench.Service, tree *service.Tree, side service.Side, repo Repository, each func(ABProgress)) (*service.Service, error) {
	s, err := service.New(def, tree, side, repo.Logs)
	if err != nil {
		return nil, err
	}
	repo.Said(fmt.Sprintf("%s: building %.9s %s", side, tree.Commit.SHA, tree.Commit.Subject))
	each(ABProgress{Doing: fmt.Sprintf("building %s", side)})
	if err := s.Build(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	each(ABProgress{Doing: fmt.Sprintf("preparing %s", side)})
	if err := s.Prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// start starts sides in an order; swapped says that each takes the port that the other had.
func (s *services) start(ctx context.Context, swapped int, order ...int) error {
	ports := [2]int{s.sides[0].Port(), s.sides[1].Port()}
	for _, i := range order {
		s.each(ABProgress{Doing: "starting " + sideNames[i]})
		base, err := s.sides[i].Start(ctx, ports[i^swapped])
		if err != nil {
			return err
		}
		if s.targets[i], err = url.Parse(base); err != nil {
			return err
		}
	}
	return nil
}

// Targets implements Sides.
func (s *services) Targets() [2]*url.URL { return s.targets }

// Commits implements Sides.
func (s *services) Commits() [2]*bench.Commit {
	return [2]*bench.Commit{&s.trees[0].Commit, &s.trees[1].Commit}
}

// Reset implements Sides. A side that has died under load is started again: what it failed is counted already.
func (s *services) Reset(ctx context.Context) error {
	for i, side := range s.sides {
		if side.Err() != nil {
			if err := errors.Join(side.Stop(), s.start(ctx, 0, i)); err != nil {
				return err
			}
		}
		s.each(ABProgress{Doing: "resetting " + sideNames[i]})
		if err := side.Reset(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Restart implements Sides.
func (s *services) Restart(ctx context.Context) (bool, error) {
	s.each(ABProgress{Doing: "stopping both"})
	if err := errors.Join(s.sides[0].Stop(), s.sides[1].Stop()); err != nil {
		return true, err
	}
	return true, s.start(ctx, 1, 1, 0)
}

// Close stops both sides and removes their data.
func (s *services) Close() error {
	var err error
	for _, side := range s.sides {
		if side != nil {
			err = errors.Join(err, side.Close())
		}
	}
	return err
}
