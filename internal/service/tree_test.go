//go:build unix

package service

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// spotless demands that the user's repository has no worktree but its own, that nothing in it has changed, and that no folder is left.
func (r repository) spotless(temp string) {
	r.t.Helper()
	if list := r.git("worktree", "list"); strings.Count(list, "\n") != 0 {
		r.t.Errorf("worktrees are left:\n%s", list)
	}
	if left, _ := filepath.Glob(filepath.Join(r.dir, ".git", "worktrees", "*")); len(left) > 0 {
		r.t.Errorf("git still knows %v", left)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		r.t.Errorf("folders are left: %v", left)
	}
	if status := r.git("status", "--porcelain"); status != "" {
		r.t.Errorf("the user's tree has changed: %s", status)
	}
}

func temp(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir, link := filepath.Join(dir, "with a space"), filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(dir, 0o700), os.Symlink(dir, link)); err != nil { // as macOS has it
		t.Fatal(err)
	}
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, link)
	}
	return dir
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

func TestCheckout(t *testing.T) {
	r, temp := newRepository(t), temp(t)
	r.write("api/main.go", "old")
	r.commit("old")
	r.write("api/main.go", "new")
	r.commit("new")
	hook := filepath.Join(r.dir, ".git", "hooks", "post-checkout")
	if err := os.WriteFile(hook, []byte("#!/bin/sh\ntouch hook-was-here\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	old, err := Checkout(t.Context(), filepath.Join(r.dir, "api"), "HEAD~1") // from a folder within
	if err != nil {
		t.Fatal(err)
	}
	again, err := Checkout(t.Context(), r.dir, "HEAD~1") // the same commit twice
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, old.Dir, "main.go"); got != "old" || filepath.Base(old.Dir) != "api" || old.Commit.Subject != "old" {
		t.Errorf("%s in %+v", got, old)
	}
	if got := read(t, again.Dir, "api", "main.go"); got != "old" {
		t.Errorf("%s in %+v", got, again)
	}
	if _, err := os.Stat(filepath.Join(again.Dir, "hook-was-here")); err == nil {
		t.Error("the user's hook was run")
	}
	// What a build leaves, protected against writing as Go's module cache is, goes too.
	cache := filepath.Join(old.Dir, "cache")
	if err := errors.Join(os.Mkdir(cache, 0o755), os.WriteFile(filepath.Join(cache, "x"), nil, 0o444), os.Chmod(cache, 0o555)); err != nil {
		t.Fatal(err)
	}
	// One that was removed by somebody else is none to complain about.
	if err := os.RemoveAll(again.Dir); err != nil {
		t.Fatal(err)
	}
	for _, tree := range []*Tree{old, again, old} {
		if err := tree.Close(); err != nil {
			t.Error(err)
		}
	}
	r.spotless(temp)
}

// Only what is ours goes: a worktree of the user's on a disk that is not there now is no business of ours.
func TestCloseLeavesOtherWorktreesAlone(t *testing.T) {
	r, _ := newRepository(t), temp(t)
	r.commit("one")
	elsewhere := filepath.Join(t.TempDir(), "mine")
	r.git("worktree", "add", "--quiet", "--detach", elsewhere)
	if err := os.RemoveAll(elsewhere); err != nil {
		t.Fatal(err)
	}
	tree, err := Checkout(t.Context(), r.dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.Close(); err != nil {
		t.Error(err)
	}
	if list := r.git("worktree", "list"); strings.Count(list, "\n") != 1 || !strings.Contains(list, "mine") {
		t.Errorf("worktrees: %s", list)
	}
}

func TestCheckoutFails(t *testing.T) {
	r, temp := newRepository(t), temp(t)
	r.commit("before there was a folder")
	r.write("api/main.go", "new")
	r.commit("new")
	if _, err := Checkout(t.Context(), filepath.Join(r.dir, "api"), "HEAD~1"); err == nil || !strings.Contains(err.Error(), "has no folder api") {
		t.Errorf("%v", err)
	}
	if _, err := Checkout(t.Context(), r.dir, "gone"); err == nil || !strings.Contains(err.Error(), `"gone" is no commit`) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Checkout(ctx, r.dir, "HEAD"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	r.spotless(temp)
}

// A checkout that is interrupted in its middle is removed as one that is whole.
func TestCheckoutIsInterrupted(t *testing.T) {
	r, temp := newRepository(t), temp(t)
	r.write("a", "text")
	r.write(".gitattributes", "a filter=slow\n")
	r.git("config", "filter.slow.smudge", "touch '"+filepath.ToSlash(temp)+"/begun'; sleep 1000")
	r.commit("one")
	ctx, cancel := context.WithCancel(t.Context())
	begun := filepath.Join(temp, "begun")
	go func() {
		defer cancel()
		eventually(killTime, func() bool { _, err := os.Stat(begun); return err == nil })
	}()
	_, err := Checkout(ctx, r.dir, "HEAD")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := os.Remove(begun); err != nil {
		t.Error(err)
	}
	r.spotless(temp)
}

func TestSubmodules(t *testing.T) {
	r, temp := newRepository(t), temp(t)
	inner, lib, unused := newRepository(t), newRepository(t), newRepository(t)
	inner.write("inner.txt", "inner")
	inner.commit("inner")
	unused.commit("unused")
	lib.write("lib.txt", "old")
	lib.git("submodule", "--quiet", "add", inner.dir, "in ner")
	lib.commit("old")
	r.git("submodule", "--quiet", "add", lib.dir, "vendor/my lib")
	r.git("submodule", "--quiet", "add", unused.dir, "vendor/unused")
	r.git("submodule", "--quiet", "update", "--init", "--recursive")
	r.commit("old")
	r.git("submodule", "--quiet", "deinit", "vendor/unused")

	lib.write("lib.txt", "new")
	lib.commit("new")
	module := repository{t, filepath.Join(r.dir, "vendor", "my lib")}
	module.git("pull", "--quiet", "origin", "main")
	r.commit("new")

	for ref, want := range map[string]string{"HEAD": "new", "HEAD~1": "old"} {
		tree, err := Checkout(t.Context(), r.dir, ref)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, tree.Dir, "vendor", "my lib", "lib.txt"); got != want {
			t.Errorf("%s: lib is %q, want %q", ref, got, want)
		}
		if got := read(t, tree.Dir, "vendor", "my lib", "in ner", "inner.txt"); got != "inner" {
			t.Errorf("%s: inner is %q", ref, got)
		}
		if left, err := os.ReadDir(filepath.Join(tree.Dir, "vendor", "unused")); err != nil || len(left) > 0 {
			t.Errorf("%s: the module that is not used here is filled in: %v %v", ref, left, err)
		}
		if err := tree.Close(); err != nil {
			t.Error(err)
		}
	}

	// A commit of the submodule that is not here comes from where the submodule came from.
	r.git("config", "protocol.file.allow", "always")
	lib.git("config", "uploadpack.allowAnySHA1InWant", "true")
	lib.write("lib.txt", "newest")
	newest := lib.commit("newest")
	r.git("update-index", "--cacheinfo", "160000,"+newest+",vendor/my lib")
	r.git("commit", "--quiet", "--message=newest")
	tree, err := Checkout(t.Context(), r.dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, tree.Dir, "vendor", "my lib", "lib.txt"); got != "newest" {
		t.Errorf("lib is %q", got)
	}
	if err := tree.Close(); err != nil {
		t.Error(err)
	}

	// One that is nowhere fails the checkout, and leaves nothing.
	r.git("update-index", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",vendor/my lib")
	r.git("commit", "--quiet", "--message=nowhere")
	if _, err := Checkout(t.Context(), r.dir, "HEAD"); err == nil || !strings.Contains(err.Error(), "submodule vendor/my lib: git submodule: ") {
		t.Errorf("%v", err)
	}
	r.git("reset", "--quiet", "--hard", "HEAD~2")
	r.spotless(temp)
}

func TestWorkingTree(t *testing.T) {
	r, temp := newRepository(t), temp(t)
	r.write("api/main.go", "committed")
	sha := r.commit("one")
	clean, err := WorkingTree(t.Context(), r.dir)
	if err != nil || clean.Commit.Dirty || clean.Commit.SHA != sha || clean.Commit.Branch != "main" || clean.Commit.Subject != "one" {
		t.Errorf("%+v %v", clean, err)
	}
	r.write("api/main.go", "as it stands")
	dirty, err := WorkingTree(t.Context(), filepath.Join(r.dir, "api"))
	if err != nil || !dirty.Commit.Dirty {
		t.Fatalf("%+v %v", dirty, err)
	}
	if err := dirty.Close(); err != nil {
		t.Error(err)
	}
	if got := read(t, dirty.Dir, "main.go"); got != "as it stands" {
		t.Errorf("%q in %s", got, dirty.Dir)
	}
	r.git("checkout", "--quiet", "--force", "--detach")
	if detached, err := WorkingTree(t.Context(), r.dir); err != nil || detached.Commit.Branch != "" {
		t.Errorf("%+v %v", detached, err)
	}
	r.spotless(temp)
}
