package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
	"github.com/tidemark/tidemark/internal/author/accesslog"
	"github.com/tidemark/tidemark/internal/author/brief"
	"github.com/tidemark/tidemark/internal/author/har"
	"github.com/tidemark/tidemark/internal/author/openapi"
	"github.com/tidemark/tidemark/internal/author/probe"
	"github.com/tidemark/tidemark/internal/suite"
)

// InitOptions say from what a suite is written, and where to.
type InitOptions struct {
	Dir        string
	Brief      string   // files, or - for Stdin
	AccessLogs []string // and folders of them
	LogFormat  string   // of the access logs; empty: found out
	HAR        string
	OpenAPI    string
	Data       string // folder of seed data

	Target string // base URL of the running API, to look at; empty: nothing is contacted
	Top    int    // how many endpoints of a source that has more
	Force  bool   // files that are there may be written over
	DryRun bool
	Stdin  io.Reader
}

// An InitResult is the suite that was written, or would be.
type InitResult struct {
	Dir         string     `json:"dir"`
	Written     bool       `json:"written"`
	Files       []InitFile `json:"files"`
	Choices     []string   `json:"choices"`
	Unclear     []string   `json:"not_understood"`
	Environment []string   `json:"environment"` // variables that the suite needs
	Others      []string   `json:"left_alone"`  // scenarios that were there and are no part of this one

	CI *InitResult `json:"ci,omitempty"` // the workflow, where one was asked for beside a suite
}

// An InitFile is one file of it.
type InitFile struct {
	Path    string `json:"path"`
	About   string `json:"about"`
	Exists  bool   `json:"exists"` // it was there before
	Content string `json:"content"`
}

// A WriteError is a suite that could not be written: the machine's fault, or a bug of ours.
type WriteError struct{ Err error }

func (e *WriteError) Error() string { return e.Err.Error() }
func (e *WriteError) Unwrap() error { return e.Err }

// Init writes a suite from what the user has. Any error but a WriteError is the user's to mend; then nothing was written.
func Init(ctx context.Context, o InitOptions) (*InitResult, error) {
	known, err := o.sources()
	if err != nil {
		return nil, err
	}
	if o.Target != "" {
		if err := o.look(ctx, known); err != nil {
			return nil, err
		}
	}
	composed, err := author.Compose(known, author.Options{Top: o.Top})
	if err != nil {
		return nil, err
	}
	files, err := composed.Files()
	if err != nil {
		return nil, &WriteError{err}
	}
	if err := passes(files); err != nil {
		return nil, &WriteError{fmt.Errorf("the suite that was written does not pass check, which is a bug: %w", err)}
	}
	r := &InitResult{Dir: o.Dir, Choices: append(known.Notes, composed.Choices...), Unclear: known.Unclear, Environment: composed.Env}
	for _, f := range files {
		_, err := os.Stat(filepath.Join(o.Dir, filepath.FromSlash(f.Name)))
		r.Files = append(r.Files, InitFile{Path: f.Name, About: f.About, Exists: err == nil, Content: f.Content})
	}
	r.Others = o.others(files)
	if o.DryRun {
		return r, nil
	}
	if err := o.mayWrite(r); err != nil {
		return nil, err
	}
	if err := write(o.Dir, files); err != nil {
		return nil, &WriteError{err}
	}
	r.Written = true
	return r, nil
}

// HasSource reports whether there is anything that a suite can be written from.
func (o *InitOptions) HasSource() bool {
	return o.Brief != "" || len(o.AccessLogs) > 0 || o.HAR != "" || o.OpenAPI != ""
}

// sources reads all that the user named.
func (o *InitOptions) sources() (*author.Known, error) {
	var all []*author.Known
	add := func(flag, file string, read func([]byte) (*author.Known, error)) error {
		if file == "" {
			return nil
		}
		content, err := o.read(file)
		if err != nil {
			return fmt.Errorf("%s: %w", flag, err)
		}
		known, err := read(content)
		if err != nil {
			return fmt.Errorf("%s %s: %w", flag, file, err)
		}
		all = append(all, known)
		return nil
	}
	if err := add("--brief", o.Brief, brief.Read); err != nil {
		return nil, err
	}
	var described *author.Known // read first: it decides what is a parameter in the paths of logs
	if err := add("--openapi", o.OpenAPI, openapi.Read); err != nil {
		return nil, err
	}
	if o.OpenAPI != "" {
		described, all = all[len(all)-1], all[:len(all)-1]
	}
	if len(o.AccessLogs) > 0 {
		known, err := o.accessLogs(described)
		if err != nil {
			return nil, fmt.Errorf("--access-log: %w", err)
		}
		all = append(all, known)
	}
	if err := add("--har", o.HAR, har.Read); err != nil {
		return nil, err
	}
	if described != nil {
		all = append(all, described)
	}
	if len(all) == 0 {
		return nil, errors.New("say what the suite is to be written from: --brief FILE, a few lines of prose with endpoints and targets, --openapi FILE, --har FILE or --access-log FILE")
	}
	if o.Data != "" {
		known, err := author.ReadData(o.Data)
		if err != nil {
			return nil, fmt.Errorf("--data: %w", err)
		}
		all = append(all, known)
	}
	return author.Merge(all...), nil
}

// accessLogs reads files, all files of folders, and standard input.
func (o *InitOptions) accessLogs(described *author.Known) (*author.Known, error) {
	var sources []accesslog.Source
	file := func(name string) {
		sources = append(sources, accesslog.Source{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }})
	}
	for _, name := range o.AccessLogs {
		if name == "-" {
			sources = append(sources, accesslog.Source{Name: "standard input", Open: func() (io.ReadCloser, error) { return io.NopCloser(o.Stdin), nil }})
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			file(name)
			continue
		}
		entries, err := os.ReadDir(name)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
				file(filepath.Join(name, e.Name()))
			}
		}
	}
	options := accesslog.Options{Format: o.LogFormat}
	if described != nil {
		for i := range described.Endpoints {
			options.Templates = append(options.Templates, described.Endpoints[i].Path)
		}
	}
	return accesslog.Read(sources, options)
}

// look learns from the running API what the sources left open.
func (o *InitOptions) look(ctx context.Context, known *author.Known) error {
	target, err := suite.Target(o.Target)
	if err != nil {
		return fmt.Errorf("--target: %w", err)
	}
	author.Choose(known, author.Options{Top: o.Top})
	err = probe.Look(ctx, target, known, os.LookupEnv)
	if errors.Is(err, probe.ErrUnreachable) {
		return &Unreachable{Target: target, Err: err}
	}
	return err
}

// mostSource bounds a source: it is held in memory.
const mostSource = 512 << 20

func (o *InitOptions) read(file string) ([]byte, error) {
	in := o.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	content, err := io.ReadAll(io.LimitReader(in, mostSource+1))
	if err == nil && len(content) > mostSource {
		err = fmt.Errorf("%s is larger than %d MB", file, mostSource>>20)
	}
	return content, err
}

// passes compiles the suite as check does, in a folder of its own: nothing that does not pass is ever written.
func passes(files []author.File) error {
	dir, err := os.MkdirTemp("", "tidemark-init-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // in the system's folder for such things
	if err := write(dir, files); err != nil {
		return err
	}
	_, err = suite.Read(dir)
	return err
}

func write(dir string, files []author.File) error {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if f.Executable {
			mode = 0o755
		}
		if err := os.WriteFile(name, []byte(f.Content), mode); err != nil {
			return err
		}
		if err := os.Chmod(name, mode); err != nil { // of a file that was there
			return err
		}
	}
	return nil
}

// mayWrite refuses to write over what is there.
func (o *InitOptions) mayWrite(r *InitResult) error {
	if o.Force {
		return nil
	}
	var there []string
	for _, f := range r.Files {
		if f.Exists {
			there = append(there, f.Path)
		}
	}
	if len(there) > 0 {
		return fmt.Errorf("%s has %s already: name another folder, or write over with --force", o.Dir, strings.Join(there, ", "))
	}
	if len(r.Others) > 0 {
		return fmt.Errorf("%s has a suite already (%s): name another folder, or add to it with --force", o.Dir, strings.Join(r.Others, ", "))
	}
	return nil
}

// others are scenarios in the folder that are no part of the new suite.
func (o *InitOptions) others(files []author.File) []string {
	names, _ := fs.Glob(os.DirFS(o.Dir), "scenarios/*.y*ml") // a folder that is not there has none
	return slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(files, func(f author.File) bool { return f.Name == name })
	})
}
