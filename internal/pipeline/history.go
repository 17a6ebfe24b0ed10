package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/report"
)

// FindRun is the run that a reference means: the file of a record, or whatever history.Find takes. The error wraps history.ErrNotFound if
// there is none.
func FindRun(ctx context.Context, store history.Store, reference string) (*bench.Run, error) {
	if strings.HasSuffix(reference, ".json") {
		run, err := ReadRecord(reference)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", history.ErrNotFound, err)
		}
		return run, nil
	}
	return history.Find(ctx, store, reference)
}

// ReadRecord reads the file of a record.
func ReadRecord(path string) (*bench.Run, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	run, err := bench.ReadRun(text)
	if err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	return run, nil
}

// addedAtOnce is how many runs are added together: a store on the network takes a second for each time, and a run takes some megabytes.
const addedAtOnce = 20

// ImportRecords adds records to a store: files, or all of a folder. refused is what is no record, file by file; the others are there. The error is
// the store's.
func ImportRecords(ctx context.Context, store history.Store, paths []string) (added int, refused []error, err error) {
	var runs []*bench.Run
	flush := func() error {
		if err := store.Add(ctx, runs...); err != nil {
			return err
		}
		added, runs = added+len(runs), nil
		return nil
	}
	for _, path := range paths {
		for _, file := range recordsIn(path) {
			run, err := ReadRecord(file)
			if err != nil {
				refused = append(refused, err)
				continue
			}
			if runs = append(runs, run); len(runs) == addedAtOnce {
				if err := flush(); err != nil {
					return added, refused, err
				}
			}
		}
	}
	return added, refused, flush()
}

// recordsIn are the records of a folder, whose other documents are none; or a file, whatever it is.
func recordsIn(path string) []string {
	entries, err := os.ReadDir(path)
	if err != nil { // no folder; reading it as a file tells the rest
		return []string{path}
	}
	var records []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") && !strings.HasSuffix(e.Name(), report.VersusSuffix) {
			records = append(records, filepath.Join(path, e.Name()))
		}
	}
	return records
}

// ExportRecords writes every run's record to a folder.
func ExportRecords(ctx context.Context, store history.Store, dir string) (written int, err error) {
	entries, err := store.List(ctx, history.Query{})
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		run, err := store.Run(ctx, e.ID)
		if errors.Is(err, history.ErrNotFound) { // somebody has just deleted it
			continue
		}
		if err != nil {
			return written, err
		}
		if _, err := report.SaveRecord(dir, run); err != nil {
			return written, err
		}
		written++
	}
	return written, nil
}
