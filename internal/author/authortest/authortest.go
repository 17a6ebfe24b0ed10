// Package authortest has what tests of readers share: a suite in memory, and whether it passes check.
package authortest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/internal/author"
)

// Write composes the suite and writes it to a folder of the test. It returns the folder, the files by name, and what was chosen.
func Write(t *testing.T, top int, known ...*author.Known) (dir string, files map[string]string, choices string) {
	t.Helper()
	all := author.Merge(known...)
	s, err := author.Compose(all, author.Options{Top: top})
	if err != nil {
		t.Fatal(err)
	}
	written, err := s.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir, files = t.TempDir(), map[string]string{}
	for _, f := range written {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(f.Content), 0o644); err != nil {
			t.Fatal(err)
		}
		files[f.Name] = f.Content
	}
	return dir, files, strings.Join(append(all.Notes, s.Choices...), "\n")
}
