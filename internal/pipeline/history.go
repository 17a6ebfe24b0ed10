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
	"github.com/tidemark/tidemark/internal/history/sqlite"
)

// OpenHistory opens the store that a location means: the path of an SQLite file.
func OpenHistory(ctx context.Context, location string) (history.Store, error) {
	return sqlite.Open(ctx, location)
}

// FindRun is the run that a reference means: the file of a record, or whatever history.Find takes.
func FindRun(ctx context.Context, store history.Store, reference string) (*bench.Run, error) {
	if strings.HasSuffix(reference, ".json") {
		return ReadRecord(reference)
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

// ImportRecords adds records to a store: files, or all of a folder. What is no record is told at the end, and the others are there.
func ImportRecords(ctx context.Context, store history.Store, paths []string) (added int, err error) {
	for _, path := range paths {
		files := []string{path}
		if info, e := os.Stat(path); e == nil && info.IsDir() {
			files, _ = filepath.Glob(filepath.Join(path, "*.json")) // the pattern is a constant
		}
		for _, file := range files {
			run, e := ReadRecord(file)
			if e == nil {
				e = store.Add(ctx, run)
			}
			if e != nil {
				err = errors.Join(err, e)
				continue
			}
			added++
		}
	}
	return added, err
}
