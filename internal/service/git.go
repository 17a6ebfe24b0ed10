package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// ofAnotherRepository are variables that git sets for its hooks. Whoever runs us from one means the folder that we are told.
var ofAnotherRepository = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"}

// environ is our environment as others get it: also without the variables that name another repository.
func environ() []string {
	return slices.DeleteFunc(bench.ForOthers(os.Environ()), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(ofAnotherRepository, name)
	})
}

// git runs git in a folder and returns what it printed. It asks nobody for a password. The error tells what git said.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "git", append([]string{"-c", "log.showSignature=false"}, args...)...)
	c.Dir = dir
	c.Env = append(environ(), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	alone(c)
	err := c.Run()
	switch {
	case ctx.Err() != nil:
		endRest(c)
		return "", ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("git is not on the PATH")
	case err != nil:
		said := clean(stderr.String())
		for _, word := range []string{"fatal: ", "error: "} {
			said = strings.TrimPrefix(said, word)
		}
		for args[0] == "-c" {
			args = args[2:]
		}
		return "", &gitError{args[0], said, err}
	}
	return strings.TrimRight(stdout.String(), "\r\n"), nil
}

// A gitError is what git said when it failed.
type gitError struct {
	command, said string
	err           error
}

func (e *gitError) Error() string {
	if e.said == "" {
		return fmt.Sprintf("git %s: %v", e.command, e.err)
	}
	return fmt.Sprintf("git %s: %s", e.command, e.said)
}
func (e *gitError) Unwrap() error { return e.err }

// said reports whether git ended with an exit status, which for some commands is an answer.
func said(err error, status int) bool {
	exit, ok := errors.AsType[*exec.ExitError](err)
	return ok && exit.ExitCode() == status
}

// Resolve is the commit that ref names in the repository around dir. A branch that is not checked out here is looked for at origin
// too: what CI fetches has no local branches. The error says what to do where a clone is shallow.
func Resolve(ctx context.Context, dir, ref string) (bench.Commit, error) {
	if ref == "" || strings.HasPrefix(ref, "-") {
		return bench.Commit{}, fmt.Errorf("%q is no commit: write a branch, a tag or a commit's name", ref)
	}
	if _, err := git(ctx, dir, "rev-parse", "--git-dir"); err != nil {
		return bench.Commit{}, fmt.Errorf("%s: %w", dir, err)
	}
	for _, name := range []string{ref, "refs/remotes/origin/" + ref} {
		sha, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
		if err == nil {
			return describe(ctx, dir, sha)
		}
		if ctx.Err() != nil {
			return bench.Commit{}, ctx.Err()
		}
	}
	return bench.Commit{}, fmt.Errorf("%q is no commit that is known here%s", ref, shallow(ctx, dir, "write a branch, a tag or a commit's name, and fetch it first"))
}

func describe(ctx context.Context, dir, sha string) (bench.Commit, error) {
	subject, err := git(ctx, dir, "log", "-1", "--format=%s", "--end-of-options", sha)
	return bench.Commit{SHA: sha, Subject: subject}, err
}

// shallow is the advice for a repository in which something is missing.
func shallow(ctx context.Context, dir, otherwise string) string {
	if is, err := git(ctx, dir, "rev-parse", "--is-shallow-repository"); err == nil && is == "true" {
		return ": this clone is shallow and has only the newest commits; clone all of them (actions/checkout: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`), or run `git fetch --unshallow`"
	}
	return ": " + otherwise
}

// MergeBase is the commit that head was branched off from base at: what a pull request is to be held against.
func MergeBase(ctx context.Context, dir, base, head string) (bench.Commit, error) {
	b, h, err := both(ctx, dir, base, head)
	if err != nil {
		return bench.Commit{}, err
	}
	sha, err := git(ctx, dir, "merge-base", "--end-of-options", b.SHA, h.SHA)
	if said(err, 1) {
		return bench.Commit{}, fmt.Errorf("%s and %s have no commit in common%s", base, head, shallow(ctx, dir, "they are of two histories"))
	}
	if err != nil {
		return bench.Commit{}, err
	}
	return describe(ctx, dir, sha)
}

// Commits are those after good up to bad, the oldest first. Only first parents are followed, as with git bisect --first-parent: a branch that
// was merged counts as its merge, because commits within it need not work, and because the merge is what changed what was deployed.
func Commits(ctx context.Context, dir, good, bad string) ([]bench.Commit, error) {
	g, b, err := both(ctx, dir, good, bad)
	if err != nil {
		return nil, err
	}
	if g.SHA == b.SHA {
		return nil, fmt.Errorf("%s and %s are the same commit: there is nothing between them", good, bad)
	}
	if _, err := git(ctx, dir, "merge-base", "--is-ancestor", g.SHA, b.SHA); said(err, 1) {
		if _, err := git(ctx, dir, "merge-base", "--is-ancestor", b.SHA, g.SHA); err == nil {
			return nil, fmt.Errorf("%s comes after %s: write the good one first", good, bad)
		}
		return nil, fmt.Errorf("%s is no ancestor of %s%s", good, bad, shallow(ctx, dir, "name a commit that the bad one was made from, as `git merge-base` finds it"))
	} else if err != nil {
		return nil, err
	}
	list, err := git(ctx, dir, "log", "--first-parent", "--reverse", "--format=%H %s", "--end-of-options", g.SHA+".."+b.SHA)
	if err != nil {
		return nil, err
	}
	var all []bench.Commit
	for line := range strings.SplitSeq(list, "\n") {
		sha, subject, _ := strings.Cut(line, " ")
		all = append(all, bench.Commit{SHA: sha, Subject: subject})
	}
	return all, nil
}

func both(ctx context.Context, dir, one, other string) (a, b bench.Commit, err error) {
	if a, err = Resolve(ctx, dir, one); err == nil {
		b, err = Resolve(ctx, dir, other)
	}
	return a, b, err
}
