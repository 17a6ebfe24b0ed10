package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tidemark/tidemark/internal/forge/forgetest"
)

// The tokens of the history, and of nothing else.
const (
	servedToken = "served-t0k3n-of-the-history"
	readToken   = "reading-t0k3n-of-the-history"
)

// tellsToken reports whether one of them is in a text.
func tellsToken(text string) bool {
	return strings.Contains(text, servedToken) || strings.Contains(text, readToken)
}

// serveHistory starts a real `tidemark serve` on loopback, and returns where it answers.
func serveHistory(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	token, reads := filepath.Join(dir, "token"), filepath.Join(dir, "reads")
	if err := errors.Join(os.WriteFile(token, []byte(servedToken), 0o600), os.WriteFile(reads, []byte(readToken), 0o600)); err != nil {
		t.Fatal(err)
	}
	serve := exec.Command("tidemark", "serve", "--address", "127.0.0.1:0", "--history", filepath.Join(dir, "kept.db"), "--token-file", token, "--read-token-file", reads, "--json")
	said, err := serve.StdoutPipe()
	if err == nil {
		err = serve.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(serve.Process.Signal(os.Interrupt), serve.Wait()); err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	line, err := bufio.NewReader(said).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var at struct{ URL string }
	if err := json.Unmarshal(line, &at); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(at.URL, "/")
}

// A job of the default branch pushes its run to what `tidemark serve` serves, and that of a pull request is held against it with the token that only reads, and cannot
// write; each by the action's steps with the real program. The tokens of the history reach neither the target nor a log; without one nothing is measured.
func TestActionWithAServedHistory(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	var slow, leaked atomic.Bool
	var asked atomic.Int64
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if tellsToken(fmt.Sprint(r.Header, r.URL)) {
			leaked.Store(true)
		}
		if time.Sleep(100 * time.Millisecond); slow.Load() { // so slow that a busy machine is no matter, as a rule
			time.Sleep(200 * time.Millisecond)
		}
	}))
	t.Cleanup(target.Close)
	d := forgetest.GitHub(t)
	history := ""
	job := func(branch string, inputs map[string]string) (*runner, int) {
		r := newRunner(t, d, "o/r")
		if history == "" {
			history = serveHistory(t)
		}
		scenario := filepath.Join(r.dir, "perf", "shop", "scenarios", "orders.yml")
		if err := errors.Join(os.MkdirAll(filepath.Dir(scenario), 0o755), os.WriteFile(scenario, []byte("name: GET /orders\nload: {rate: 60/s, warmup: 0s, duration: 4s}\nrequest: {get: /orders}\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"init", "-q", "-b", branch}, {"add", "perf"}, {"-c", "user.name=t", "-c", "user.email=t@t.example", "commit", "-q", "-m", "Orders"}} {
			if out, err := exec.Command("git", append([]string{"-C", r.dir}, args...)...).CombinedOutput(); err != nil {
				t.Fatalf("git %q: %v: %s", args, err, out)
			}
		}
		r.env["DOWNLOADS"] = "file://" + release(t, "v1.4.0", "#!/usr/bin/env bash\nexec \"$REAL\" \"$@\"\n")
		r.inputs["base"] = ""
		maps.Copy(r.inputs, map[string]string{"suite": "perf/shop", "target": target.URL, "history": history})
		maps.Copy(r.inputs, inputs)
		code := r.run(readAction(t))
		if said := r.said.String(); tellsToken(said) || strings.Contains(said, d.Token) {
			t.Errorf("a token is in the log:\n%s", said)
		}
		return r, code
	}

	for range 2 {
		if r, code := job("main", map[string]string{"command": "run", "history-token": servedToken}); code != 0 && code != exitVoid || strings.Contains(r.said.String(), "warning") { // void on a busy machine
			t.Fatalf("exit code %d: %s", code, r.said.String())
		}
	}
	slow.Store(true)
	r, code := job("change", map[string]string{"branch": "main", "history-token": readToken})
	verdict := r.outputs["verdict"]
	if want, known := map[string]int{"fail": 1, "inconclusive": 0, "void": 3}[verdict]; !known || code != want {
		t.Fatalf("exit code %d, verdict %q: %s", code, verdict, r.said.String())
	}
	comments := d.Comments(7)
	if len(comments) != 1 || !strings.HasPrefix(comments[0].Body, "<!-- tidemark:%2Fperf%2Fshop -->\n") || !strings.Contains(comments[0].Body, "GET /orders") || tellsToken(comments[0].Body) {
		t.Fatalf("the comments are %+v", comments)
	}
	if verdict != "void" && !strings.Contains(comments[0].Body, "runs, and now: `") && !strings.Contains(comments[0].Body, "void") {
		t.Errorf("what was is not in\n%s", comments[0].Body)
	}
	t.Log(comments[0].Body)

	// With its token the pull request's job may not write, whatever it calls. Its run has its verdict all the same.
	r, code = job("change", map[string]string{"command": "run", "history-token": readToken})
	if said := r.said.String(); code != 0 && code != exitVoid || !strings.Contains(said, "warning: the run is saved, but not in history: the history at "+history+" refuses: this token only reads") {
		t.Errorf("exit code %d: %s", code, said)
	}
	list := func(token string) string {
		c := exec.Command("tidemark", "history", "list", "--history", history)
		c.Env = append(os.Environ(), "TIDEMARK_HISTORY_TOKEN="+token)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	newest, _, _ := strings.Cut(list(readToken), " ")
	for _, ask := range [][2]string{{http.MethodPost, "/api/v1/runs"}, {http.MethodDelete, "/api/v1/runs/" + newest}} {
		req, err := http.NewRequest(ask[0], history+ask[1], strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+readToken)
		req.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Body.Close(); answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s: %s", ask[0], ask[1], answer.Status)
		}
	}

	if all := list(servedToken); strings.Count(all, "  main  ") != 2 || strings.Contains(all, "change") || !strings.HasPrefix(all, newest+" ") {
		t.Errorf("history has\n%s", all)
	}
	if leaked.Load() {
		t.Error("the target saw a token of the history")
	}

	// A fork's job has no token. The token of the code host is not tried.
	before := asked.Load()
	r, code = job("change", map[string]string{"branch": "main"})
	if said := r.said.String(); code != exitUnreachable || !strings.Contains(said, "TIDEMARK_HISTORY_TOKEN") || !strings.Contains(said, "nothing was compared") || asked.Load() > before {
		t.Errorf("without a token: exit code %d, %d requests: %s", code, asked.Load()-before, said)
	}
}
