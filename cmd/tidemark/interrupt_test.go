//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// start runs this test's binary as tidemark against a server, and returns it with what it says on standard error once the
// server has seen a request.
func start(t *testing.T, answer http.HandlerFunc, args ...string) (*exec.Cmd, *bufio.Scanner, string) {
	t.Helper()
	seen := make(chan struct{}, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case seen <- struct{}{}:
		default:
		}
		answer(w, r)
	}))
	t.Cleanup(srv.Close)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "tidemark") // by which testscript.Main knows what to be
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(name, append([]string{"run", srv.URL}, args...)...)
	c.Dir = dir
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	<-seen
	return c, bufio.NewScanner(stderr), dir
}

func interrupt(t *testing.T, c *exec.Cmd) {
	t.Helper()
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

func awaitLine(t *testing.T, s *bufio.Scanner, part string) {
	t.Helper()
	for s.Scan() {
		if strings.Contains(s.Text(), part) {
			return
		}
	}
	t.Fatalf("%q was not said", part)
}

func TestOneInterruptEndsInOrder(t *testing.T) {
	c, stderr, dir := start(t, func(http.ResponseWriter, *http.Request) {}, "--users", "2", "--duration", "1h", "--warmup", "0s")
	interrupt(t, c)
	awaitLine(t, stderr, "saved")
	var status *exec.ExitError
	if err := c.Wait(); !errors.As(err, &status) || status.ExitCode() != exitInterrupted {
		t.Errorf("%v, want exit code %d", err, exitInterrupted)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "results", "*.json"))
	if len(files) != 1 {
		t.Fatalf("saved %v", files)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var run struct {
		Partial   bool
		Scenarios []struct{ Requests int }
	}
	if err := json.Unmarshal(text, &run); err != nil || !run.Partial || run.Scenarios[0].Requests == 0 {
		t.Errorf("%+v, %v", run, err)
	}
}

func TestTwoInterruptsEndAtOnce(t *testing.T) {
	release := make(chan struct{})
	c, stderr, _ := start(t, func(http.ResponseWriter, *http.Request) { <-release }, "--users", "1", "--duration", "1h", "--timeout", "1h", "--warmup", "0s")
	defer close(release)
	interrupt(t, c)
	awaitLine(t, stderr, "in flight")
	interrupt(t, c)
	var status *exec.ExitError
	if err := c.Wait(); !errors.As(err, &status) || status.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
		t.Errorf("%v, want an end by the signal", err)
	}
}
