package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/report"
)

// A Saved is what a reference to something saved means: a run, a comparison, a bisection, or trends. One of them is set.
type Saved struct {
	Run       *bench.Run
	Series    []bench.Series // the run's seconds; nil where they were not kept
	Versus    *bench.Versus
	Bisection *bench.Bisection
	Trends    []bench.Trend
}

// Find reads what a reference means: a file; in the folder of results a record, a run's, a comparison's or a bisection's, by its id; a run of history, by whatever
// FindRun takes; or `last`, the newest of all of these. store may be nil: then there is no history. The error wraps history.ErrNotFound if there is
// nothing.
func Find(ctx context.Context, store history.Store, results, reference string) (*Saved, error) {
	if strings.HasSuffix(reference, ".json") {
		return readSaved(reference)
	}
	if reference == "last" {
		newest := newestRecord(results)
		if store == nil && newest == "" {
			return nil, fmt.Errorf("%s has no record, and there is no history: %w", results, history.ErrNotFound)
		}
		if store == nil {
			return readSaved(newest)
		}
		entries, err := store.List(ctx, history.Query{Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(entries) == 0 || newest != "" && filepath.Base(newest) >= entries[0].ID { // ids are in the order of time
			if newest == "" {
				return nil, fmt.Errorf("%s has no record, and history no run: %w", results, history.ErrNotFound)
			}
			return readSaved(newest)
		}
		reference = entries[0].ID
	}
	if filepath.Base(reference) == reference {
		for _, suffix := range []string{".json", report.VersusSuffix, report.BisectionSuffix} {
			path := filepath.Join(results, strings.ToUpper(reference)+suffix)
			if _, err := os.Stat(path); err == nil {
				return readSaved(path)
			}
		}
	}
	if store == nil {
		return nil, fmt.Errorf("%q: %s has no such record, and there is no history to find it in: %w", reference, results, history.ErrNotFound)
	}
	run, err := FindRun(ctx, store, reference)
	if err != nil {
		return nil, err
	}
	return withSeconds(run, results)
}

// newestRecord is the newest record of a folder, by its id; empty: there is none.
func newestRecord(dir string) (newest string) {
	entries, _ := os.ReadDir(dir) // no folder has no record
	for _, e := range entries {
		name := e.Name()
		id, kind, _ := strings.Cut(name, ".")
		if _, err := ulid.ParseStrict(id); err == nil && ("."+kind == report.VersusSuffix || "."+kind == report.BisectionSuffix || kind == "json") {
			newest = name // they come in the order of their names
		}
	}
	if newest == "" {
		return ""
	}
	return filepath.Join(dir, newest)
}

// readSaved reads a file by the schema that it names.
func readSaved(path string) (*Saved, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, errors.Join(history.ErrNotFound, err)
	}
	var named struct{ Schema string }
	if err := json.Unmarshal(text, &named); err != nil {
		return nil, fmt.Errorf("%w: %s is no record: %w", history.ErrNotFound, path, err)
	}
	var s Saved
	switch schema, _, _ := strings.Cut(named.Schema, "."); {
	case schema != "tidemark":
		err = fmt.Errorf("is no record that can be read: its schema is %q", named.Schema)
	case strings.HasPrefix(named.Schema, bench.ComparisonSchema):
		s.Versus, err = bench.ReadVersus(text)
	case strings.HasPrefix(named.Schema, bench.BisectionSchema):
		s.Bisection, err = bench.ReadBisection(text)
	case strings.HasPrefix(named.Schema, bench.TrendSchema):
		s.Trends, err = bench.ReadTrends(text)
	default:
		if s.Run, err = bench.ReadRun(text); err == nil {
			return withSeconds(s.Run, filepath.Dir(path))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s %w", history.ErrNotFound, path, err)
	}
	return &s, nil
}

// withSeconds is a run with the seconds that lie beside its record.
func withSeconds(run *bench.Run, dir string) (*Saved, error) {
	path := filepath.Join(cmp.Or(dir, "."), run.ID+".slices.zst")
	series, err := report.SlicesFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", history.ErrNotFound, path, err)
	}
	return &Saved{Run: run, Series: series}, nil
}
