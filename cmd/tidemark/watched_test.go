//go:build unix

package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// overview waits until the page of a served history is as it should be, and gives its text.
func overview(t *testing.T, history, about string, is func(page string) bool) string {
	t.Helper()
	page := ""
	for range 1000 {
		req, err := http.NewRequest(http.MethodGet, history+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+readToken)
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if page = string(text); is(page) {
			return page
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s: it does not come: %s", about, page)
	return ""
}

const goesOn = `aria-label="A comparison that goes on"`

// What measures two versions is on the page of the history that the environment names while it goes on, and not when it was ended.
func TestAComparisonIsWatched(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures")
	}
	history := serveHistory(t)
	t.Setenv("TIDEMARK_HISTORY", history)
	t.Setenv("TIDEMARK_HISTORY_TOKEN", readToken)
	target := httptest.NewServer(worker(5 * time.Millisecond))
	t.Cleanup(target.Close)
	suite := filepath.Join(t.TempDir(), "shop")
	scenario := filepath.Join(suite, "scenarios", "work.yml")
	if err := errors.Join(os.MkdirAll(filepath.Dir(scenario), 0o755), os.WriteFile(scenario, []byte("name: GET /work\nload: {rate: 50/s, warmup: 0s}\nrequest: {get: /work}\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	c, stderr, _ := tidemarkIn(t, "ab", "--base", target.URL, "--head", target.URL, "--max-time", "10m", suite)
	page := overview(t, history, "a comparison", func(page string) bool { return strings.Contains(page, goesOn) && strings.Contains(page, ">pair ") })
	for _, part := range []string{"shop</strong> is being compared", "head <code>" + target.URL, "GET /work", "No run yet"} {
		if !strings.Contains(page, part) {
			t.Errorf("it lacks %q: %s", part, page)
		}
	}
	interrupt(t, c)
	awaitLine(t, stderr, "saved")
	awaitInterrupted(t, c)
	overview(t, history, "its end", func(page string) bool { return !strings.Contains(page, goesOn) })
}

// A gate is there from the build of its sides on, and their commands get nothing that they could tell the history.
func TestAGateIsWatched(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	history := serveHistory(t)
	t.Setenv("TIDEMARK_HISTORY_TOKEN", readToken)
	dir := t.TempDir()
	release := filepath.Join(t.TempDir(), "release") // which the build waits for
	leaked := filepath.Join(t.TempDir(), "environment")
	t.Setenv("RELEASE", release)
	t.Setenv("ENVIRONMENT", leaked)
	suite := filepath.Join(dir, "perf")
	for name, text := range map[string]string{
		"suite.yml":          "service:\n  build: env >\"$ENVIRONMENT\"; until test -e \"$RELEASE\"; do sleep 0.1; done; exit 3\n  start: exit 1\n",
		"scenarios/work.yml": "load: {rate: 50/s, warmup: 0s}\nrequest: {get: /work}\n",
	} {
		file := filepath.Join(suite, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@t.example"}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v: %s", args, err, out)
		}
	}
	git("init", "-q", "-b", "main")
	git("add", "-A")
	git("commit", "-q", "-m", "Before it")
	git("commit", "-q", "--allow-empty", "-m", "A <change>")
	gate := exec.Command("tidemark", "gate", "--base", "HEAD~1", "--head", "HEAD", "--history", history, "perf")
	gate.Dir = dir
	var said strings.Builder
	gate.Stderr = &said
	if err := gate.Start(); err != nil {
		t.Fatal(err)
	}
	page := overview(t, history, "a gate", func(page string) bool { return strings.Contains(page, "building base") })
	for _, part := range []string{goesOn, "Before it", "A &lt;change&gt;"} {
		if !strings.Contains(page, part) {
			t.Errorf("it lacks %q: %s", part, page)
		}
	}
	if err := os.WriteFile(release, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := gate.Wait(); gate.ProcessState.ExitCode() != exitUnreachable || strings.Contains(said.String(), "note:") {
		t.Errorf("%v: %s", err, said.String())
	}
	overview(t, history, "its end", func(page string) bool { return !strings.Contains(page, goesOn) })
	if env, err := os.ReadFile(leaked); err != nil || tellsToken(string(env)) {
		t.Errorf("a token is in what is built, or nothing is known of it: %v", err)
	}
}
