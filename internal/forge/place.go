package forge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// A Kind is a kind of code host.
type Kind string

// The kinds.
const (
	GitHub  Kind = "github"
	GitLab  Kind = "gitlab"
	Forgejo Kind = "forgejo" // and Gitea, whose API it has
)

// A Place is the change that a CI job stands at.
type Place struct {
	Kind       Kind
	API        string // URL that the API's paths are below
	Repository string // owner/name; with GitLab the project's number
	Pull       int    // the pull request's number; 0: none, or as Origin says
	Commit     string // the head of the change, as its author pushed it
	Fork       bool   // the change comes from another repository
	Token      string
	Job        string  // URL of the job
	Runner     Runner  // the runner's files
	Origin     *Origin // of a job that runs after another, for its pull request
	Later      string  // of such a job: how the other ended, as success or failure
}

// An Origin says where a pull request comes from, for jobs that are not told its number: GitHub tells none for a fork's.
type Origin struct {
	Repository string // owner/name
	Branch     string
}

// ErrNoPlace says that the environment is that of no CI that is known.
var ErrNoPlace = errors.New("this is no job of GitHub Actions, GitLab CI or Forgejo Actions: there is nowhere to publish")

// most is how large the file of an event may be: GitHub's own limit.
const most = 25 << 20

// Locate finds out from the environment's variables where a job stands. The error wraps ErrNoPlace, or says which variable is wrong.
func Locate(env func(string) string) (*Place, error) {
	switch {
	case env("GITLAB_CI") != "":
		return locateGitLab(env)
	case env("GITHUB_ACTIONS") != "" || env("GITEA_ACTIONS") != "" || env("FORGEJO_ACTIONS") != "":
		return locateActions(env)
	}
	return nil, ErrNoPlace
}

func locateGitLab(env func(string) string) (*Place, error) {
	p := &Place{Kind: GitLab, API: strings.TrimSuffix(env("CI_API_V4_URL"), "/"), Repository: env("CI_PROJECT_ID"), Commit: env("CI_COMMIT_SHA"), Job: env("CI_JOB_URL"),
		Token: first(env, "TIDEMARK_TOKEN", "GITLAB_TOKEN")}
	if source := env("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"); source != "" { // of a pipeline for merged results, whose own commit nobody pushed
		p.Commit = source
	}
	if source := env("CI_MERGE_REQUEST_SOURCE_PROJECT_ID"); source != "" {
		p.Fork = source != env("CI_MERGE_REQUEST_PROJECT_ID")
	}
	if p.API == "" || !number.MatchString(p.Repository) {
		return nil, fmt.Errorf("CI_API_V4_URL is %q and CI_PROJECT_ID %q: GitLab CI sets a URL and a number", p.API, p.Repository)
	}
	if text := env("CI_MERGE_REQUEST_IID"); text != "" {
		var err error
		if p.Pull, err = strconv.Atoi(text); err != nil || p.Pull < 1 {
			return nil, fmt.Errorf("CI_MERGE_REQUEST_IID is %q, which is no number of a merge request", text)
		}
	}
	return p, nil
}

var (
	number     = regexp.MustCompile(`^[0-9]+$`)
	repository = regexp.MustCompile(`^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$`)
	object     = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)
)

// locateActions reads what GitHub's runner says, and those that imitate it.
func locateActions(env func(string) string) (*Place, error) {
	p := &Place{Kind: GitHub, API: strings.TrimSuffix(env("GITHUB_API_URL"), "/"), Repository: env("GITHUB_REPOSITORY"), Commit: env("GITHUB_SHA"),
		Token:  first(env, "TIDEMARK_TOKEN", "GITHUB_TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN"),
		Runner: Runner{summary: env("GITHUB_STEP_SUMMARY"), output: env("GITHUB_OUTPUT")}}
	server := strings.TrimSuffix(env("GITHUB_SERVER_URL"), "/")
	if env("GITEA_ACTIONS") != "" || env("FORGEJO_ACTIONS") != "" || strings.HasSuffix(p.API, "/api/v1") {
		p.Kind = Forgejo
		if p.API == "" && server != "" {
			p.API = server + "/api/v1"
		}
	}
	if p.API == "" || !repository.MatchString(p.Repository) {
		return nil, fmt.Errorf("GITHUB_API_URL is %q and GITHUB_REPOSITORY %q: a runner sets a URL and owner/name", p.API, p.Repository)
	}
	if run := env("GITHUB_RUN_ID"); server != "" && number.MatchString(run) {
		p.Job = server + "/" + p.Repository + "/actions/runs/" + run
	}
	if file := env("GITHUB_EVENT_PATH"); file != "" {
		if err := p.read(file); err != nil {
			return nil, fmt.Errorf("the event in %s (GITHUB_EVENT_PATH): %w", file, err)
		}
	}
	if !object.MatchString(p.Commit) {
		return nil, fmt.Errorf("the head of the change is said to be %.70q, which is no commit", p.Commit)
	}
	return p, nil
}

// An event is what we read of what started a workflow.
type event struct {
	Pull *struct {
		Number int
		Head   struct {
			SHA  string
			Repo *repo
		}
		Base struct{ Repo *repo }
	} `json:"pull_request"`
	Run *struct {
		Event      string
		Conclusion string
		SHA        string `json:"head_sha"`
		Branch     string `json:"head_branch"`
		Repo       *repo  `json:"head_repository"`
	} `json:"workflow_run"`
}

type repo struct {
	Name string `json:"full_name"`
}

// read takes from the event what the variables do not say: the number of the pull request, and its head, where GITHUB_SHA is a merge that nobody pushed.
func (p *Place) read(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	var e event
	if err := json.NewDecoder(io.LimitReader(f, most)).Decode(&e); err != nil {
		return err
	}
	switch {
	case e.Pull != nil:
		p.Pull, p.Commit = e.Pull.Number, e.Pull.Head.SHA
		head, base := e.Pull.Head.Repo, e.Pull.Base.Repo
		p.Fork = head == nil || base == nil || head.Name != base.Name // one that was deleted since was another
	case e.Run != nil:
		if e.Run.Repo == nil || e.Run.Event != "pull_request" {
			break
		}
		p.Commit, p.Later = e.Run.SHA, e.Run.Conclusion
		p.Origin = &Origin{e.Run.Repo.Name, e.Run.Branch}
		p.Fork = e.Run.Repo.Name != p.Repository
	}
	return nil
}

// first is the first of some variables that is set.
func first(env func(string) string, names ...string) string {
	for _, name := range names {
		if v := env(name); v != "" {
			return v
		}
	}
	return ""
}
