package forge

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	head  = "1111111111111111111111111111111111111111"
	merge = "2222222222222222222222222222222222222222"
)

func TestLocate(t *testing.T) {
	pull := func(from string) string {
		return `{"number": 7, "pull_request": {"number": 7, "head": {"sha": "` + head + `", "repo": ` + from + `}, "base": {"repo": {"full_name": "o/r"}}}}`
	}
	later := func(event string) string {
		return `{"workflow_run": {"event": "` + event + `", "conclusion": "failure", "head_sha": "` + head + `", "head_branch": "fix", "head_repository": {"full_name": "fork/r"}, "pull_requests": []}}`
	}
	actions := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_API_URL": "https://api.github.com", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r",
		"GITHUB_SHA": merge, "GITHUB_RUN_ID": "42", "GITHUB_TOKEN": "t"}
	gitlab := map[string]string{"GITLAB_CI": "true", "CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "12", "CI_COMMIT_SHA": head, "CI_JOB_URL": "https://gitlab.example/o/r/-/jobs/1"}
	github := Place{Kind: GitHub, API: "https://api.github.com", Repository: "o/r", Commit: merge, Token: "t", Job: "https://github.com/o/r/actions/runs/42"}
	with := func(p Place, change func(*Place)) *Place { change(&p); return &p }
	for name, c := range map[string]struct {
		env, more map[string]string
		event     string
		want      *Place
		err       string
	}{
		"a push":           {env: actions, event: `{"ref": "refs/heads/main"}`, want: &github},
		"no event at all":  {env: actions, want: &github},
		"a pull request":   {env: actions, event: pull(`{"full_name": "o/r"}`), want: with(github, func(p *Place) { p.Pull, p.Commit = 7, head })},
		"of a fork":        {env: actions, event: pull(`{"full_name": "fork/r"}`), want: with(github, func(p *Place) { p.Pull, p.Commit, p.Fork = 7, head, true })},
		"of one that went": {env: actions, event: pull(`null`), want: with(github, func(p *Place) { p.Pull, p.Commit, p.Fork = 7, head, true })},
		"a job after another": {env: actions, event: later("pull_request"), want: with(github, func(p *Place) {
			p.Commit, p.Fork, p.Later, p.Origin = head, true, "failure", &Origin{"fork/r", "fix"}
		})},
		"after a push":    {env: actions, event: later("push"), want: &github},
		"a token of ours": {env: actions, more: map[string]string{"TIDEMARK_TOKEN": "mine"}, want: with(github, func(p *Place) { p.Token = "mine" })},
		"GitHub Enterprise Server": {env: actions, more: map[string]string{"GITHUB_API_URL": "https://git.example/api/v3/"}, want: with(github, func(p *Place) {
			p.API = "https://git.example/api/v3"
		})},
		"Gitea": {env: actions, more: map[string]string{"GITHUB_API_URL": "https://git.example/api/v1", "GITHUB_SERVER_URL": "https://git.example/"}, event: pull(`{"full_name": "o/r"}`),
			want: with(github, func(p *Place) {
				p.Kind, p.API, p.Job, p.Pull, p.Commit = Forgejo, "https://git.example/api/v1", "https://git.example/o/r/actions/runs/42", 7, head
			})},
		"Forgejo that does not name its API": {env: actions, more: map[string]string{"GITHUB_API_URL": "", "GITHUB_SERVER_URL": "https://git.example", "FORGEJO_ACTIONS": "true"},
			want: with(github, func(p *Place) {
				p.Kind, p.API, p.Job = Forgejo, "https://git.example/api/v1", "https://git.example/o/r/actions/runs/42"
			})},
		"GitLab, a branch": {env: gitlab, want: &Place{Kind: GitLab, API: "https://gitlab.example/api/v4", Repository: "12", Commit: head, Job: "https://gitlab.example/o/r/-/jobs/1"}},
		"GitLab, a merge request's merged result": {env: gitlab, more: map[string]string{"CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_SHA": merge, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head,
			"CI_MERGE_REQUEST_PROJECT_ID": "12", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "99", "GITLAB_TOKEN": "t"},
			want: &Place{Kind: GitLab, API: "https://gitlab.example/api/v4", Repository: "12", Commit: head, Job: "https://gitlab.example/o/r/-/jobs/1", Pull: 7, Fork: true, Token: "t"}},
		"nothing":               {env: map[string]string{}, err: ErrNoPlace.Error()},
		"a repository's name":   {env: actions, more: map[string]string{"GITHUB_REPOSITORY": "o/r/../../user"}, err: `GITHUB_REPOSITORY "o/r/../../user": a runner sets a URL and owner/name`},
		"a commit's name":       {env: actions, more: map[string]string{"GITHUB_SHA": "../x"}, err: "which is no commit"},
		"a commit of the event": {env: actions, event: strings.Replace(pull("null"), head, "main", 1), err: "which is no commit"},
		"an event":              {env: actions, event: `{"pull_request": 7}`, err: "(GITHUB_EVENT_PATH): json"},
		"a project":             {env: gitlab, more: map[string]string{"CI_PROJECT_ID": "o/r"}, err: "GitLab CI sets a URL and a number"},
		"a merge request":       {env: gitlab, more: map[string]string{"CI_MERGE_REQUEST_IID": "-1"}, err: "no number of a merge request"},
	} {
		t.Run(name, func(t *testing.T) {
			env := func(name string) string {
				if v, set := c.more[name]; set {
					return v
				}
				return c.env[name]
			}
			if c.event != "" {
				file := filepath.Join(t.TempDir(), "event.json")
				if err := os.WriteFile(file, []byte(c.event), 0o600); err != nil {
					t.Fatal(err)
				}
				inner := env
				env = func(name string) string {
					if name == "GITHUB_EVENT_PATH" {
						return file
					}
					return inner(name)
				}
			}
			got, err := Locate(env)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("got %+v, %v; want %s", got, err, c.err)
				}
				return
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(Runner{})); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
	if _, err := Locate(func(string) string { return "" }); !errors.Is(err, ErrNoPlace) {
		t.Errorf("got %v", err)
	}
}

func TestNoOutputSetsAnother(t *testing.T) {
	dir := t.TempDir()
	r := Runner{summary: filepath.Join(dir, "summary"), output: filepath.Join(dir, "output")}
	if err := errors.Join(r.Summary("# One"), r.Summary("# Two"), r.Outputs(Output{"record", "a\nverdict=pass\nend"}, Output{"verdict", "fail"})); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(r.output)
	got := outputs(t, string(text))
	if want := map[string]string{"record": "a\nverdict=pass\nend", "verdict": "fail"}; !cmp.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if text, _ := os.ReadFile(r.summary); string(text) != "# One\n# Two\n" {
		t.Errorf("the summary is %q", text)
	}
	if err := r.Summary(strings.Repeat("x", mostSummary+1)); err == nil {
		t.Error("a summary that no runner takes is no error")
	}
	if err := errors.Join(Runner{}.Summary("x"), Runner{}.Outputs(Output{"a", "b"})); err != nil {
		t.Errorf("a runner without files: %v", err)
	}
}

// outputs reads a file of outputs as GitHub's runner does: name<<delimiter, lines, delimiter.
func outputs(t *testing.T, text string) map[string]string {
	t.Helper()
	all := map[string]string{}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		name, end, found := strings.Cut(lines[i], "<<")
		if !found {
			t.Fatalf("line %d is %q", i+1, lines[i])
		}
		var value []string
		for i++; i < len(lines) && lines[i] != end; i++ {
			value = append(value, lines[i])
		}
		all[name] = strings.Join(value, "\n")
	}
	return all
}
