package gitbranch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// git runs git in a repository.
type git struct{ dir string }

// settings take the place of the user's, for our commands alone: no hook is run, nothing is tidied up while something else may be measured,
// nothing but what is named is sent, and what was written is on the disk.
var settings = []string{"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsync=objects,reference", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
	"-c", "push.followTags=false", "-c", "push.gpgSign=false", "-c", "push.recurseSubmodules=no"}

// identity is who commits, unless the environment says otherwise: a machine that runs CI is nobody in particular.
var identity = map[string]string{"GIT_AUTHOR_NAME": "tidemark", "GIT_AUTHOR_EMAIL": "tidemark@localhost", "GIT_COMMITTER_NAME": "tidemark", "GIT_COMMITTER_EMAIL": "tidemark@localhost"}

// patience is how long git may take to end in order when it is told to.
const patience = 5 * time.Second

func (g git) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, "git", append(append([]string{"-C", g.dir}, settings...), args...)...)
	c.Env = append(os.Environ(), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0") // its words are looked at; nobody is there to type a password
	for name, value := range identity {
		if os.Getenv(name) == "" {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // it takes its locks away, and its children
	c.WaitDelay = patience
	return c
}

// run runs git and returns what it says, without the newline at the end.
func (g git) run(ctx context.Context, stdin io.Reader, args ...string) (string, error) {
	c := g.command(ctx, args...)
	var out, complaints bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = stdin, &out, &complaints
	err := c.Run()
	switch {
	case err == nil:
		return strings.TrimSuffix(out.String(), "\n"), nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("git is not installed, or not on the PATH")
	}
	return "", &gitError{args[0], complaints.String(), err}
}

// A gitError is git's own words on why it failed.
type gitError struct {
	command, words string
	err            error
}

var (
	// credentials stand in the URL of a remote. Git takes them out of what it says, the helpers that it calls may not.
	credentials = regexp.MustCompile(`://[^/\s'"]*@`)
	remoteLine  = regexp.MustCompile(`^remote: *`)
)

const mostLines = 6 // of what git, or the server, says

func (e *gitError) Error() string {
	var lines []string
	for line := range strings.Lines(e.words) {
		line = strings.TrimSpace(remoteLine.ReplaceAllString(line, ""))
		if line != "" && !strings.HasPrefix(line, "hint:") && !strings.HasPrefix(line, "To ") {
			lines = append(lines, credentials.ReplaceAllString(line, "://"))
		}
	}
	if len(lines) == 0 {
		lines = []string{e.err.Error()}
	}
	return fmt.Sprintf("git %s: %s", e.command, strings.Join(lines[max(0, len(lines)-mostLines):], "; "))
}

func (e *gitError) Unwrap() error { return e.err }

// said reports whether git failed with some words.
func said(err error, words ...string) bool {
	e, ok := errors.AsType[*gitError](err)
	if !ok {
		return false
	}
	for _, w := range words {
		if strings.Contains(e.words, w) {
			return true
		}
	}
	return false
}

// references are the commits that some references name. One that is not there is "".
func (g git) references(ctx context.Context, names ...string) (map[string]string, error) {
	out, err := g.run(ctx, nil, append([]string{"for-each-ref", "--format=%(refname) %(objectname)", "--"}, names...)...)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for line := range strings.Lines(out) {
		name, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		all[name] = id
	}
	return all, nil
}

// move makes a reference name another commit, or none, if it still names the one that it did.
func (g git) move(ctx context.Context, reference, to, from string) error {
	if to == from {
		return nil
	}
	if to == "" {
		_, err := g.run(ctx, nil, "update-ref", "-d", reference, from)
		return err
	}
	_, err := g.run(ctx, nil, "update-ref", "-m", "tidemark", reference, to, from)
	return err
}
