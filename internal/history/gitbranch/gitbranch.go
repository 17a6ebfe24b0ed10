// Package gitbranch keeps history in a branch of a git repository, which needs no server but the one that the code is on.
//
// Its stance: the repository is the user's. Commits are made of objects alone, so that work tree, index and HEAD stay as they are, and so do
// hooks and settings. Each run has files of its own, so that two who add runs never contradict each other: whoever comes second puts
// theirs on top of what came first, as often as it takes.
package gitbranch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tidemark/tidemark/internal/history"
)

// Here in place of a remote's name means that the branch is this repository's own.
const Here = "."

// defaultRemote is the one that a clone has.
const defaultRemote = "origin"

// Store is a history.Store in a branch.
type Store struct {
	git      git
	objects  objects
	branch   string // its name
	remote   string // where others find it, too; Here: nowhere
	local    string // the branch's reference in this repository
	theirs   string // what the remote's was when we asked last
	shallow  bool   // the clone has not all commits
	unpushed string // a commit on top of theirs, with runs that could not be sent; not there if there are none

	writing sync.Mutex

	reading sync.Mutex
	known   map[string]history.Index // by the ids of their blobs, which never change

	fetching sync.Mutex
	fetched  time.Time // when the remote was asked last
	outdated time.Time // when we knew that what we had been told before was old
}

var _ history.Store = (*Store)(nil)

// Open finds the repository that dir is in, and the branch. The remote is the named one, Here for none, or if it is empty the default, if there
// is one. The remote is not asked before something is read or written. The error wraps history.ErrLocation.
func Open(ctx context.Context, dir, remote, branch string) (*Store, error) {
	g := git{dir: dir}
	shallow, err := g.run(ctx, nil, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return nil, located(ctx, fmt.Errorf("a history in a git branch is kept in the repository that tidemark is called in: %w", err))
	}
	if _, err := g.run(ctx, nil, "check-ref-format", "refs/heads/"+branch); err != nil {
		return nil, located(ctx, fmt.Errorf("%q cannot be the name of a branch", branch))
	}
	names, err := g.run(ctx, nil, "remote")
	if err != nil {
		return nil, located(ctx, err)
	}
	known := strings.Fields(names)
	switch {
	case remote == "" && slices.Contains(known, defaultRemote):
		remote = defaultRemote
	case remote == "":
		remote = Here
	case remote != Here && !slices.Contains(known, remote):
		return nil, located(ctx, fmt.Errorf("no remote of this repository is named %q (it has: %s); a branch %s/%s is git:%s/%s/%s", remote, strings.Join(append(known, Here), ", "),
			remote, branch, append(known, Here)[0], remote, branch))
	}
	return &Store{git: g, objects: objects{git: g}, known: map[string]history.Index{}, branch: branch, remote: remote, shallow: shallow == "true", local: "refs/heads/" + branch,
		theirs: "refs/remotes/" + remote + "/" + branch, unpushed: "refs/tidemark/" + remote + "/" + branch}, nil
}

// Existing opens the branch if it is there, here or at the remote; else the error wraps history.ErrNone.
func Existing(ctx context.Context, dir, remote, branch string) (*Store, error) {
	s, err := Open(ctx, dir, remote, branch)
	if err != nil {
		return nil, err
	}
	tree, err := s.view(ctx)
	if err == nil && tree == "" {
		err = history.ErrNone
	}
	if err != nil {
		_ = s.Close() // the error in hand matters more
		return nil, err
	}
	return s, nil
}

func located(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("history: %w", ctx.Err())
	}
	return fmt.Errorf("%w: %w", history.ErrLocation, err)
}

// Close implements history.Store.
func (s *Store) Close() error { return s.objects.close() }
