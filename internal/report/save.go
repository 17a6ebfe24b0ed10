package report

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tidemark/tidemark/bench"
)

// Save writes the run's record to dir, as <id>.json, and the slices that it was collected from beside it, as <id>.slices.zst.
// It returns the record's path. Either a whole file is there afterwards or none.
func Save(dir string, run *bench.Run, series []bench.Series) (path string, err error) {
	if path, err = SaveRecord(dir, run); err != nil {
		return "", err
	}
	if err := writeFile(filepath.Join(dir, run.ID+".slices.zst"), func(w io.Writer) error { return Slices(w, series) }); err != nil {
		return path, fmt.Errorf("save the seconds of a run: %w", err)
	}
	return path, nil
}

// SaveRecord writes the record alone.
func SaveRecord(dir string, run *bench.Run) (path string, err error) {
	return saveDocument(dir, run.ID+".json", func(w io.Writer) error { return JSON(w, run) })
}

// VersusSuffix is how the name of a comparison's record ends.
const VersusSuffix = ".comparison.json"

// SaveVersus writes the record of a comparison, as <id>.comparison.json.
func SaveVersus(dir string, v *bench.Versus) (path string, err error) {
	return saveDocument(dir, v.ID+VersusSuffix, func(w io.Writer) error { return VersusJSON(w, v) })
}

// BisectionSuffix is how the name of a bisection's record ends.
const BisectionSuffix = ".bisection.json"

// SaveBisection writes the record of a bisection, as <id>.bisection.json.
func SaveBisection(dir string, b *bench.Bisection) (path string, err error) {
	return saveDocument(dir, b.ID+BisectionSuffix, func(w io.Writer) error { return BisectionJSON(w, b) })
}

func saveDocument(dir, name string, write func(io.Writer) error) (path string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	path = filepath.Join(dir, name)
	if err := writeFile(path, write); err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	return path, nil
}

// writeFile makes a file of what write writes, or none.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the error in hand matters more
		}
	}()
	err = write(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// SaveAs writes a file at a path that somebody named, or nothing.
func SaveAs(path string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return writeFile(path, write)
}
