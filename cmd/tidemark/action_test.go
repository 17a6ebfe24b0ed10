package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/tidemark/tidemark/internal/forge/forgetest"
)

// An action is action.yml, as far as the runner of the test understands it.
type action struct {
	Inputs  map[string]struct{ Description, Default string }
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []step
	}
}

type step struct {
	Name, ID, If, Shell, Run string
	Env                      map[string]string
}

func readAction(t *testing.T) *action {
	t.Helper()
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	return &a
}

// What is in an input is never part of a script: somebody's branch may be called $(curl …).
func TestNoInputIsPartOfAScript(t *testing.T) {
	a := readAction(t)
	used := map[string]bool{}
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("%s: %s", s.Name, s.Run)
		}
		for _, text := range append([]string{s.If}, slicesOf(s.Env)...) {
			for _, m := range regexp.MustCompile(`inputs\.([a-z-]+)`).FindAllStringSubmatch(text, -1) {
				used[m[1]] = true
				if _, there := a.Inputs[m[1]]; !there {
					t.Errorf("%s: there is no input %s", s.Name, m[1])
				}
			}
		}
	}
	for name := range a.Inputs {
		if !used[name] {
			t.Errorf("input %s is used nowhere", name)
		}
	}
	for _, s := range a.Runs.Steps {
		for name, value := range s.Env {
			if strings.Contains(value, "inputs.token") && (s.ID != "publish" || name != "TIDEMARK_TOKEN") || strings.Contains(value, "history-token") && s.ID != "measure" {
				t.Errorf("%s has a token, as %s", s.Name, name)
			}
		}
	}
}

// Inputs that are flags of gate have their names.
func TestInputsAreFlags(t *testing.T) {
	flags := gateCommand().Flags()
	for name := range readAction(t).Inputs {
		switch name {
		case "command", "suite", "record", "token", "history-token", "version": // of the action
		default:
			if flags.Lookup(name) == nil {
				t.Errorf("gate has no flag --%s", name)
			}
		}
	}
}

func slicesOf(m map[string]string) (all []string) {
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

// A runner executes the action as GitHub's does: steps in turn, in a shell with their environment, outputs and the path in files.
type runner struct {
	t       *testing.T
	dir     string
	env     map[string]string // of the job
	github  map[string]string // the context of that name
	inputs  map[string]string
	steps   map[string]map[string]string // outputs
	said    bytes.Buffer
	outputs map[string]string // of the action
}

// run returns the exit code of the step that failed, or 0.
func (r *runner) run(a *action) (code int) {
	r.steps, r.outputs = map[string]map[string]string{}, map[string]string{}
	for name, in := range a.Inputs {
		if _, given := r.inputs[name]; !given {
			r.inputs[name] = r.expand(in.Default)
		}
	}
	path := os.Getenv("PATH")
	for i, s := range a.Runs.Steps {
		if s.If != "" && r.value(s.If) == "" || code != 0 {
			continue
		}
		file := func(name string) string { return filepath.Join(r.dir, fmt.Sprintf("%s-%d", name, i)) }
		script := file("script")
		if err := os.WriteFile(script, []byte(s.Run+"\n"), 0o600); err != nil {
			r.t.Fatal(err)
		}
		c := exec.Command("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script) // what `shell: bash` means
		c.Dir, c.Stdout, c.Stderr = r.dir, &r.said, &r.said
		env := map[string]string{"PATH": path, "HOME": r.dir, "GITHUB_OUTPUT": file("output"), "GITHUB_PATH": file("path")}
		maps.Copy(env, r.env)
		for name, value := range s.Env {
			env[name] = r.expand(value)
		}
		for name, value := range env {
			c.Env = append(c.Env, name+"="+value)
		}
		if err := c.Run(); err != nil {
			var failed *exec.ExitError
			if !errors.As(err, &failed) {
				r.t.Fatal(err)
			}
			code = failed.ExitCode()
		}
		r.steps[s.ID] = readOutputs(r.t, file("output"))
		if more, err := os.ReadFile(file("path")); err == nil {
			path = strings.TrimSpace(string(more)) + string(os.PathListSeparator) + path
		}
	}
	for name, out := range a.Outputs {
		r.outputs[name] = r.expand(out.Value)
	}
	return code
}

// expand evaluates the ${{ }} of a text.
func (r *runner) expand(text string) string {
	return regexp.MustCompile(`\$\{\{(.*?)\}\}`).ReplaceAllStringFunc(text, func(e string) string { return r.value(e[3 : len(e)-2]) })
}

// value evaluates ||, &&, ==, != and names of GitHub's expressions. False is empty.
func (r *runner) value(e string) string {
	e = strings.TrimSpace(e)
	if a, b, found := strings.Cut(e, "||"); found {
		if v := r.value(a); v != "" {
			return v
		}
		return r.value(b)
	}
	if a, b, found := strings.Cut(e, "&&"); found {
		if r.value(a) == "" {
			return ""
		}
		return r.value(b)
	}
	for op, equal := range map[string]bool{"==": true, "!=": false} {
		if a, b, found := strings.Cut(e, op); found {
			if (r.value(a) == r.value(b)) == equal {
				return "true"
			}
			return ""
		}
	}
	parts := strings.Split(e, ".")
	switch {
	case strings.HasPrefix(e, "'"):
		return strings.Trim(e, "'")
	case len(parts) == 2 && parts[0] == "inputs":
		return r.inputs[parts[1]]
	case len(parts) == 2 && parts[0] == "github":
		return r.github[parts[1]]
	case len(parts) == 4 && parts[0] == "steps" && parts[2] == "outputs":
		return r.steps[parts[1]][parts[3]]
	}
	r.t.Fatalf("the runner of the test does not understand %q", e)
	return ""
}

// readOutputs reads name=value and name<<delimiter.
func readOutputs(t *testing.T, file string) map[string]string {
	all := map[string]string{}
	text, _ := os.ReadFile(file) // a step may have none
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		if name, end, found := strings.Cut(lines[i], "<<"); found {
			var value []string
			for i++; i < len(lines) && lines[i] != end; i++ {
				value = append(value, lines[i])
			}
			all[name] = strings.Join(value, "\n")
		} else if name, value, found := strings.Cut(lines[i], "="); found {
			all[name] = value
		} else if lines[i] != "" {
			t.Errorf("%s has the line %q", file, lines[i])
		}
	}
	return all
}

// standIn measures nothing: it leaves the record that it is told to and ends as it is told to. All else is for the real program.
const standIn = `#!/usr/bin/env bash
if [ "$1" != gate ] && [ "$1" != run ]; then exec "$REAL" "$@"; fi
printf '%s\n' "$@" >"$ARGUMENTS"
env >>"$ARGUMENTS.env"
for a; do case $a in --results=*) mkdir -p "${a#*=}"; [ -z "$RECORD_TEXT" ] || printf %s "$RECORD_TEXT" >"${a#*=}/x.comparison.json" ;; esac; done
exit "$CODE"
`

// release is a folder with the archive of a release, and its checksums.
func release(t *testing.T, version, program string) string {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, version)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	err := w.WriteHeader(&tar.Header{Name: "./tidemark", Mode: 0o755, Size: int64(len(program))})
	if err == nil {
		_, err = w.Write([]byte(program))
	}
	name := "tidemark_" + strings.TrimPrefix(version, "v") + "_linux_amd64.tar.gz"
	err = errors.Join(err, w.Close(), z.Close(), os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, name), b.Bytes(), 0o644))
	sums := fmt.Sprintf("%x  tidemark_other.tar.gz\n%x  %s\n", sha256.Sum256(nil), sha256.Sum256(b.Bytes()), name)
	if err = errors.Join(err, os.WriteFile(filepath.Join(folder, "checksums.txt"), []byte(sums), 0o644)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// newRunner stands at pull request 7 of a double of GitHub, from a repository.
func newRunner(t *testing.T, d *forgetest.Double, from string) *runner {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no bash that knows our paths")
	}
	program, err := exec.LookPath("tidemark")
	if err != nil {
		t.Fatal(err)
	}
	top, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	commit := strings.Repeat("1", 40)
	event := fmt.Sprintf(`{"pull_request": {"number": 7, "head": {"sha": %q, "repo": {"full_name": %q}}, "base": {"repo": {"full_name": "o/r"}}}}`, commit, from)
	if err := os.WriteFile(filepath.Join(dir, "event"), []byte(event), 0o600); err != nil {
		t.Fatal(err)
	}
	return &runner{t: t, dir: dir, inputs: map[string]string{"version": "v1.4.0", "base": "origin/main"}, github: map[string]string{"token": d.Token, "action_ref": "main", "action_path": top}, env: map[string]string{
		"GITHUB_ACTION_PATH": top, "GITHUB_ACTIONS": "true", "GITHUB_API_URL": d.URL, "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": commit, "GITHUB_RUN_ID": "42",
		"GITHUB_EVENT_PATH": filepath.Join(dir, "event"), "GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"), "RUNNER_TEMP": filepath.Join(dir, "temp"), "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64",
		"DOWNLOADS": "file://" + release(t, "v1.4.0", standIn), "REAL": program, "ARGUMENTS": filepath.Join(dir, "arguments"), "CODE": "0"}}
}

func recordOf(status string) string {
	return fmt.Sprintf(`{"schema": "tidemark.comparison/1", "id": "x", "suite": "shop", "verdict": {"status": %q}, "comparisons": [{"name": "GET /orders", "verdict": {"status": %q}}]}`, status, status)
}

func TestActionSteps(t *testing.T) {
	for _, c := range []struct {
		name, from, record, code string
		readOnly                 bool
		comment, conclusion      string // empty: none
		said                     string
	}{
		{name: "pass", from: "o/r", record: "pass", code: "0", comment: "Performance: pass", conclusion: "success"},
		{name: "fail", from: "o/r", record: "fail", code: "1", comment: "Performance regression", conclusion: "failure"},
		{name: "inconclusive", from: "o/r", record: "inconclusive", code: "0", comment: "Performance: inconclusive", conclusion: "neutral"},
		{name: "inconclusive, which may not be", from: "o/r", record: "inconclusive", code: "3", comment: "Performance: inconclusive", conclusion: "failure"},
		{name: "void", from: "o/r", record: "void", code: "3", comment: "Performance: void", conclusion: "failure"},
		{name: "fork", from: "fork/r", record: "fail", code: "1", readOnly: true, said: "the job of a fork"},
		{name: "a token that may not write", from: "o/r", record: "pass", code: "0", readOnly: true, said: "::warning::The verdict could not be shown in full"},
		{name: "nothing measured", from: "o/r", code: "4", said: "nothing was compared"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := forgetest.GitHub(t)
			d.ReadOnly = c.readOnly
			r := newRunner(t, d, c.from)
			r.env["CODE"], r.env["RECORD_TEXT"] = c.code, ""
			if c.record != "" {
				r.env["RECORD_TEXT"] = recordOf(c.record)
			}
			code := r.run(readAction(t))
			if fmt.Sprint(code) != c.code || r.outputs["exit-code"] != c.code || r.outputs["verdict"] != c.record {
				t.Errorf("exit code %d, outputs %q", code, r.outputs)
			}
			comment := ""
			for _, one := range d.Comments(7) {
				comment += one.Body
			}
			if (comment == "") != (c.comment == "") || !strings.Contains(comment, c.comment) {
				t.Errorf("the comment is %q", comment)
			}
			if checks := d.Checks(); (len(checks) == 1) != (c.conclusion != "") || len(checks) == 1 && checks[0]["conclusion"] != c.conclusion {
				t.Errorf("the checks are %v", checks)
			}
			summary, _ := os.ReadFile(r.env["GITHUB_STEP_SUMMARY"])
			if (len(summary) > 0) != (c.record != "") {
				t.Errorf("the summary is %q", summary)
			}
			if said := r.said.String(); !strings.Contains(said, c.said) || strings.Contains(said, d.Token) {
				t.Errorf("said %s", said)
			}
			if env, err := os.ReadFile(r.env["ARGUMENTS"] + ".env"); err != nil || strings.Contains(string(env), d.Token) {
				t.Errorf("what is measured sees the token: %v", err)
			}
		})
	}
}

func TestActionInputsBecomeFlags(t *testing.T) {
	d := forgetest.GitHub(t)
	r := newRunner(t, d, "o/r")
	maps.Copy(r.inputs, map[string]string{"suite": "-x; touch pwned", "base": "$(touch pwned)", "max-time": "20m", "tolerance": "10%", "inconclusive": "fail", "evidence": "otlp=auto\nmetrics=off\n",
		"results": "out", "publish": "false"})
	if code := r.run(readAction(t)); code != 0 {
		t.Fatalf("exit code %d: %s", code, r.said.String())
	}
	got, _ := os.ReadFile(r.env["ARGUMENTS"])
	want := "gate\n--base=$(touch pwned)\n--max-time=20m\n--tolerance=10%\n--inconclusive=fail\n--evidence=otlp=auto\n--evidence=metrics=off\n--results=out\n--\n-x; touch pwned\n"
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if _, err := os.Stat(filepath.Join(r.dir, "pwned")); err == nil {
		t.Error("an input was run")
	}
	if len(d.Asked()) > 0 {
		t.Errorf("it published: %v", d.Asked())
	}
	r = newRunner(t, d, "o/r")
	r.inputs["command"] = "frobnicate"
	if code := r.run(readAction(t)); code != exitInput || !strings.Contains(r.said.String(), "is none of gate, run and publish") {
		t.Errorf("exit code %d: %s", code, r.said.String())
	}
}

// A history and its token are there where one is asked, and not where code is built and started. None hides the job's token.
func TestActionHandsOnTheHistorysToken(t *testing.T) {
	for _, c := range []struct{ base, input, job, want string }{
		{"", "of-the-input", "", "of-the-input"}, {"origin/main", "of-the-input", "", ""}, {"", "", "of-the-job", "of-the-job"}, {"", "of-the-input", "of-the-job", "of-the-input"}, {"", "", "", ""},
	} {
		r := newRunner(t, forgetest.GitHub(t), "o/r")
		maps.Copy(r.inputs, map[string]string{"base": c.base, "target": "http://127.0.0.1:1", "history": "https://history.invalid", "history-token": c.input})
		if c.job != "" {
			r.env["TIDEMARK_HISTORY_TOKEN"] = c.job
		}
		r.env["RECORD_TEXT"] = ""
		if code := r.run(readAction(t)); code != 0 {
			t.Fatalf("exit code %d: %s", code, r.said.String())
		}
		flags, _ := os.ReadFile(r.env["ARGUMENTS"])
		if named := strings.Contains(string(flags), "--history=https://history.invalid\n"); named != (c.base == "") {
			t.Errorf("%+v: %s", c, flags)
		}
		env, err := os.ReadFile(r.env["ARGUMENTS"] + ".env")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for line := range strings.Lines(string(env)) {
			if value, found := strings.CutPrefix(strings.TrimSpace(line), "TIDEMARK_HISTORY_TOKEN="); found {
				got = value
			} else if strings.Contains(line, "of-the-") {
				t.Errorf("%+v: %s", c, line)
			}
		}
		if got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}

// The second workflow: it measures nothing, and finds the pull request by what GitHub says of the first.
func TestActionPublishesForAFork(t *testing.T) {
	d := forgetest.GitHub(t)
	commit := strings.Repeat("1", 40)
	d.Pulls = []forgetest.Pull{{Number: 9, Commit: commit, Repository: "fork/r", Branch: "fix"}}
	for _, c := range []struct {
		record string
		code   int
	}{{recordOf("fail"), 0}, {`{"schema": "tidemark.comparison/1", "id": "../x"}`, exitInput}} {
		r := newRunner(t, d, "o/r")
		event := fmt.Sprintf(`{"workflow_run": {"event": "pull_request", "conclusion": "failure", "head_sha": %q, "head_branch": "fix", "head_repository": {"full_name": "fork/r"}}}`, commit)
		artifact := filepath.Join(r.dir, "artifact")
		if err := errors.Join(os.WriteFile(r.env["GITHUB_EVENT_PATH"], []byte(event), 0o600), os.Mkdir(artifact, 0o755), os.WriteFile(filepath.Join(artifact, "x.comparison.json"), []byte(c.record), 0o600)); err != nil {
			t.Fatal(err)
		}
		maps.Copy(r.inputs, map[string]string{"command": "publish", "record": artifact})
		if code := r.run(readAction(t)); code != c.code {
			t.Errorf("exit code %d: %s", code, r.said.String())
		}
	}
	if all := d.Comments(9); len(all) != 1 || !strings.Contains(all[0].Body, "Performance regression") || d.Checks()[0]["conclusion"] != "failure" {
		t.Errorf("%v, %v", all, d.Checks())
	}
}

func TestActionInstallsWhatItVerified(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r *runner, folder string)
		said   string // empty: it is installed
	}{
		"as released":                  {func(*runner, string) {}, ""},
		"the tag of the action":        {func(r *runner, _ string) { r.inputs["version"], r.github["action_ref"] = "", "v1.4.0" }, ""},
		"an archive that was replaced": {func(_ *runner, folder string) { appendTo(t, folder+"/tidemark_1.4.0_linux_amd64.tar.gz") }, "has another checksum than v1.4.0 names"},
		"no checksum":                  {func(_ *runner, folder string) { _ = os.WriteFile(folder+"/checksums.txt", nil, 0o644) }, "names no checksum"},
		"no such release":              {func(r *runner, _ string) { r.inputs["version"] = "v9.9.9" }, "cannot download"},
		"no version":                   {func(r *runner, _ string) { r.inputs["version"] = "../../x" }, "is no release: write one as v1.4.0"},
		"another machine":              {func(r *runner, _ string) { r.env["RUNNER_ARCH"] = "ARM" }, `no release for RUNNER_ARCH "ARM"`},
	} {
		t.Run(name, func(t *testing.T) {
			d := forgetest.GitHub(t)
			r := newRunner(t, d, "o/r")
			c.change(r, filepath.Join(strings.TrimPrefix(r.env["DOWNLOADS"], "file://"), "v1.4.0"))
			code := r.run(readAction(t))
			_, measured := os.Stat(r.env["ARGUMENTS"])
			if c.said == "" && (code != 0 || measured != nil) || c.said != "" && (code != exitOurs || measured == nil || !strings.Contains(r.said.String(), "::error::") || !strings.Contains(r.said.String(), c.said)) {
				t.Errorf("exit code %d: %s", code, r.said.String())
			}
		})
	}
}

// Used at a branch or a commit, the action builds what it is.
func TestActionBuildsItsOwnSource(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program")
	}
	d := forgetest.GitHub(t)
	r := newRunner(t, d, "o/r")
	r.inputs["version"], r.github["action_ref"], r.env["DOWNLOADS"] = "", strings.Repeat("a", 40), "file:///nowhere"
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		r.env[name] = strings.TrimSpace(string(value))
	}
	r.inputs["suite"] = "nothing"
	if code := r.run(readAction(t)); code != exitInput || !strings.Contains(r.said.String(), "building tidemark from the source") || !strings.Contains(r.said.String(), "tidemark: ") {
		t.Errorf("exit code %d: %s", code, r.said.String())
	}
}

func appendTo(t *testing.T, file string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString("x")
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Scripts are what shellcheck has nothing against.
func TestActionScripts(t *testing.T) {
	checker, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("there is no shellcheck")
	}
	scripts, err := filepath.Glob("../../scripts/action/*.sh")
	if err != nil || len(scripts) == 0 {
		t.Fatal(scripts, err)
	}
	if out, err := exec.Command(checker, append(scripts, "../../scripts/release")...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
