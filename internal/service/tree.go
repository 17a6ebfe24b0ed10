package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A Tree is a folder with the source of one commit.
type Tree struct {
	Dir    string // the one that corresponds to the folder that was named: commands run there
	Commit bench.Commit

	root    string // of the checkout; empty: it is the user's own, and not ours to remove
	gitDir  string // of the repository that the checkout belongs to
	janitor janitor
}

// cleanTime is how long removing a checkout may take, whatever has become of the context that it was made with.
const cleanTime = time.Minute

// WorkingTree is the user's own folder as it stands, with all that is not committed.
func WorkingTree(ctx context.Context, dir string) (*Tree, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c, err := Resolve(ctx, dir, "HEAD")
	if err != nil {
		return nil, err
	}
	if branch, err := git(ctx, dir, "symbolic-ref", "--quiet", "--short", "HEAD"); err == nil { // detached: no branch
		c.Branch = branch
	}
	changes, err := git(ctx, dir, "status", "--porcelain", "--untracked-files=no")
	c.Dirty = changes != ""
	return &Tree{Dir: dir, Commit: c}, err
}

// Checkout puts the commit that ref names into a temporary folder, as a detached worktree of the repository around dir, with those submodules
// that are checked out in dir too. dir may be a folder within the repository; the tree's is then the same folder of the checkout. The caller closes the tree.
func Checkout(ctx context.Context, dir, ref string) (*Tree, error) {
	commit, err := Resolve(ctx, dir, ref)
	if err != nil {
		return nil, err
	}
	gitDir, err := git(ctx, dir, "rev-parse", "--path-format=absolute", "--git-common-dir")
	if err != nil {
		return nil, err
	}
	prefix, err := git(ctx, dir, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	root, err := temporary("checkout")
	if err != nil {
		return nil, err
	}
	t := &Tree{Dir: filepath.Join(root, prefix), Commit: commit, root: root, gitDir: gitDir}
	if t.janitor, err = newJanitor(root, gitDir); err != nil {
		return nil, errors.Join(err, os.Remove(root))
	}
	if err := t.fill(ctx, dir, prefix); err != nil {
		return nil, errors.Join(err, t.Close()) // what is half made goes, whatever has become of ctx
	}
	return t, nil
}

func (t *Tree) fill(ctx context.Context, dir, prefix string) error {
	// Hooks of the user's are for the user's own checkouts.
	if _, err := git(ctx, dir, "-c", "core.hooksPath="+os.DevNull, "worktree", "add", "--detach", "--", t.root, t.Commit.SHA); err != nil {
		return err
	}
	if info, err := os.Stat(t.Dir); err != nil || !info.IsDir() {
		return fmt.Errorf("commit %.9s has no folder %s", t.Commit.SHA, prefix)
	}
	up, err := git(ctx, dir, "rev-parse", "--show-cdup")
	if err != nil {
		return err
	}
	return submodules(ctx, filepath.Join(dir, up), t.root)
}

// Close removes a checkout, and what git noted of it. It does nothing to the user's own folder, and nothing the second time.
func (t *Tree) Close() error {
	if t.root == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), cleanTime)
	defer cancel()
	err := removeAll(t.root)
	// git's note goes by the checkout's path. `worktree prune` would take those of others along that happen to be unreachable now.
	if list, e := git(ctx, t.gitDir, "worktree", "list", "--porcelain", "-z"); e != nil {
		err = errors.Join(err, e)
	} else if listed(list, t.root) {
		_, e := git(ctx, t.gitDir, "worktree", "remove", "--force", "--", t.root)
		err = errors.Join(err, e)
	}
	if err = errors.Join(err, t.janitor.off()); err != nil {
		err = fmt.Errorf("remove the checkout of %.9s in %s: %w", t.Commit.SHA, t.root, err)
	}
	t.root = ""
	return err
}

// listed reports whether `git worktree list --porcelain -z` names a folder.
func listed(list, root string) bool {
	return slices.Contains(strings.Split(list, "\x00"), "worktree "+filepath.ToSlash(root))
}

// temporary makes an empty folder whose name has no link in it: git and others resolve links, and would know it by another name.
func temporary(purpose string) (string, error) {
	dir, err := os.MkdirTemp("", "tidemark-"+purpose+"-")
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// removeAll removes a folder with all that is in it, be it protected against writing, as Go's module cache is.
func removeAll(dir string) error {
	err := os.RemoveAll(dir)
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error { // what cannot be opened cannot be removed either, and is told below
		if err == nil && d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}
