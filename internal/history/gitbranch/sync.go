package gitbranch

import (
	"context"
	"fmt"
	"time"

	"github.com/tidemark/tidemark/internal/history"
)

// askAgain is how old what the remote told may be when it is read. A command reads in less; a dashboard goes on for days.
const askAgain = time.Minute

// networkTime bounds one conversation with a remote.
const networkTime = 5 * time.Minute

// A state is what is known of the branch.
type state struct {
	base     string // the commit that a new one goes on top of; "": there is none
	unpushed string // the commit with what could not be sent
	tree     string // of both together; "": nothing is there
	baseTree string
}

// state looks at the references, and puts what could not be sent on top of what others have. Nothing is written but objects.
func (s *Store) state(ctx context.Context) (st state, err error) {
	refs, err := s.git.references(ctx, s.local, s.theirs, s.unpushed)
	if err != nil {
		return st, s.failed(ctx, err)
	}
	st.base = refs[s.local]
	if s.remote != Here {
		st.unpushed = refs[s.unpushed]
		if refs[s.theirs] != "" { // else the branch began here, and the remote does not have it yet
			st.base = refs[s.theirs]
		}
	}
	base, err := s.objects.commit(ctx, st.base)
	if err != nil {
		return st, s.failed(ctx, err)
	}
	st.baseTree, st.tree = base.tree, base.tree
	if st.unpushed != "" {
		if st.tree, err = s.withUnpushed(ctx, st); err != nil {
			return st, s.failed(ctx, err)
		}
	}
	if st.tree == "" {
		return st, nil
	}
	root, err := s.objects.tree(ctx, st.tree)
	if err == nil {
		err = s.checkFormat(ctx, root)
	}
	if err != nil {
		return st, s.failed(ctx, err)
	}
	return st, nil
}

// withUnpushed is the tree of a state's base, and in it the files that the unpushed commit has added to its parent.
func (s *Store) withUnpushed(ctx context.Context, st state) (string, error) {
	mine, err := s.objects.commit(ctx, st.unpushed)
	if err != nil {
		return "", err
	}
	before, err := s.objects.commit(ctx, mine.parent)
	if err != nil {
		return "", err
	}
	added, err := s.objects.added(ctx, before.tree, mine.tree)
	if err != nil {
		return "", err
	}
	return s.changed(ctx, st.baseTree, added)
}

// view is the tree to read, once it is known what others have added.
func (s *Store) view(ctx context.Context) (tree string, err error) {
	if err := s.fetch(ctx, askAgain); err != nil {
		return "", err
	}
	st, err := s.state(ctx)
	return st.tree, err
}

// fetch asks the remote for the branch, unless it did so a short while ago.
func (s *Store) fetch(ctx context.Context, old time.Duration) error {
	if s.remote == Here {
		return nil
	}
	s.fetching.Lock()
	defer s.fetching.Unlock()
	if s.fetched.After(s.outdated) && time.Since(s.fetched) < old {
		return nil
	}
	for try := range tries {
		if err := pause(ctx, try); err != nil {
			return s.failed(ctx, err)
		}
		now := time.Now()
		err := s.pull(ctx)
		if err == nil {
			s.fetched = now
			return nil
		}
		if try == tries-1 || !said(err, "cannot lock ref", ".lock", "shallow file has changed") { // by another process here
			return s.unreachable(ctx, "cannot be asked for", err)
		}
	}
	return nil
}

func (s *Store) pull(ctx context.Context) error {
	shallow, err := s.git.run(ctx, nil, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return err
	}
	args := []string{"fetch", "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-write-fetch-head", "--refmap="}
	if shallow == "true" { // one that has all its commits gets all of these too; it would not be whole any more
		args = append(args, "--depth=1")
	}
	err = s.converse(ctx, append(args, "--", s.remote, "+refs/heads/"+s.branch+":"+s.theirs)...)
	if !said(err, "couldn't find remote ref") {
		return err
	}
	refs, err := s.git.references(ctx, s.theirs)
	if err != nil {
		return err
	}
	return s.git.move(ctx, s.theirs, "", refs[s.theirs]) // it had the branch once
}

func (s *Store) push(ctx context.Context, commit string) error {
	err := s.converse(ctx, "push", "--quiet", "--no-verify", "--", s.remote, commit+":refs/heads/"+s.branch)
	s.fetching.Lock()
	defer s.fetching.Unlock()
	s.outdated = time.Now()
	return err
}

// converse runs a git that talks to the remote.
func (s *Store) converse(ctx context.Context, args ...string) error {
	bounded, cancel := context.WithTimeoutCause(ctx, networkTime, fmt.Errorf("no end after %s", networkTime))
	defer cancel()
	_, err := s.git.run(bounded, nil, args...)
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		return context.Cause(bounded)
	}
	return err
}

func (s *Store) unreachable(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return s.failed(ctx, err)
	}
	return fmt.Errorf("%w: the remote %s %s the branch %s: %w", history.ErrUnreachable, s.remote, what, s.branch, err)
}
