package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/forge"
	"github.com/tidemark/tidemark/internal/forge/forgejo"
	"github.com/tidemark/tidemark/internal/forge/github"
	"github.com/tidemark/tidemark/internal/forge/gitlab"
	"github.com/tidemark/tidemark/internal/report"
)

// ErrNoPlace says that there is nowhere to publish: this is no CI job that is known.
var ErrNoPlace = forge.ErrNoPlace

// A Publication is what is shown of a comparison where its change is reviewed.
type Publication struct {
	Versus *bench.Versus
	Exit   int    // of the gate
	Record string // the record's file
	Dir    string // folder for the artifacts of hosts that read some
	Marker string // that the comment begins with, and is known by
	Text   func(previous string) string
}

// publishTime is how long a job waits in all for a host that does not answer.
const publishTime = 5 * time.Minute

// Publish shows a comparison as far as the environment allows: the outputs and the summary of the job, the comment of the pull request, the check of its
// commit. said is told what was left out and needs no mending. The error, of which no verdict may depend, joins all that could not be shown.
func Publish(ctx context.Context, env func(string) string, p Publication, said func(string)) error {
	place, err := forge.Locate(env)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, publishTime)
	defer cancel()
	v := p.Versus
	problems := []error{
		wrap("outputs", place.Runner.Outputs(forge.Output{Name: "verdict", Value: string(v.Verdict.Status)}, forge.Output{Name: "record", Value: p.Record})),
		wrap("summary", place.Runner.Summary(p.Text(""))),
	}
	if place.Token == "" && place.Kind != forge.GitLab { // of which the check is files
		return errors.Join(append(problems, errors.New("comment: there is no token: pass one to the job's step, as GITHUB_TOKEN or TIDEMARK_TOKEN"))...)
	}
	host := openHost(place, p.Dir)
	comments, err := host.Comments(ctx)
	if err == nil {
		err = forge.Publish(ctx, comments, p.Marker, p.Text)
	}
	for _, shown := range []struct {
		what string
		err  error
	}{{"comment", err}, {"check", host.Check(ctx, p.check(place))}} {
		refused := forge.IsStatus(shown.err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
		switch {
		case errors.Is(shown.err, forge.ErrNoPull), errors.Is(shown.err, gitlab.ErrNoToken):
			said("no " + shown.what + ": " + shown.err.Error())
		case refused && place.Fork:
			said("no " + shown.what + ": the job of a fork's pull request may not write, and what can be done is in docs/CI.md")
		case refused:
			problems = append(problems, fmt.Errorf("%s: %w (what the token has to be allowed to: docs/CI.md)", shown.what, shown.err))
		default:
			problems = append(problems, wrap(shown.what, shown.err))
		}
	}
	return errors.Join(problems...)
}

func openHost(p *forge.Place, dir string) forge.Host {
	agent := "tidemark/" + Version()
	switch p.Kind {
	case forge.GitLab:
		return gitlab.Open(p, dir, agent)
	case forge.Forgejo:
		return forgejo.Open(p, agent)
	}
	return github.Open(p, agent)
}

func wrap(what string, err error) error {
	if err != nil {
		err = fmt.Errorf("%s: %w", what, err)
	}
	return err
}

// check is the comparison as a check. What the gate did not let through, or the job that a later one speaks for did not, no check lets through.
func (p *Publication) check(place *forge.Place) forge.Check {
	v := p.Versus
	name := v.Suite
	if v.Namesake {
		name = v.Folder
	}
	c := forge.Check{Name: "tidemark/" + name, Title: report.Title(v), Summary: p.Text(""), URL: place.Job, Conclusion: forge.Success}
	switch {
	case p.Exit != 0 || place.Later != "" && place.Later != "success":
		c.Conclusion = forge.Failure
	case v.Verdict.Status != bench.Pass:
		c.Conclusion = forge.Neutral
	}
	var junit bytes.Buffer
	_ = report.VersusJUnit(&junit, v) // into memory everything can be written
	c.JUnit = junit.Bytes()
	for i := range v.Comparisons {
		one := &v.Comparisons[i]
		status := one.Verdict.Status
		for _, f := range one.Findings {
			if s := f.Suspect; s != nil && s.File != "" && s.Line > 0 {
				c.Annotations = append(c.Annotations, forge.Annotation{File: s.File, Line: s.Line, Failed: status == bench.Fail,
					Title: one.Name + ": " + string(f.Kind), Message: strings.TrimSpace(f.Summary + "\n" + f.Remedy)})
			}
		}
	}
	return c
}

// mostForeign is how large a record may be that somebody else made: some 500 endpoints with all that there is to say of them.
const mostForeign = 8 << 20

// ReadForeign reads the record of a comparison that a job made in which others' code ran, as that of a fork's pull request: nothing in it is trusted. path is the record,
// or a folder that has one; file is the record.
func ReadForeign(path string) (v *bench.Versus, file string, err error) {
	file = path
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		found, err := filepath.Glob(filepath.Join(path, "*"+report.VersusSuffix))
		if err != nil {
			return nil, "", err
		}
		if len(found) != 1 {
			return nil, "", fmt.Errorf("%s has %d records of a comparison, and not one", path, len(found))
		}
		file = found[0]
	}
	text, err := readForeign(file)
	if err == nil {
		v, err = bench.ReadVersus(text)
	}
	if err == nil {
		err = v.Check()
	}
	if err != nil {
		return nil, "", fmt.Errorf("%q: %w", file, err) // quoted: a line of its own in a job's log could be a command to the runner
	}
	return v, file, nil
}

// readForeign reads a file that is one, and not too large.
func readForeign(file string) ([]byte, error) {
	info, err := os.Lstat(file) // what it links to would be shown
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is no file")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(f, mostForeign+1))
	if err == nil && len(text) > mostForeign {
		err = fmt.Errorf("is larger than %d MB", mostForeign>>20)
	}
	return text, err
}
