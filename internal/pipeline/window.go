package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/report"
)

// A window is the runs that a reference means, in the order of time.
type window struct {
	runs    []*bench.Run
	partial int    // interrupted ones that were left out
	branch  string // whose newest they are
	grows   bool   // it is a run or a commit, and not several by themselves: runs from before it may join
}

// leastReference is how many letters of a commit's name are asked for.
const leastReference = 4

// resolve finds the runs that a reference means: a record's file, or a folder of them; FIRST..LAST, two runs and those between them on
// their branch; `last`, the newest; a run's id; a branch, so many of its newest runs; a commit, all of its runs; how an id or a
// commit's name begins; or what git takes for a commit. store may be nil: then only files are known.
func resolve(ctx context.Context, store history.Store, reference string, last int) (window, error) {
	info, err := os.Stat(reference)
	isFolder := err == nil && info.IsDir()
	if isFolder && (store == nil || len(records(reference)) > 0) || !isFolder && (err == nil || strings.HasSuffix(reference, ".json")) {
		return readWindow(reference, isFolder)
	}
	if store == nil {
		return window{}, fmt.Errorf("%q is no file, and there is no history to find it in: name a record's file, or a history with --history", reference)
	}
	entries, err := store.List(ctx, history.Query{})
	if err != nil {
		return window{}, err
	}
	var found []history.Entry
	w := window{}
	if first, second, isRange := strings.Cut(reference, ".."); isRange {
		found, err = spanned(ctx, entries, first, second)
	} else if found = ofBranch(entries, reference); len(found) > 0 {
		found, w.branch = found[:min(len(found), last)], reference
	} else {
		found, err = match(ctx, entries, reference)
		w.grows = true
	}
	if err != nil {
		return window{}, err
	}
	for _, e := range found {
		if e.Partial {
			w.partial++
			continue
		}
		run, err := store.Run(ctx, e.ID)
		if err != nil {
			return window{}, err
		}
		w.runs = append(w.runs, run)
	}
	return w, w.check(reference)
}

// ofBranch is a branch's entries that were not interrupted, the newest first.
func ofBranch(entries []history.Entry, branch string) (found []history.Entry) {
	for _, e := range entries {
		if branch != "" && e.Commit.Branch == branch && !e.Partial {
			found = append(found, e)
		}
	}
	return found
}

// match is the entries of the run or the commit that a reference means, the newest first.
func match(ctx context.Context, entries []history.Entry, reference string) (found []history.Entry, err error) {
	if reference == "" {
		return nil, errors.New("an empty reference means no run")
	}
	if reference == "last" && len(entries) > 0 {
		return entries[:1], nil
	}
	where := func(is func(e history.Entry) bool) []history.Entry {
		found = nil
		for _, e := range entries {
			if is(e) {
				found = append(found, e)
			}
		}
		return found
	}
	id := strings.ToUpper(reference)
	if len(where(func(e history.Entry) bool { return e.ID == id })) > 0 {
		return found, nil
	}
	of := func(sha string) []history.Entry {
		return where(func(e history.Entry) bool { return strings.HasPrefix(e.Commit.SHA, sha) })
	}
	if len(reference) < leastReference || len(of(strings.ToLower(reference))) == 0 {
		where(func(e history.Entry) bool { return strings.HasPrefix(e.ID, id) })
	}
	if len(found) == 0 {
		sha, err := exec.CommandContext(ctx, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", reference+"^{commit}").Output()
		if name := strings.TrimSpace(string(sha)); err == nil && len(of(name)) == 0 {
			return nil, fmt.Errorf("%q is commit %.9s: %w of it", reference, name, history.ErrNotFound)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%q: %w: write a record's file or a folder of them, a run's id, a commit, a branch that has runs, FIRST..LAST, or last", reference, history.ErrNotFound)
	}
	for _, e := range found {
		if e.Commit.SHA != found[0].Commit.SHA {
			return nil, fmt.Errorf("%q begins both %s and %s: write more of the one that you mean", reference, called(found[0], id), called(e, id))
		}
	}
	return found, nil
}

// called is the name of an entry that a beginning belongs to.
func called(e history.Entry, id string) string {
	if strings.HasPrefix(e.ID, id) {
		return "run " + e.ID
	}
	return "commit " + e.Commit.SHA
}

// spanned is the entries from one reference to another, both included, on the branch of the latter.
func spanned(ctx context.Context, entries []history.Entry, first, second string) (found []history.Entry, err error) {
	from, err := match(ctx, entries, first)
	if err != nil {
		return nil, err
	}
	to, err := match(ctx, entries, second)
	if err != nil {
		return nil, err
	}
	oldest, newest := from[len(from)-1], to[0]
	if newest.Started.Before(oldest.Started) {
		return nil, fmt.Errorf("%s..%s ends before it begins: write the older one first", first, second)
	}
	for _, e := range entries {
		if e.Commit.Branch == newest.Commit.Branch && !e.Started.Before(oldest.Started) && !e.Started.After(newest.Started) {
			found = append(found, e)
		}
	}
	return found, nil
}

// records is the files of a folder that may be records of runs.
func records(folder string) []string {
	files, _ := filepath.Glob(filepath.Join(folder, "*.json")) // the pattern is a constant
	return slices.DeleteFunc(files, func(f string) bool {
		return strings.HasSuffix(f, report.VersusSuffix) || strings.HasSuffix(f, report.BisectionSuffix)
	})
}

// readWindow reads a record, or a folder of them.
func readWindow(path string, isFolder bool) (w window, err error) {
	files := []string{path}
	if isFolder {
		files = records(path)
	}
	w.grows = !isFolder
	for _, f := range files {
		run, e := ReadRecord(f)
		if e != nil {
			err = errors.Join(err, e)
			continue
		}
		w.add(run)
	}
	if err != nil {
		return w, err
	}
	return w, w.check(path)
}

// add takes a run in, unless it was interrupted: what it measured is not what others did.
func (w *window) add(run *bench.Run) {
	if run.Partial {
		w.partial++
		return
	}
	w.runs = append(w.runs, run)
}

// check puts the runs in order, and refuses a window without any.
func (w *window) check(reference string) error {
	slices.SortFunc(w.runs, func(a, b *bench.Run) int {
		if c := a.Started.Compare(b.Started); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	switch {
	case len(w.runs) > 0:
		return nil
	case w.partial > 0:
		return fmt.Errorf("%s: interrupted runs are never compared, and there is no other", reference)
	}
	return fmt.Errorf("%s: there is no record of a run in it", reference)
}
