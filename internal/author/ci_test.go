package author

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func written(t *testing.T, ci CI) map[string]string {
	t.Helper()
	files, err := Workflows(ci)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range files {
		all[f.Name] = f.Content
	}
	return all
}

// variants are all that makes a difference to a workflow.
func variants(host string) (all []CI) {
	for _, service := range []bool{true, false} {
		for _, target := range []bool{true, false} {
			for _, env := range [][]string{nil, {"API_TOKEN", "DATABASE_URL"}} {
				ci := CI{Host: host, Suite: "benchmarks/api-performance", Version: "v1.4.0", Branch: "main", Service: service, Target: target, Env: env}
				all = append(all, ci)
				if ci.History = "https://perf.example.com"; ci.Keeps() {
					all = append(all, ci)
				}
			}
		}
	}
	return all
}

// What GitHub's workflows say is what actionlint has nothing against, shellcheck included.
func TestWorkflowsPassActionlint(t *testing.T) {
	linter, err := exec.LookPath("actionlint")
	if err != nil {
		t.Skip("there is no actionlint on the PATH")
	}
	var files []string
	for _, host := range []string{"github", "forgejo"} {
		for i, ci := range variants(host) {
			dir := filepath.Join(t.TempDir(), host, string(rune('a'+i)))
			for name, content := range written(t, ci) {
				file := filepath.Join(dir, filepath.Base(name))
				if err := os.MkdirAll(dir, 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
				files = append(files, file)
			}
		}
	}
	if out, err := exec.Command(linter, files...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A job is as much as we look at, of GitHub's and of GitLab's.
type job struct {
	If          string
	Permissions map[string]string
	Rules       []struct{ If string }
	Script      []string
	Extends     string
	Steps       []struct {
		Uses, Run string
		With, Env map[string]string
	}
}

// Only the job of the default branch writes history; that of a pull request reads it, and has no right to more.
func TestOnlyTheDefaultBranchWritesHistory(t *testing.T) {
	for _, ci := range append(variants("github"), variants("forgejo")...) {
		for name, content := range written(t, ci) {
			var w struct {
				Permissions map[string]string
				Jobs        map[string]job
			}
			if err := yaml.Unmarshal([]byte(content), &w); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, content)
			}
			if len(w.Permissions) > 0 {
				t.Errorf("%s gives all jobs %v", name, w.Permissions)
			}
			for id, j := range w.Jobs {
				writes := j.Permissions["contents"] == "write"
				text := ""
				for _, s := range j.Steps {
					text += s.Uses + " " + s.Run + " " + s.With["command"] + "\n"
					if s.With["history"] != "" && s.With["command"] == "run" {
						text += "tidemark run --history"
					}
				}
				runs := strings.Contains(text, "tidemark run")
				if runs != (id == "history") || writes && id != "history" || runs && j.If != "github.event_name == 'push'" {
					t.Errorf("%s: job %s, if %q, with %v:\n%s", name, id, j.If, j.Permissions, text)
				}
				if id == "publish" && strings.Contains(text, "actions/checkout") {
					t.Errorf("%s checks out what a fork wrote", name)
				}
			}
			if _, there := w.Jobs["history"]; there != (ci.Target || !ci.Service) && !strings.Contains(name, "forks") {
				t.Errorf("%s for %+v has jobs %v", name, ci, w.Jobs)
			}
		}
	}
	for _, ci := range variants("gitlab") {
		content := written(t, ci)[".gitlab/tidemark.yml"]
		var jobs map[string]job
		if err := yaml.Unmarshal([]byte(content), &jobs); err != nil {
			t.Fatalf("%v\n%s", err, content)
		}
		for id, j := range jobs {
			if id == ".tidemark" {
				continue
			}
			text := strings.Join(j.Script, "\n")
			if strings.Contains(text, "tidemark run") != (id == "tidemark-history") || len(j.Rules) != 1 || j.Extends != ".tidemark" {
				t.Errorf("%s is %+v", id, j)
			}
			if onDefault := strings.Contains(j.Rules[0].If, "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"); onDefault != (id == "tidemark-history") {
				t.Errorf("%s runs if %s", id, j.Rules[0].If)
			}
		}
	}
}

// The token that writes a served history is in the default branch's job alone, the one that reads where history is read.
func TestTokensOfAServedHistory(t *testing.T) {
	const writes, reads = "secrets.TIDEMARK_HISTORY_TOKEN", "secrets.TIDEMARK_READ_TOKEN"
	for _, ci := range append(variants("github"), variants("forgejo")...) {
		for name, content := range written(t, ci) {
			gate, history, _ := strings.Cut(content, "\n  history:\n")
			if served := ci.History != ""; strings.Contains(gate, writes) || strings.Contains(gate, reads) != (served && !ci.Service) || strings.Contains(history, reads) || strings.Contains(history, writes) != (served && history != "") {
				t.Errorf("%s for %+v:\n%s", name, ci, content)
			}
			if ci.secludes() && (strings.Contains(name, "forks") || !strings.Contains(gate, "head.repo.full_name == github.repository")) || ci.History != "" && strings.Contains(content, "contents: write") {
				t.Errorf("%s for %+v:\n%s", name, ci, content)
			}
		}
	}
	for _, ci := range variants("gitlab") {
		content := written(t, ci)[".gitlab/tidemark.yml"]
		if served := ci.History != ""; strings.Contains(content, `- TIDEMARK_HISTORY_TOKEN="$TIDEMARK_READ_TOKEN" tidemark gate`) != (served && !ci.Service) || strings.Contains(content, "set-url") != (!served && ci.Keeps()) {
			t.Errorf("%+v:\n%s", ci, content)
		}
	}
}

func TestWorkflowsArePinned(t *testing.T) {
	for host := range workflowFiles {
		for name, content := range written(t, CI{Host: host, Suite: "s", Version: "v1.4.0", Branch: "main"}) {
			if !strings.Contains(content, "@v1.4.0") || strings.Contains(content, "latest\n") && !strings.Contains(content, "ubuntu-latest") || strings.Contains(content, "tidemark@main") || strings.Contains(content, "[[") {
				t.Errorf("%s: %s", name, content)
			}
		}
	}
}

func TestWhatGoesIntoNoWorkflow(t *testing.T) {
	good := CI{Host: "github", Suite: "s", Version: "v1.4.0", Branch: "main"}
	for want, change := range map[string]func(*CI){
		"write github, gitlab or forgejo": func(ci *CI) { ci.Host = "bitbucket" },
		"the suite's folder is":           func(ci *CI) { ci.Suite = `a"; curl x` },
		"the version is":                  func(ci *CI) { ci.Version = "" },
		"the default branch is":           func(ci *CI) { ci.Branch = "-x" },
		"write it as https://":            func(ci *CI) { ci.History = "https://me:s3cr3t@perf.example.com" },
		"leave it out, and it is":         func(ci *CI) { ci.History = "http://perf.example.com" },
		"leave the history out":           func(ci *CI) { ci.History, ci.Service = "https://perf.example.com", true },
	} {
		ci := good
		change(&ci)
		if _, err := Workflows(ci); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
