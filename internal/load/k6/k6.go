// Package k6 runs scripts with the user's k6.
//
// Its stance: the binary and the script are the user's, and get what they would get without us: their environment, their flags, their folder. What k6
// says goes to who called; its metric stream comes through a pipe, so that nothing is kept that is not looked at.
package k6

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Exit codes of k6 that mean something here.
const (
	Passed            = 0
	ThresholdsCrossed = 99
	Aborted           = 105 // by a signal
)

// A Test is a script and what k6 gets with it.
type Test struct {
	Binary string
	Script string
	Flags  []string  // of k6 run, behind ours
	Env    []string  // of the process
	Said   io.Writer // what k6 says
}

// Find is the k6 that a path names, or, where it is empty, the one on the PATH.
func Find(path string) (string, error) {
	if path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", fmt.Errorf("%s is no program that can be run: %w", path, err)
		}
		return found, nil
	}
	found, err := exec.LookPath("k6")
	if err != nil {
		return "", errors.New("there is no k6 on the PATH: install it (https://grafana.com/docs/k6/latest/set-up/install-k6/), or say where it is with --k6 PATH")
	}
	return found, nil
}

// Version is what k6 calls itself, as k6 v1.8.1.
func Version(ctx context.Context, binary string) (string, error) {
	c := exec.CommandContext(ctx, binary, "version")
	c.Env = []string{"PATH=" + os.Getenv("PATH")} // it needs none of our secrets for that
	out, err := c.Output()
	fields := strings.Fields(string(out))
	if err != nil || len(fields) < 2 || fields[0] != "k6" {
		return "", fmt.Errorf("%s is no k6: `%s version` says %.60q", binary, binary, out)
	}
	return fields[0] + " " + fields[1], nil
}

// Inspect is what k6 says of the script's options, as JSON; nothing is sent. The error has k6's own words.
func (t *Test) Inspect(ctx context.Context) ([]byte, error) {
	args := []string{"inspect", "--include-system-env-vars"}
	for i := 0; i < len(t.Flags); i++ { // of all flags, only those of the environment change what a script's options are
		switch flag := t.Flags[i]; {
		case (flag == "-e" || flag == "--env") && i+1 < len(t.Flags):
			args = append(args, flag, t.Flags[i+1])
			i++
		case strings.HasPrefix(flag, "--env="):
			args = append(args, flag)
		}
	}
	c := exec.CommandContext(ctx, t.Binary, append(args, t.Script)...)
	c.Env = t.Env
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("k6 cannot read %s: %w: %s", t.Script, err, strings.TrimSpace(said.String()))
	}
	return out, nil
}

// A Running is a test under way.
type Running struct {
	Stream io.Reader // k6's metric stream, to its end; it has to be read

	command *exec.Cmd
	dir     string
	pipe    *pipe
	done    chan struct{}
	err     error
	ask     sync.Once
}

const summaryName = "summary.json"

// Start begins a test. When ctx ends k6 is asked to end, which it does in order: no new iteration, then the teardown.
func (t *Test) Start(ctx context.Context) (*Running, error) {
	dir, err := os.MkdirTemp("", "tidemark-k6-")
	if err != nil {
		return nil, err
	}
	r := &Running{dir: dir, done: make(chan struct{})}
	if r.pipe, err = newPipe(filepath.Join(dir, "metrics.json")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	args := append([]string{"run", "--quiet", "--out", "json=" + r.pipe.name, "--summary-export", filepath.Join(dir, summaryName)}, t.Flags...)
	r.command = exec.CommandContext(context.WithoutCancel(ctx), t.Binary, append(args, t.Script)...)
	r.command.Env, r.command.Stdout, r.command.Stderr = t.Env, t.Said, t.Said
	apart(r.command)
	if err := r.command.Start(); err != nil {
		return nil, errors.Join(err, r.pipe.close(), os.RemoveAll(dir))
	}
	r.Stream = r.pipe
	go func() {
		defer close(r.done)
		r.err = r.command.Wait()
		r.pipe.ended()
	}()
	go func() {
		select {
		case <-ctx.Done():
			r.Ask()
		case <-r.done:
		}
	}()
	return r, nil
}

// Ask asks k6 to end, once: a second time would make it break off.
func (r *Running) Ask() { r.ask.Do(func() { interrupt(r.command) }) }

// Kill ends k6 at once.
func (r *Running) Kill() { _ = r.command.Process.Kill() } // it may have ended

// Wait waits for k6's end. It returns its exit code and its summary, which is nil where k6 wrote none.
func (r *Running) Wait() (code int, summary []byte, err error) {
	<-r.done
	summary, readErr := os.ReadFile(filepath.Join(r.dir, summaryName))
	if readErr != nil {
		summary = nil // it broke off, or was told to write none
	}
	err = errors.Join(r.pipe.close(), os.RemoveAll(r.dir))
	if _, exited := errors.AsType[*exec.ExitError](r.err); r.err != nil && !exited {
		err = errors.Join(r.err, err)
	}
	return r.command.ProcessState.ExitCode(), summary, err
}
