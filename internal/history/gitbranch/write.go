package gitbranch

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// A writing is what a commit is to do. It may be done again, on top of another tree.
type writing struct {
	message string
	change  func(ctx context.Context, tree string) (change, error)
	keep    bool // here, when it cannot be sent
}

// Add implements history.Store.
func (s *Store) Add(ctx context.Context, runs ...*bench.Run) error {
	if ctx.Err() != nil {
		return s.failed(ctx, nil)
	}
	var contents [][]byte // for each run its record and its index
	var entries []history.Entry
	for _, run := range runs {
		record, err := history.Record(run)
		if err != nil {
			return err
		}
		ix := history.IndexOf(run)
		index, err := json.Marshal(ix)
		if err != nil {
			return fmt.Errorf("history: run %s cannot be kept: %w", run.ID, err)
		}
		contents, entries = append(contents, record, index), append(entries, ix.Entry)
	}
	if len(runs) == 0 {
		return nil
	}
	blobs, err := s.blobs(ctx, contents)
	if err != nil {
		return s.failed(ctx, err)
	}
	message := fmt.Sprintf("Add %d runs", len(runs))
	if len(runs) == 1 {
		message = "Add run " + runs[0].ID
	}
	return s.write(ctx, writing{message: message, keep: true, change: func(ctx context.Context, tree string) (change, error) {
		there := map[string]bool{}
		for f, err := range s.files(ctx, tree, history.Query{}) {
			if err != nil {
				return nil, err
			}
			there[f.id] = true
		}
		c := change{}
		for i, e := range entries {
			if !there[e.ID] {
				there[e.ID] = true
				c[pathOf(e)+recordEnd], c[pathOf(e)+indexEnd] = blobs[2*i], blobs[2*i+1]
			}
		}
		return c, nil
	}})
}

// Delete implements history.Store. The branch's past still has the files.
func (s *Store) Delete(ctx context.Context, ids ...string) error {
	return s.write(ctx, writing{message: "Forget runs", change: func(ctx context.Context, tree string) (change, error) {
		gone := map[string]bool{}
		for _, id := range ids {
			gone[id] = true
		}
		c := change{}
		for f, err := range s.files(ctx, tree, history.Query{}) {
			if err != nil {
				return nil, err
			}
			if gone[f.id] {
				c[f.path+recordEnd], c[f.path+indexEnd] = "", ""
			}
		}
		return c, nil
	}})
}

// blobs writes objects, and returns their ids.
func (s *Store) blobs(ctx context.Context, contents [][]byte) ([]string, error) {
	dir, err := os.MkdirTemp("", "tidemark-history-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // in the system's folder for such things
	var paths strings.Builder
	for i, body := range contents {
		path := filepath.Join(dir, strconv.Itoa(i))
		if err := os.WriteFile(path, body, 0o600); err != nil {
			return nil, err
		}
		paths.WriteString(filepath.ToSlash(path) + "\n")
	}
	out, err := s.git.run(ctx, strings.NewReader(paths.String()), "hash-object", "-w", "--no-filters", "--stdin-paths")
	if err != nil {
		return nil, err
	}
	ids := strings.Fields(out)
	if len(ids) != len(contents) {
		return nil, fmt.Errorf("git hash-object gave %d ids for %d files", len(ids), len(contents))
	}
	return ids, nil
}

const (
	tries     = 20 // of a push or of a move of the branch: three quarters of a minute, in which many jobs can be faster
	firstWait = 50 * time.Millisecond
	longWait  = 4 * time.Second
)

// pause waits before another try: longer each time, and never as long as another who waits too.
func pause(ctx context.Context, try int) error {
	if try == 0 {
		return ctx.Err()
	}
	wait := min(firstWait<<(try-1), longWait)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait/2 + rand.N(wait/2)):
		return nil
	}
}

// write does what is to be done, on top of what others have done meanwhile. A try that fails although nobody was faster is made once more (a
// lock may have been in the way), and then fails for good.
func (s *Store) write(ctx context.Context, w writing) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.remote == Here {
		if err := s.checkedOut(ctx); err != nil {
			return err
		}
	}
	var failure error
	failedOn := map[string]bool{}
	for try := range tries {
		if err := pause(ctx, try); err != nil {
			return s.failed(ctx, err)
		}
		failure = s.fetch(ctx, 0)
		asked := failure == nil
		st, err := s.state(ctx)
		if err != nil {
			return err
		}
		next, err := s.commit(ctx, st, w)
		if err != nil {
			return s.failed(ctx, err)
		}
		if asked {
			failure = s.publish(ctx, st, next)
		}
		switch {
		case failure == nil:
			return nil
		case ctx.Err() != nil:
			return s.failed(ctx, failure)
		case asked && !failedOn[st.base] && try < tries-1:
			failedOn[st.base] = true
			continue
		}
		if failure, err = s.keep(ctx, st, next, w, failure); err == nil {
			return failure
		}
	}
	return failure
}

// commit makes a commit on top of a state's base, without a reference to it. It is the base if there is nothing to do.
func (s *Store) commit(ctx context.Context, st state, w writing) (string, error) {
	c, err := w.change(ctx, st.tree)
	if err != nil {
		return "", err
	}
	if st.tree == "" && len(c) > 0 {
		blobs, err := s.blobs(ctx, [][]byte{fmt.Appendf(nil, "%d\n", format), []byte(readme)})
		if err != nil {
			return "", err
		}
		c[formatFile], c[readmeFile] = blobs[0], blobs[1]
	}
	tree, err := s.changed(ctx, st.tree, c)
	if err != nil || tree == st.baseTree {
		return st.base, err
	}
	args := []string{"commit-tree", "-m", w.message, tree}
	if st.base != "" {
		args = append(args, "-p", st.base)
	}
	return s.git.run(ctx, nil, args...)
}

// publish makes a commit the branch's newest, for everybody.
func (s *Store) publish(ctx context.Context, st state, next string) error {
	if s.remote == Here {
		if err := s.git.move(ctx, s.local, next, st.base); err != nil {
			return s.failed(ctx, err)
		}
		return nil
	}
	if next != st.base {
		if err := s.push(ctx, next); err != nil {
			return s.unreachable(ctx, "did not take", err)
		}
	}
	_ = s.git.move(ctx, s.unpushed, "", st.unpushed) // if it fails, the next to write will find that all of it is there
	return nil
}

// keep keeps a commit that could not be sent, for the next one to take along, and says so. The second error is that another process has
// just kept one too.
func (s *Store) keep(ctx context.Context, st state, next string, w writing, failure error) (told, raced error) {
	switch {
	case s.remote == Here:
		return failure, nil
	case !w.keep:
		return fmt.Errorf("%w; nothing is deleted", failure), nil
	}
	if next != st.base {
		if err := s.git.move(ctx, s.unpushed, next, st.unpushed); err != nil {
			return fmt.Errorf("%w; it could not be kept here either: %w", failure, err), err
		}
	}
	return fmt.Errorf("%w; what was to be added is kept in this repository (as %s) and goes along with the next run that can be sent", failure, s.unpushed), nil
}

// checkedOut says if somebody is looking at the branch: it may not move under them.
func (s *Store) checkedOut(ctx context.Context) error {
	out, err := s.git.run(ctx, nil, "worktree", "list", "--porcelain")
	if err != nil {
		return s.failed(ctx, err)
	}
	folder := ""
	for line := range strings.Lines(out) {
		switch name, value, _ := strings.Cut(strings.TrimSpace(line), " "); {
		case name == "worktree":
			folder = value
		case name == "branch" && value == s.local:
			return fmt.Errorf("%w: the branch %s is checked out in %s, and would change under whoever works there: check out another", history.ErrLocation, s.branch, folder)
		}
	}
	return nil
}
