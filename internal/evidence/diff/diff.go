// Package diff reads the change between two commits for what may bear on speed: eager loading that was removed, queries that moved into a
// loop, indexes that were dropped, calls that were added, limits and pools that were changed.
//
// Its stance: it reads text and knows no program, so what it finds are suspicions and never causes. It says of each what kinds of causes
// it could explain and which tables, columns or services it speaks of; only evidence from the run that says the same makes it a suspect.
package diff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	gitTime   = 20 * time.Second // for all that git is asked
	mostDiff  = 32 << 20         // bytes
	mostFile  = 2 << 20          // of one file's diff; what is longer was not written by hand
	mostLines = 10_000           // that were changed
	mostHunks = 100
	context20 = "--unified=20" // lines around a change, to see the loop that it stands in
)

// Between is the evidence of the change from base to head in the repository that dir is in.
func Between(ctx context.Context, dir, base, head string) bench.Evidence {
	ctx, cancel := context.WithTimeout(ctx, gitTime)
	defer cancel()
	e := bench.Evidence{Source: bench.FromDiff, From: time.Now().UTC()}
	repo := repository{dir}
	if strings.HasPrefix(base, "-") || strings.HasPrefix(head, "-") || base == "" || head == "" {
		e.Missing = "diff: a side has no commit, or none that git knows"
		return e
	}
	top, err := repo.git(ctx, "rev-parse", "--show-toplevel") // the names in a diff are from there
	var text []byte
	if err == nil {
		repo.dir = strings.TrimSuffix(string(top), "\n")
		text, err = repo.diff(ctx, base, head)
	}
	if err != nil {
		e.Missing = "diff: " + evidence.Short(evidence.Plain(err.Error()), 300)
	}
	var whole bool
	if e.Hunks, whole = read(text); !whole {
		e.Missing = fmt.Sprintf("diff: the change is very large; the first %d lines of it were read", mostLines)
	}
	if repo.attribute(ctx, e.Hunks, base, head); ctx.Err() != nil && e.Missing == "" {
		e.Missing = fmt.Sprintf("diff: git took longer than %s, so not every change has its commit", gitTime)
	}
	e.To, e.Samples = time.Now().UTC(), int64(len(e.Hunks))
	return e
}

// read finds what may bear on speed in a diff, what is most particular first. It is not whole when it was too long to be read to its end.
func read(text []byte) (hunks []bench.Hunk, whole bool) {
	var files []*file
	for len(text) > 0 {
		one := text
		if next := bytes.Index(text[1:], []byte("\ndiff --git ")); next >= 0 {
			one = text[:next+2]
		}
		text = text[len(one):]
		if f := parse(one); f != nil {
			files = append(files, f)
		}
	}
	forgetMoves(files)
	left := mostLines
	for _, f := range files {
		for _, c := range f.changes {
			if left -= len(c.gone) + len(c.added); left < 0 {
				return particular(hunks), false
			}
			if h := c.judge(); h != nil {
				hunks = append(hunks, *h)
			}
		}
	}
	return particular(hunks), true
}

// parse reads the diff of one file; nil: it is of no interest, or cannot be read.
func parse(text []byte) *file {
	if len(text) > mostFile || bytes.IndexByte(text, 0) >= 0 {
		return nil
	}
	parsed, _, err := gitdiff.Parse(strings.NewReader(strings.ToValidUTF8(string(text), "\uFFFD")))
	if err != nil || len(parsed) != 1 || parsed[0].IsBinary {
		return nil
	}
	name := parsed[0].NewName
	if parsed[0].IsDelete {
		name = parsed[0].OldName
	}
	lang := language(name)
	if lang == "" || ignored(name) {
		return nil
	}
	f := &file{name: evidence.Plain(name), lang: lang}
	for _, fragment := range parsed[0].TextFragments {
		f.split(fragment)
	}
	return f
}

// particular puts hunks that speak of something before those that are only known by what they change and call, and keeps the first.
func particular(hunks []bench.Hunk) []bench.Hunk {
	var first, rest []bench.Hunk
	for _, h := range hunks {
		if h.Why == changedCode {
			rest = append(rest, h)
		} else {
			first = append(first, h)
		}
	}
	first = append(first, rest...)
	return first[:min(len(first), mostHunks)]
}

// A repository is asked by the git binary, which knows every format that there is.
type repository struct{ dir string }

func (r repository) diff(ctx context.Context, base, head string) ([]byte, error) {
	// No program of the user's configuration is run.
	return r.git(ctx, "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--src-prefix=a/", "--dst-prefix=b/", context20, base, head, "--")
}

func (r repository) git(ctx context.Context, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "git", append([]string{"-C", r.dir, "-c", "core.quotepath=off", "-c", "core.fsmonitor=false"}, args...)...)
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(out, mostDiff+1))
	if len(text) > mostDiff {
		_ = command.Process.Kill() // what it would still say is not wanted
		_ = command.Wait()
		return text[:mostDiff], fmt.Errorf("the change is larger than %d MB; the first part of it was read", mostDiff>>20)
	}
	if err = errors.Join(err, command.Wait()); err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return text, nil
}
