package gitbranch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/historytest"
)

const branch = "tidemark-history"

// place opens a repository by its folder, with the remote that it has.
func place(ctx context.Context, dir string) (history.Store, error) { return Open(ctx, dir, "", branch) }

func TestMain(m *testing.M) {
	for name, value := range map[string]string{"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.DevNull} { // nobody has an identity
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	historytest.Main(m, place)
}

// run runs git as a user would.
func run(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, err := tryRun(dir, args...)
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func tryRun(dir string, args ...string) (string, error) {
	c := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "-c", "init.defaultBranch=main"}, args...)...)
	out, err := c.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// repository is one with some commits of code.
func repository(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	run(t, dir, "init", "-q", "-b", "main")
	for i := range 3 {
		write(t, filepath.Join(dir, "code"), fmt.Sprint("version ", i))
		run(t, dir, "add", "code")
		run(t, dir, "commit", "-q", "-m", fmt.Sprint("change ", i))
	}
	return dir
}

// shared is a bare repository with that code.
func shared(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shared.git")
	run(t, ".", "clone", "-q", "--bare", repository(t), dir)
	run(t, dir, "config", "receive.autogc", "false") // a server tidies up when it likes
	return dir
}

func clone(t testing.TB, remote string, options ...string) string {
	t.Helper()
	dir := t.TempDir()
	run(t, ".", append(append([]string{"clone", "-q"}, options...), "file://"+remote, dir)...) // file://, so that it may be shallow
	return dir
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func opened(t testing.TB, dir, remote string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, remote, branch)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func sample(hours int) *bench.Run {
	return historytest.Run(hours, "aaaa1111", "main", bench.Pass, time.Millisecond)
}

func add(t testing.TB, s *Store, runs ...*bench.Run) {
	t.Helper()
	if err := s.Add(t.Context(), runs...); err != nil {
		t.Fatal(err)
	}
}

// hours are those of the runs that a store lists.
func hours(t testing.TB, s *Store) string {
	t.Helper()
	all, err := s.List(t.Context(), history.Query{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "%s ", strings.TrimLeft(e.ID[20:], "0"))
	}
	return strings.TrimSpace(b.String())
}

func TestConformanceWithoutARemote(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	historytest.Conform(t, func(ctx context.Context, name string) (history.Store, error) {
		return Open(ctx, dir, "", "history/"+name)
	})
}

// All who open a store work in one clone, as the worktrees of a developer do.
func TestConformanceInOneClone(t *testing.T) {
	t.Parallel()
	dir := clone(t, shared(t))
	historytest.Conform(t, func(ctx context.Context, name string) (history.Store, error) {
		return Open(ctx, dir, "origin", "history/"+name)
	})
}

// Each who opens it has a clone of their own, as deep as CI makes them.
func TestConformanceOfShallowClones(t *testing.T) {
	t.Parallel()
	cloned := os.DirFS(clone(t, shared(t), "--depth=1"))
	historytest.Together(t, func(ctx context.Context, name string) (history.Store, error) {
		dir := t.TempDir()
		if err := os.CopyFS(dir, cloned); err != nil { // it costs less than another clone, and is one
			return nil, err
		}
		return Open(ctx, dir, "", "history/"+name)
	})
}

func TestAKilledWriterLeavesTheBranchInOrder(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"here": repository(t), "with a remote": clone(t, shared(t))} {
		t.Run(name, func(t *testing.T) {
			historytest.Killed(t, place, dir, func(t *testing.T) {
				// A git that is killed leaves its lock behind, and says so to the next one.
				s := opened(t, dir, "")
				if err := s.Add(t.Context(), sample(999_000)); err != nil && !strings.Contains(err.Error(), ".lock") {
					t.Errorf("%v", err)
				}
				unlock(t, dir)
			})
		})
	}
}

// unlock does what git tells the user to do then, here and at the remote.
func unlock(t *testing.T, dir string) {
	t.Helper()
	remote, _ := tryRun(dir, "remote", "get-url", "origin")
	for _, root := range []string{filepath.Join(dir, ".git"), strings.TrimPrefix(remote, "file://")} {
		err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".lock") {
				err = os.Remove(path)
			}
			if errors.Is(err, os.ErrNotExist) { // tidied up by git itself
				return nil
			}
			return err
		})
		if err != nil && strings.HasPrefix(root, dir) {
			t.Error(err)
		}
	}
}

// everything is what a user sees of their repository, but for the branch.
func everything(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	for _, args := range [][]string{{"status", "--porcelain=v2", "--branch"}, {"diff"}, {"diff", "--cached"}, {"stash", "list"}, {"config", "--list", "--local"}, {"rev-parse", "HEAD"},
		{"reflog"}, {"log", "--oneline", "--all", "--not", "--glob=*" + branch, "--glob=tidemark"}, {"tag"}, {"rev-parse", "--is-shallow-repository"}} {
		fmt.Fprintln(&b, run(t, dir, args...))
	}
	for _, name := range []string{"index", "HEAD", "FETCH_HEAD", "ORIG_HEAD", "config"} {
		text, err := os.ReadFile(filepath.Join(dir, run(t, dir, "rev-parse", "--git-path", name)))
		fmt.Fprintf(&b, "%s %x %t\n", name, text, err == nil)
	}
	return b.String()
}

func TestTheUsersWorkIsNotTouched(t *testing.T) {
	t.Parallel()
	remote := shared(t)
	run(t, remote, "tag", "v1", "main")
	for name, prepare := range map[string]func(t *testing.T) (dir string){
		"without a remote": func(t *testing.T) string { return repository(t) },
		"in a clone":       func(t *testing.T) string { return clone(t, remote, "--no-tags") },
		"in a shallow clone": func(t *testing.T) string {
			return clone(t, remote, "--depth=1")
		},
		"in a clone without blobs": func(t *testing.T) string {
			run(t, remote, "config", "uploadpack.allowFilter", "true")
			return clone(t, remote, "--filter=blob:none")
		},
		"in a detached head": func(t *testing.T) string {
			dir := clone(t, remote)
			run(t, dir, "checkout", "-q", "--detach", "HEAD~1")
			return dir
		},
		"in a worktree": func(t *testing.T) string {
			dir := filepath.Join(t.TempDir(), "tree")
			run(t, clone(t, remote), "worktree", "add", "-q", "-b", "feature", dir)
			return dir
		},
		"with a merge that is not done": func(t *testing.T) string {
			dir := clone(t, remote)
			run(t, dir, "checkout", "-q", "-b", "other", "HEAD~1")
			write(t, filepath.Join(dir, "code"), "otherwise")
			run(t, dir, "commit", "-q", "-a", "-m", "otherwise")
			if out, err := tryRun(dir, "merge", "main"); err == nil {
				t.Fatalf("merged: %s", out)
			}
			return dir
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := prepare(t)
			write(t, filepath.Join(dir, "new"), "not added")
			write(t, filepath.Join(dir, "staged"), "added")
			run(t, dir, "add", "staged")
			for _, hook := range []string{"pre-push", "post-commit", "reference-transaction", "post-checkout"} {
				path := run(t, dir, "rev-parse", "--git-path", "hooks/"+hook)
				if !filepath.IsAbs(path) {
					path = filepath.Join(dir, path)
				}
				if err := os.WriteFile(path, []byte("#!/bin/sh\necho "+hook+" ran >&2\nexit 1\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			write(t, filepath.Join(dir, "staged"), "added, and changed")
			before := everything(t, dir)
			s := opened(t, dir, "")
			add(t, s, sample(1), sample(2))
			if err := s.Delete(t.Context(), sample(1).ID); err != nil {
				t.Fatal(err)
			}
			if got := hours(t, s); got != "2" {
				t.Errorf("runs %s", got)
			}
			if _, err := s.Run(t.Context(), sample(2).ID); err != nil {
				t.Error(err)
			}
			if after := everything(t, dir); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}

func TestWhatIsCommitted(t *testing.T) {
	t.Parallel()
	remote := shared(t)
	dir := clone(t, remote)
	s := opened(t, dir, "")
	add(t, s, sample(1))
	add(t, s, sample(2), sample(30))
	add(t, s, sample(1), sample(2)) // there already: no commit
	if err := s.Delete(t.Context(), sample(2).ID, "nothing"); err != nil {
		t.Fatal(err)
	}
	const log = "tidemark <tidemark@localhost> tidemark: Forget runs\ntidemark <tidemark@localhost> tidemark: Add 2 runs\ntidemark <tidemark@localhost> tidemark: Add run 01ARZ3NDEKTSV4RRFFQ6000001"
	if got := run(t, remote, "log", "--format=%an <%ae> %cn: %s", branch); got != log {
		t.Errorf("%s", got)
	}
	const files = "README.md\nformat\nruns/2026/03/01/130000.000000-01ARZ3NDEKTSV4RRFFQ6000001.index.json\nruns/2026/03/01/130000.000000-01ARZ3NDEKTSV4RRFFQ6000001.json\n" +
		"runs/2026/03/02/180000.000000-01ARZ3NDEKTSV4RRFFQ6000030.index.json\nruns/2026/03/02/180000.000000-01ARZ3NDEKTSV4RRFFQ6000030.json"
	if got := run(t, remote, "ls-tree", "-r", "--name-only", branch); got != files {
		t.Errorf("%s", got)
	}
	record, err := sample(30).Record()
	if err != nil {
		t.Fatal(err)
	}
	if got := run(t, remote, "show", branch+":runs/2026/03/02/180000.000000-01ARZ3NDEKTSV4RRFFQ6000030.json"); got != strings.TrimSpace(string(record)) {
		t.Errorf("%s", got)
	}
	if got := run(t, remote, "fsck", "--strict"); strings.Contains(got, "error") {
		t.Errorf("%s", got)
	}
	if out, err := tryRun(remote, "merge-base", branch, "main"); err == nil {
		t.Errorf("has %s in common with the code", out)
	}
}

func TestAShallowCloneStaysShallow(t *testing.T) {
	t.Parallel()
	remote := shared(t)
	far := opened(t, clone(t, remote), "")
	for i := range 5 {
		add(t, far, sample(i))
	}
	dir := clone(t, remote, "--depth=1")
	s := opened(t, dir, "")
	add(t, s, sample(5))
	add(t, far, sample(6))
	add(t, s, sample(7))
	if got := hours(t, s); got != "7 6 5 4 3 2 1 " && got != "7 6 5 4 3 2 1" {
		t.Errorf("runs %s", got)
	}
	if n := run(t, dir, "rev-list", "--count", "HEAD"); n != "1" {
		t.Errorf("%s commits of the code are there now", n)
	}
	if n := run(t, dir, "rev-list", "--count", s.theirs); n != "1" && n != "2" {
		t.Errorf("%s commits of the history were fetched", n)
	}
	if n := run(t, remote, "rev-list", "--count", branch); n != "8" {
		t.Errorf("%s commits are at the remote, want 8", n)
	}
}

// refuse makes the remote refuse what is pushed, until it is called off.
func refuse(t *testing.T, remote, words string) (allow func()) {
	t.Helper()
	hook := filepath.Join(remote, "hooks", "pre-receive")
	if err := os.WriteFile(hook, []byte("#!/bin/sh\necho '"+words+"' >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(hook); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatCannotBePushedGoesAlongLater(t *testing.T) {
	t.Parallel()
	t.Run("from a clone", func(t *testing.T) { goesAlongLater(t) })
	t.Run("from a shallow one", func(t *testing.T) { goesAlongLater(t, "--depth=1") })
}

func goesAlongLater(t *testing.T, depth ...string) {
	remote := shared(t)
	dir := clone(t, remote, depth...)
	s := opened(t, dir, "")
	add(t, s, sample(1))
	allow := refuse(t, remote, "only reviewers may push")
	for _, hour := range []int{2, 3, 2} {
		err := s.Add(t.Context(), sample(hour))
		if !errors.Is(err, history.ErrUnreachable) || !strings.Contains(err.Error(), "only reviewers may push") || !strings.Contains(err.Error(), "kept in this repository (as refs/tidemark/origin/"+branch+")") {
			t.Errorf("%v", err)
		}
	}
	if got := hours(t, s); got != "3 2 1" { // they are seen here
		t.Errorf("runs %s", got)
	}
	err := s.Delete(t.Context(), sample(1).ID)
	if !errors.Is(err, history.ErrUnreachable) || !strings.Contains(err.Error(), "nothing is deleted") {
		t.Errorf("%v", err)
	}
	allow()
	other := opened(t, clone(t, remote), "")
	if got := hours(t, other); got != "1" {
		t.Errorf("others see %s", got)
	}
	if err := other.Delete(t.Context(), sample(1).ID); err != nil {
		t.Fatal(err)
	}
	add(t, other, sample(9))
	add(t, s, sample(4))
	if got := hours(t, opened(t, clone(t, remote), "")); got != "9 4 3 2" { // and what others have deleted does not come back
		t.Errorf("others see %s", got)
	}
	if out := run(t, dir, "fsck"); strings.Contains(out, "missing") || strings.Contains(out, "broken") {
		t.Errorf("%s", out)
	}
	if refs := run(t, dir, "for-each-ref", "refs/tidemark"); refs != "" {
		t.Errorf("left %s", refs)
	}
}

func TestARemoteThatIsNotThere(t *testing.T) {
	t.Parallel()
	remote := shared(t)
	dir := clone(t, remote)
	run(t, dir, "remote", "set-url", "origin", filepath.Join(t.TempDir(), "nowhere"))
	s := opened(t, dir, "")
	if _, err := s.List(t.Context(), history.Query{}); !errors.Is(err, history.ErrUnreachable) || !strings.Contains(err.Error(), "does not appear to be a git repository") {
		t.Errorf("%v", err)
	}
	for _, hour := range []int{1, 2} {
		if err := s.Add(t.Context(), sample(hour)); !errors.Is(err, history.ErrUnreachable) || !strings.Contains(err.Error(), "kept in this repository") {
			t.Errorf("%v", err)
		}
	}
	add(t, opened(t, clone(t, remote), ""), sample(3)) // somebody else begins the branch
	run(t, dir, "remote", "set-url", "origin", remote)
	add(t, s, sample(1)) // again, as after a lost answer: it takes the others along
	if got := hours(t, opened(t, clone(t, remote), "")); got != "3 2 1" {
		t.Errorf("runs %s", got)
	}
}

func TestCredentialsOfARemoteAreNotTold(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	run(t, dir, "remote", "add", "origin", "http://me:hunter22@127.0.0.1:1/x.git")
	err := opened(t, dir, "").Add(t.Context(), sample(1))
	if !errors.Is(err, history.ErrUnreachable) || strings.Contains(err.Error(), "hunter22") || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("%v", err)
	}
	words := &gitError{"fetch", "fatal: unable to access 'https://me:hunter22@example.com/x.git/': refused\nhint: try again\nremote: ssh://t0k3n@h/x\n", errors.New("exit 1")}
	if got, want := words.Error(), "git fetch: fatal: unable to access 'https://example.com/x.git/': refused; ssh://h/x"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What began in a repository of its own goes to the remote that it gets.
func TestABranchThatIsOlderThanItsRemote(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	add(t, opened(t, dir, ""), sample(1))
	remote := shared(t)
	run(t, dir, "remote", "add", "origin", remote)
	s := opened(t, dir, "")
	if got := hours(t, s); got != "1" {
		t.Errorf("runs %s", got)
	}
	add(t, s, sample(2))
	if got := hours(t, opened(t, clone(t, remote), "")); got != "2 1" {
		t.Errorf("others see %s", got)
	}
	add(t, opened(t, dir, Here), sample(3))
	if got := hours(t, s); got != "2 1" {
		t.Errorf("the remote's has %s", got)
	}
	if got := hours(t, opened(t, dir, Here)); got != "3 1" {
		t.Errorf("this repository's own has %s", got)
	}
}

func TestABranchThatIsDeletedAtTheRemoteBeginsAnew(t *testing.T) {
	t.Parallel()
	remote := shared(t)
	s := opened(t, clone(t, remote), "")
	add(t, s, sample(1))
	run(t, remote, "branch", "-D", branch)
	add(t, s, sample(2))
	if got := hours(t, s); got != "2" {
		t.Errorf("runs %s", got)
	}
}

// Who takes the past of the branch away, to make it small, has not taken anything of the present away.
func TestABranchWhosePastIsGone(t *testing.T) {
	t.Parallel()
	remote := shared(t)
	dir := clone(t, remote)
	s := opened(t, dir, "")
	add(t, s, sample(1))
	add(t, s, sample(2))
	tree := run(t, remote, "rev-parse", branch+"^{tree}")
	run(t, remote, "update-ref", "refs/heads/"+branch, run(t, remote, "commit-tree", "-m", "anew", tree))
	add(t, s, sample(3))
	if got := hours(t, opened(t, clone(t, remote), "")); got != "3 2 1" {
		t.Errorf("runs %s", got)
	}
	if n := run(t, remote, "rev-list", "--count", branch); n != "2" {
		t.Errorf("%s commits", n)
	}
}

func TestBranchesThatAreNoHistory(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	before := run(t, dir, "rev-parse", "main")
	run(t, dir, "checkout", "-q", "--detach")
	for name, want := range map[string]string{"main": "has other things in it", "a..b": "cannot be the name of a branch", "": "cannot be the name of a branch", "x y": "cannot be"} {
		s, err := Open(t.Context(), dir, "", name)
		if err == nil {
			if _, listErr := s.List(t.Context(), history.Query{}); !errors.Is(listErr, history.ErrLocation) {
				t.Errorf("%q: list: %v", name, listErr)
			}
			err = errors.Join(s.Add(t.Context(), sample(1)), s.Close())
		}
		if !errors.Is(err, history.ErrLocation) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if after := run(t, dir, "rev-parse", "main"); after != before {
		t.Error("the code's branch has moved")
	}
	if _, err := Open(t.Context(), dir, "upstream", "x"); !errors.Is(err, history.ErrLocation) || !strings.Contains(err.Error(), `no remote of this repository is named "upstream" (it has: .); a branch upstream/x is git:./upstream/x`) {
		t.Errorf("%v", err)
	}
	if _, err := Open(t.Context(), t.TempDir(), "", branch); !errors.Is(err, history.ErrLocation) || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("%v", err)
	}
	for _, remote := range []string{"", Here} {
		if s, err := Existing(t.Context(), dir, remote, branch); !errors.Is(err, history.ErrNone) {
			t.Errorf("%v, %v", s, err)
		}
	}
}

// committed makes a branch of one file.
func committed(t *testing.T, dir, name, text string) {
	t.Helper()
	c := exec.Command("git", "-C", dir, "hash-object", "-w", "--stdin")
	c.Stdin = strings.NewReader(text)
	blob, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	c = exec.Command("git", "-C", dir, "mktree")
	c.Stdin = strings.NewReader("100644 blob " + strings.TrimSpace(string(blob)) + "\t" + name + "\n")
	tree, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	run(t, dir, "update-ref", "refs/heads/"+branch, run(t, dir, "commit-tree", "-m", "x", strings.TrimSpace(string(tree))))
}

func TestANewerBranchIsAClearError(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	committed(t, dir, formatFile, "2\n")
	s := opened(t, dir, "")
	if err := s.Add(t.Context(), sample(1)); !errors.Is(err, history.ErrNewer) || !strings.Contains(err.Error(), "its format is 2, and this one knows up to 1; update tidemark") {
		t.Errorf("%v", err)
	}
	if _, err := s.List(t.Context(), history.Query{}); !errors.Is(err, history.ErrNewer) {
		t.Errorf("%v", err)
	}
	for _, text := range []string{"", "0", "one"} {
		committed(t, dir, formatFile, text)
		if _, err := s.List(t.Context(), history.Query{}); !errors.Is(err, history.ErrLocation) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestABranchThatIsCheckedOutIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	s := opened(t, dir, "")
	add(t, s, sample(1))
	where := filepath.Join(t.TempDir(), "looking")
	run(t, dir, "worktree", "add", "-q", where, branch)
	if err := s.Add(t.Context(), sample(2)); !errors.Is(err, history.ErrLocation) || !strings.Contains(err.Error(), "is checked out in ") {
		t.Errorf("%v", err)
	}
	if status := run(t, where, "status", "--porcelain"); status != "" {
		t.Errorf("%s", status)
	}
	run(t, dir, "worktree", "remove", where)
	add(t, s, sample(2))
}

func TestABareRepositoryAndOtherHashes(t *testing.T) {
	t.Parallel()
	bare := filepath.Join(t.TempDir(), "bare.git")
	run(t, ".", "init", "-q", "--bare", "--object-format=sha256", bare)
	s := opened(t, bare, "")
	add(t, s, sample(1), sample(2))
	if err := s.Delete(t.Context(), sample(1).ID, sample(2).ID); err != nil {
		t.Fatal(err)
	}
	if got := hours(t, s); got != "" {
		t.Errorf("runs %s", got)
	}
	add(t, s, sample(3))
	if got := hours(t, s); got != "3" {
		t.Errorf("runs %s", got)
	}
}

// What others put into the branch, a page for its readers, say, stays there.
func TestOtherFilesStay(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	s := opened(t, dir, "")
	add(t, s, sample(1))
	where := filepath.Join(t.TempDir(), "looking")
	run(t, dir, "worktree", "add", "-q", where, branch)
	for _, name := range []string{"page ä.html", "runs/notes.json", "runs/2026/03/01/no-index.json", "runs/2026/03/01/sub/x", "runs/0/x.index.json"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(where, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(where, name), "something")
	}
	run(t, where, "add", ".")
	run(t, where, "update-index", "--chmod=+x", "page ä.html")
	run(t, where, "commit", "-q", "-m", "a page")
	run(t, dir, "worktree", "remove", "--force", where)
	before := run(t, dir, "ls-tree", "-r", branch)
	add(t, s, sample(2))
	if err := s.Delete(t.Context(), sample(2).ID); err != nil {
		t.Fatal(err)
	}
	if got := hours(t, s); got != "1" {
		t.Errorf("runs %s", got)
	}
	if after := run(t, dir, "ls-tree", "-r", branch); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

// Many jobs in clones of their own end at once. Each has to see the others' runs to get its own in.
func TestManyClonesPushAtOnce(t *testing.T) {
	t.Parallel()
	remote := shared(t)
	const jobs = 8
	var all sync.WaitGroup
	for i := range jobs {
		s := opened(t, clone(t, remote, "--depth=1"), "")
		all.Go(func() {
			if err := s.Add(t.Context(), sample(i)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := strings.Count(run(t, remote, "ls-tree", "-r", "--name-only", branch), indexEnd); n != jobs {
		t.Errorf("%d of %d runs are there", n, jobs)
	}
}

func FuzzTree(f *testing.F) {
	f.Add([]byte("100644 a\x00\x01\x02\x03\x0440000 b c\x00\x05\x06\x07\x08"))
	f.Add([]byte("1 \x00abcd"))
	f.Add([]byte(" a\x00abcd"))
	f.Fuzz(func(t *testing.T, body []byte) {
		entries, err := parseTree(body, 4)
		if err != nil {
			return
		}
		var back bytes.Buffer
		for _, e := range entries {
			var id []byte
			if _, err := fmt.Sscanf(e.id, "%x", &id); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&back, "%s %s\x00%s", e.mode, e.name, id)
		}
		if !bytes.Equal(back.Bytes(), body) {
			t.Errorf("%q became %q", body, back.Bytes())
		}
	})
}
