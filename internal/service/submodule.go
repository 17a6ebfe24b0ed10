package service

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// submodules fills those of a checkout that are filled in from too: whoever works without one there builds without it here. They are
// cloned from what is here already, so nobody is asked for a password, and only where the commit is not among it from where they came.
func submodules(ctx context.Context, from, to string) error {
	here, err := submodulePaths(ctx, from)
	if err != nil {
		return err
	}
	wanted, err := submodulePaths(ctx, to)
	if err != nil {
		return err
	}
	for name, path := range wanted {
		source := filepath.Join(from, here[name])
		if here[name] == "" || !isSubmodule(source) {
			continue
		}
		if entry, err := git(ctx, to, "ls-files", "--stage", "--", path); err != nil || !strings.HasPrefix(entry, "160000 ") {
			continue // .gitmodules speaks of one that the commit does not have
		}
		if err := submodule(ctx, name, path, source, to); err != nil {
			return err
		}
		if err := submodules(ctx, source, filepath.Join(to, path)); err != nil {
			return err
		}
	}
	return nil
}

// isSubmodule reports whether one is filled in at a path.
func isSubmodule(path string) bool {
	_, err := os.Stat(filepath.Join(path, ".git"))
	return err == nil
}

func submodule(ctx context.Context, name, path, source, to string) error {
	local, err := git(ctx, source, "rev-parse", "--path-format=absolute", "--git-common-dir")
	if err != nil {
		return err
	}
	update := func(url string) error {
		_, err := git(ctx, to, "-c", "protocol.file.allow=always", "-c", "core.hooksPath="+os.DevNull, "-c", "submodule."+name+".url="+url, "submodule", "update", "--init", "--", path)
		return err
	}
	if err = update(local); err == nil || ctx.Err() != nil {
		return err
	}
	if remote, e := git(ctx, source, "config", "remote.origin.url"); e == nil {
		if clone := filepath.Join(to, path); isSubmodule(clone) {
			if _, err := git(ctx, clone, "remote", "set-url", "origin", "--", remote); err != nil {
				return err
			}
		}
		err = update(remote)
	}
	if err != nil {
		return fmt.Errorf("submodule %s: %w", path, err)
	}
	return nil
}

// submodulePaths are those that a working tree's .gitmodules names, by name.
func submodulePaths(ctx context.Context, root string) (map[string]string, error) {
	const file = ".gitmodules"
	if _, err := os.Stat(filepath.Join(root, file)); err != nil {
		return nil, nil //nolint:nilerr // most repositories have none
	}
	list, err := git(ctx, root, "config", "--file", file, "--null", "--get-regexp", `^submodule\..*\.path$`)
	if err != nil && !said(err, 1) { // 1: it is empty
		return nil, err
	}
	paths := map[string]string{}
	for entry := range strings.SplitSeq(list, "\x00") {
		if key, path, found := strings.Cut(entry, "\n"); found {
			paths[strings.TrimSuffix(strings.TrimPrefix(key, "submodule."), ".path")] = path
		}
	}
	return paths, nil
}
