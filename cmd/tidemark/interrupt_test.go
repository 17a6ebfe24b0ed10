//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
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
// server has seen a request of the measurement.
func start(t *testing.T, answer http.HandlerFunc, args ...string) (*exec.Cmd, *bufio.Scanner, string) {
	t.Helper()
	seen := make(chan struct{}, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" { // and not the look for metrics, which comes before
			select {
			case seen <- struct{}{}:
			default:
			}
		}
		answer(w, r)
	}))
	t.Cleanup(srv.Close)
	c, stderr, dir := tidemarkIn(t, append([]string{"run", srv.URL}, args...)...)
	<-seen
	return c, stderr, dir
}

// tidemarkIn runs this test's binary as tidemark in a folder of its own.
func tidemarkIn(t *testing.T, args ...string) (c *exec.Cmd, stderr *bufio.Scanner, dir string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	name := filepath.Join(dir, "tidemark")      // by which testscript.Main knows what to be
	if err := os.Link(self, name); err != nil { // a second name and not a link to the first: what it starts itself by its own name has to be tidemark too, and no test
		t.Skipf("this file system gives no file two names: %v", err)
	}
	c = exec.Command(name, args...)
	c.Dir = dir
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c, bufio.NewScanner(pipe), dir
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

// awaitInterrupted waits for the end, which has to be that of who was interrupted.
func awaitInterrupted(t *testing.T, c *exec.Cmd) {
	t.Helper()
	var status *exec.ExitError
	if err := c.Wait(); !errors.As(err, &status) || status.ExitCode() != exitInterrupted {
		t.Errorf("%v, want exit code %d", err, exitInterrupted)
	}
}

// savedPartly is how many requests of its first scenario the one record has, which has to be marked partial.
func savedPartly(t *testing.T, dir string) int {
	t.Helper()
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
	if err := json.Unmarshal(text, &run); err != nil || !run.Partial || len(run.Scenarios) == 0 {
		t.Fatalf("%+v, %v", run, err)
	}
	return run.Scenarios[0].Requests
}

// standInK6 is a program that does as k6 does with a script.
func standInK6(t *testing.T, text string) (k6, script string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	k6, script = filepath.Join(folder, "k6"), filepath.Join(folder, "a.js")
	if err := errors.Join(os.Symlink(self, k6), os.WriteFile(script, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
	return k6, script
}

func TestOneInterruptEndsInOrder(t *testing.T) {
	c, stderr, dir := start(t, func(http.ResponseWriter, *http.Request) {}, "--users", "2", "--duration", "1h", "--warmup", "0s")
	interrupt(t, c)
	awaitLine(t, stderr, "saved")
	awaitInterrupted(t, c)
	if n := savedPartly(t, dir); n == 0 {
		t.Error("nothing that was measured is in the record")
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

// A target that accepts and then says nothing is waited for, but not longer than the user likes.
func TestAnInterruptBeforeTheMeasurement(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, _, dir := tidemarkIn(t, "run", "https://"+l.Addr().String())
	if _, err := l.Accept(); err != nil {
		t.Fatal(err)
	}
	interrupt(t, c)
	awaitInterrupted(t, c)
	if files, _ := filepath.Glob(filepath.Join(dir, "results", "*")); len(files) != 0 {
		t.Errorf("saved %v", files)
	}
}

// A demo that is watched tells from the start where, shows how far it is, and keeps what it measured when it is ended.
func TestADemoThatIsWatched(t *testing.T) {
	c, stderr, dir := tidemarkIn(t, "demo", "--serve")
	var at string
	for at == "" && stderr.Scan() {
		at, _ = strings.CutPrefix(stderr.Text(), "watch it at ")
		if !strings.HasPrefix(at, "http") {
			at = ""
		}
	}
	awaitLine(t, stderr, "POST /orders")
	answer, err := http.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if page, err := io.ReadAll(answer.Body); err != nil || !strings.Contains(string(page), "POST /orders") {
		t.Errorf("%v, %s", err, page)
	}
	interrupt(t, c)
	awaitLine(t, stderr, "saved")
	awaitInterrupted(t, c)
	if _, err := os.Stat(filepath.Join(dir, "results", "history.db")); err != nil {
		t.Error(err)
	}
}

// k6 is asked once, ends in order, and all that it measured is there.
func TestAnInterruptIsPassedOnToK6(t *testing.T) {
	const tags = `{"scenario":"default","name":"a","status":"200","expected_response":"true"}`
	text := "//requests 300 3 5 " + tags + "\n//wait\n//requests 20 1 5 " + tags + "\n//exit 105\n"
	k6, script := standInK6(t, text)
	c, stderr, dir := tidemarkIn(t, "run", "--engine", "k6", "--k6", k6, "--history", "", script)
	awaitLine(t, stderr, "k6 waits")
	interrupt(t, c)
	awaitLine(t, stderr, "saved")
	awaitInterrupted(t, c)
	if n := savedPartly(t, dir); n != 320 {
		t.Errorf("%d requests are in the record, want 320", n)
	}
}

// Who is in a hurry need not wait for k6, and what it has measured until then is kept all the same.
func TestASecondInterruptEndsK6(t *testing.T) {
	text := `//requests 300 3 5 {"scenario":"default","name":"a","status":"200","expected_response":"true"}` + "\n//wait\n//wait\n"
	k6, script := standInK6(t, text)
	c, stderr, _ := tidemarkIn(t, "run", "--engine", "k6", "--k6", k6, "--history", "", script)
	awaitLine(t, stderr, "k6 waits")
	interrupt(t, c)
	awaitLine(t, stderr, "interrupt again")
	interrupt(t, c)
	awaitLine(t, stderr, "saved")
	awaitInterrupted(t, c)
}
