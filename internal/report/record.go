package report

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tidemark/tidemark/bench"
)

// JSON writes the run's record as one indented document.
func JSON(w io.Writer, run *bench.Run) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(run)
}

// Save writes the run's record to dir, as <id>.json, and returns its path. Either the whole record is there afterwards or none.
func Save(dir string, run *bench.Run) (path string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	f, err := os.CreateTemp(dir, "."+run.ID+"-*")
	if err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the error in hand matters more
		}
	}()
	err = JSON(f, run)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	path = filepath.Join(dir, run.ID+".json")
	if err := os.Rename(f.Name(), path); err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	return path, nil
}
