package gitbranch

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/internal/history"
)

// format is how this version lays a branch out; a file of that name tells it.
//
//	format, README.md
//	runs/2026/03/01/120000.000000-<id>.json         the record, as it was given
//	runs/2026/03/01/120000.000000-<id>.index.json   history.Index, as short as lists and series need it
//
// Paths go by time, so that the newest are found without a look at the others, and a new run changes five small trees.
const format = 1

const (
	formatFile  = "format"
	readmeFile  = "README.md"
	runsFolder  = "runs"
	depth       = 3 // folders below it: year, month, day
	stamp       = "2006/01/02/150405.000000"
	recordEnd   = ".json"
	indexEnd    = ".index.json"
	modeAnyFile = "100"
)

const readme = `# Runs that Tidemark has measured

` + "`runs/<year>/<month>/<day>/<time>-<id>.json`" + ` is the record of a run; lists and trends are read from the ` + "`.index.json`" + ` beside it.

` + "`tidemark history list --history git:<remote>/<branch>`" + ` shows them, ` + "`tidemark history prune`" + ` takes old ones out. A file is never changed: two who add runs at once
do not get in each other's way. This branch has nothing in common with the others; do not merge it.
`

// A file is a run in a tree.
type file struct {
	path   string // without its end
	id     string // of the run
	record string // ids of blobs; "" if it is not there
	index  string
}

// pathOf is where the files of a run are, without their ends.
func pathOf(e history.Entry) string {
	return runsFolder + "/" + history.Microseconds(e.Started).Format(stamp) + "-" + e.ID
}

// checkFormat says what keeps a tree from being a history of ours.
func (s *Store) checkFormat(ctx context.Context, root []entry) error {
	at := slices.IndexFunc(root, func(e entry) bool { return e.name == formatFile })
	if at < 0 {
		return fmt.Errorf("%w: the branch %s has other things in it (and no file %q): name one that tidemark can have for itself", history.ErrLocation, s.branch, formatFile)
	}
	bodies, err := s.objects.read(ctx, root[at].id)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(string(bodies[0]))
	found, err := strconv.ParseInt(text, 10, 32)
	if err != nil || found < 1 {
		return fmt.Errorf("%w: the branch %s is no history: its file %q says %.20q, and no number", history.ErrLocation, s.branch, formatFile, text)
	}
	return history.CheckFormat(found, format)
}

// files are the runs of a tree at the times that a query asks for, the newest first.
func (s *Store) files(ctx context.Context, root string, q history.Query) iter.Seq2[file, error] {
	return func(yield func(file, error) bool) {
		entries, err := s.objects.tree(ctx, root)
		if err != nil {
			yield(file{}, err)
			return
		}
		w := walk{s: s, yield: yield}
		if !q.Since.IsZero() {
			w.since = history.Microseconds(q.Since).Format(stamp)
		}
		if !q.Until.IsZero() {
			w.until = history.Microseconds(q.Until).Format(stamp)
		}
		for _, e := range entries {
			if e.name == runsFolder && e.mode == modeFolder {
				w.folder(ctx, e.id, "", depth)
			}
		}
	}
}

// A walk goes through folders by time.
type walk struct {
	s            *Store
	since, until string // as paths have them; "": any
	yield        func(file, error) bool
}

// within reports whether a folder or a file, by its path below runs, may have something of the time that is asked for. Of a folder, the path is
// the beginning of those in it.
func (w *walk) within(path string) bool {
	begins := func(bound string) string { return bound[:min(len(bound), len(path))] }
	whole := len(path) >= len(stamp)
	switch {
	case w.since != "" && path < begins(w.since):
		return false
	case w.until != "" && whole:
		return path[:len(stamp)] < w.until
	case w.until != "":
		return path <= begins(w.until)
	}
	return true
}

// folder goes through one, and returns false when it is enough.
func (w *walk) folder(ctx context.Context, tree, path string, deeper int) bool {
	entries, err := w.s.objects.tree(ctx, tree)
	if err != nil {
		w.yield(file{}, err)
		return false
	}
	if deeper == 0 {
		return w.day(entries, path)
	}
	for _, e := range slices.Backward(entries) { // git has them in the order of their names
		if below := path + e.name; e.mode == modeFolder && w.within(below) && !w.folder(ctx, e.id, below+"/", deeper-1) {
			return false
		}
	}
	return true
}

// day goes through the files of one.
func (w *walk) day(entries []entry, path string) bool {
	all := map[string]file{} // by the path without its end
	for _, e := range entries {
		name, isIndex := strings.CutSuffix(e.name, indexEnd)
		if !isIndex {
			name, _ = strings.CutSuffix(e.name, recordEnd)
		}
		_, id, found := strings.Cut(name, "-")
		below := path + name
		if !found || name == e.name || !strings.HasPrefix(e.mode, modeAnyFile) || !w.within(below) {
			continue
		}
		f := all[below]
		f.path, f.id = runsFolder+"/"+below, id
		if isIndex {
			f.index = e.id
		} else {
			f.record = e.id
		}
		all[below] = f
	}
	paths := make([]string, 0, len(all))
	for p := range all {
		paths = append(paths, p)
	}
	slices.Sort(paths) // by time, then by the bytes of ids: git's order has the ends in it
	for _, p := range slices.Backward(paths) {
		if f := all[p]; f.index != "" && !w.yield(f, nil) {
			return false
		}
	}
	return true
}
