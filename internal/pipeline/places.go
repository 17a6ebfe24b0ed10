package pipeline

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// places makes the files that a program names those of the repository: it was built in another checkout, in a container, or elsewhere.
type places struct {
	root string // of the repository; empty: there is none, and names stay as they are
}

// placesOf are those of the repository that a folder lies in.
func placesOf(dir string) places {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return places{}
	}
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return places{dir}
		}
		above := filepath.Dir(dir)
		if above == dir {
			return places{}
		}
		dir = above
	}
}

// leastParts is how many last parts of a path have to be in the repository: a main.go is everywhere.
const leastParts = 2

// file is the longest end of a name that the repository has, and the name itself where it has none.
func (p places) file(name string) string {
	if p.root == "" || name == "" {
		return name
	}
	if inside, err := filepath.Rel(p.root, name); err == nil && filepath.IsLocal(inside) {
		return filepath.ToSlash(inside)
	}
	parts := strings.Split(strings.ReplaceAll(name, "\\", "/"), "/")
	for i := 0; i+leastParts <= len(parts); i++ {
		end := strings.Join(parts[i:], "/")
		if !filepath.IsLocal(end) {
			continue
		}
		if info, err := os.Stat(filepath.Join(p.root, end)); err == nil && info.Mode().IsRegular() {
			return end
		}
	}
	return name
}

// in rewrites the places of a source's evidence.
func (p places) in(e *bench.Evidence) {
	location := func(l *bench.Location) {
		if l != nil {
			l.File = p.file(l.File)
		}
	}
	if e.Traces != nil {
		for i := range e.Traces.Operations {
			location(e.Traces.Operations[i].Code)
		}
		for i := range e.Traces.Sequences {
			location(e.Traces.Sequences[i].Code)
		}
	}
	if e.Database != nil {
		for i := range e.Database.Statements {
			location(e.Database.Statements[i].Code)
		}
	}
	for i := range e.Functions {
		e.Functions[i].File = p.file(e.Functions[i].File)
	}
}
