package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tidemark/tidemark/internal/author/k6"
)

// ExportOptions say which suite is written for another tool, and where to.
type ExportOptions struct {
	Dir    string // of the suite
	Out    string
	Target string // takes the place of the suite's
	Force  bool   // files that are there may be written over
	DryRun bool
}

// An ExportResult is the scripts that were written, or would be.
type ExportResult struct {
	Dir         string     `json:"dir"`
	Written     bool       `json:"written"`
	Files       []InitFile `json:"files"`
	Notes       []k6.Note  `json:"without_counterpart"` // what the other tool does otherwise, or not at all
	Environment []string   `json:"environment"`         // variables that the scripts need
}

// ExportK6 writes a suite as scripts for k6. Any error but a WriteError is the user's to mend; then nothing was written.
func ExportK6(o ExportOptions) (*ExportResult, error) {
	plan, err := Check(o.Dir, o.Target)
	if err != nil {
		return nil, err
	}
	exported, err := k6.Write(plan)
	if err != nil {
		return nil, &WriteError{err}
	}
	r := &ExportResult{Dir: o.Out, Notes: exported.Notes, Environment: exported.Env}
	var there []string
	for _, f := range exported.Files {
		_, err := os.Stat(filepath.Join(o.Out, filepath.FromSlash(f.Name)))
		r.Files = append(r.Files, InitFile{Path: f.Name, About: f.About, Exists: err == nil, Content: f.Content})
		if err == nil {
			there = append(there, f.Name)
		}
	}
	switch {
	case o.DryRun:
		return r, nil
	case len(there) > 0 && !o.Force:
		return nil, fmt.Errorf("%s has %s already: name another folder with --out, or write over with --force", o.Out, strings.Join(there, ", "))
	}
	if err := write(o.Out, exported.Files); err != nil {
		return nil, &WriteError{err}
	}
	r.Written = true
	return r, nil
}
