//go:build unix

package service

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A repository is a real one, in a folder whose name has a space.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "Ada")
		t.Setenv("GIT_"+who+"_EMAIL", "ada@example.com")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := repository{t, filepath.Join(dir, "a repo")}
	if err := os.Mkdir(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

func (r repository) git(args ...string) string {
	r.t.Helper()
	c := exec.Command("git", append([]string{"-c", "protocol.file.allow=always"}, args...)...)
	c.Dir = r.dir
	out, err := c.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r repository) write(name, text string) {
	r.t.Helper()
	file := filepath.Join(r.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
		r.t.Fatal(err)
	}
}

// commit commits everything, and returns the commit's name.
func (r repository) commit(subject string) string {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--allow-empty", "--message="+subject)
	return r.git("rev-parse", "HEAD")
}

// clone is another repository that was cloned from this one.
func (r repository) clone(args ...string) repository {
	r.t.Helper()
	other := repository{r.t, filepath.Join(r.t.TempDir(), "clone")}
	r.git(append(append([]string{"clone", "--quiet"}, args...), "file://"+filepath.ToSlash(r.dir), other.dir)...)
	return other
}

func TestResolve(t *testing.T) {
	r := newRepository(t)
	one := r.commit("one")
	r.git("tag", "--annotate", "v1", "--message=the first")
	two := r.commit("two: with | odd ${signs}")
	for ref, want := range map[string]string{"HEAD": two, "main": two, "HEAD~1": one, "v1": one, one[:9]: one} {
		c, err := Resolve(t.Context(), r.dir, ref)
		if err != nil || c.SHA != want {
			t.Errorf("%s: %v %v", ref, c, err)
		}
	}
	if c, _ := Resolve(t.Context(), r.dir, "main"); c.Subject != "two: with | odd ${signs}" {
		t.Errorf("subject %q", c.Subject)
	}
	for ref, want := range map[string]string{
		"":               "is no commit: write a branch",
		"--output=x":     `"--output=x" is no commit`,
		"gone":           `"gone" is no commit that is known here: write a branch, a tag or a commit's name`,
		"v1..main":       "is no commit that is known here",
		"HEAD:file":      "is no commit that is known here",
		"main; touch it": "is no commit that is known here",
	} {
		if _, err := Resolve(t.Context(), r.dir, ref); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", ref, err, want)
		}
	}
	if _, err := Resolve(t.Context(), t.TempDir(), "main"); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Resolve(ctx, r.dir, "main"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// In CI the base's branch is at origin alone.
func TestResolveAtOrigin(t *testing.T) {
	r := newRepository(t)
	r.commit("one")
	r.git("checkout", "--quiet", "-b", "feature")
	r.commit("two")
	c := r.clone("--branch=feature")
	if got, err := Resolve(t.Context(), c.dir, "main"); err != nil || got.Subject != "one" {
		t.Errorf("%v %v", got, err)
	}
}

// A hook of the user's runs us with its own repository in the environment.
func TestResolveInAHook(t *testing.T) {
	other := newRepository(t)
	other.commit("of the other")
	r := newRepository(t)
	r.commit("of this one")
	t.Setenv("GIT_DIR", filepath.Join(other.dir, ".git"))
	if got, err := Resolve(t.Context(), r.dir, "HEAD"); err != nil || got.Subject != "of this one" {
		t.Errorf("%v %v", got, err)
	}
}

func TestMergeBase(t *testing.T) {
	r := newRepository(t)
	fork := r.commit("fork")
	r.git("checkout", "--quiet", "-b", "feature")
	r.commit("on the branch")
	r.git("checkout", "--quiet", "main")
	r.commit("on main")
	if c, err := MergeBase(t.Context(), r.dir, "main", "feature"); err != nil || c.SHA != fork || c.Subject != "fork" {
		t.Errorf("%v %v, want %s", c, err, fork)
	}
	r.git("checkout", "--quiet", "--orphan", "alien")
	r.commit("of another world")
	if _, err := MergeBase(t.Context(), r.dir, "main", "alien"); err == nil || !strings.Contains(err.Error(), "main and alien have no commit in common: they are of two histories") {
		t.Errorf("%v", err)
	}
}

func TestCommits(t *testing.T) {
	r := newRepository(t)
	r.commit("zero")
	good := r.commit("good")
	r.git("checkout", "--quiet", "-b", "feature")
	within := r.commit("within the branch")
	r.git("checkout", "--quiet", "main")
	r.commit("one")
	r.git("merge", "--quiet", "--no-ff", "--message=merge the branch", "feature")
	bad := r.commit("bad")
	list, err := Commits(t.Context(), r.dir, good, "main")
	if err != nil {
		t.Fatal(err)
	}
	var subjects []string
	for _, c := range list {
		subjects = append(subjects, c.Subject)
	}
	if got := strings.Join(subjects, ", "); got != "one, merge the branch, bad" || list[2].SHA != bad {
		t.Errorf("%s", got)
	}
	r.git("checkout", "--quiet", "-b", "side", good)
	r.commit("aside")
	for _, c := range []struct{ good, bad, want string }{
		{"main", "main", "main and main are the same commit"},
		{"main", good, "main comes after " + good + ": write the good one first"},
		{"side", "main", "side is no ancestor of main: name a commit that the bad one was made from"},
		{"gone", "main", `"gone" is no commit`},
		{"main", "gone", `"gone" is no commit`},
	} {
		if _, err := Commits(t.Context(), r.dir, c.good, c.bad); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s..%s: %v, want %s", c.good, c.bad, err, c.want)
		}
	}
	_ = within
}

// A clone with the newest commit alone knows neither base nor merge base, and says how to get them.
func TestAShallowClone(t *testing.T) {
	r := newRepository(t)
	one := r.commit("one")
	r.git("branch", "feature")
	r.commit("two")
	r.git("checkout", "--quiet", "feature")
	r.commit("three")
	c := r.clone("--depth=1", "--no-single-branch")
	const advice = "fetch-depth: 0"
	_, err := Resolve(t.Context(), c.dir, one)
	_, err2 := Checkout(t.Context(), c.dir, "HEAD~1")
	_, err3 := MergeBase(t.Context(), c.dir, "main", "feature")
	_, err4 := Commits(t.Context(), c.dir, "main", "feature")
	for i, err := range []error{err, err2, err3, err4} {
		if err == nil || !strings.Contains(err.Error(), advice) {
			t.Errorf("%d: %v, want %s", i, err, advice)
		}
	}
}
