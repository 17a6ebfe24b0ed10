package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// CIOptions say which workflows are written.
type CIOptions struct {
	Host    string      // github, gitlab or forgejo
	Suite   string      // its folder, from the top of the repository
	Version string      // that is pinned; empty: this program's own
	History string      // URL of a history that is served; empty: it is a branch
	Init    *InitResult // of a suite that is only about to be written; nil: it is there
	Force   bool
	DryRun  bool
}

// InitCI writes the workflows of a code host into the repository that it is called at the top of. Any error but a WriteError is the user's to mend; then
// nothing was written.
func InitCI(ctx context.Context, o CIOptions) (*InitResult, error) {
	ci := author.CI{Host: o.Host, Suite: filepath.ToSlash(filepath.Clean(o.Suite)), Version: o.Version, History: o.History, Branch: defaultBranch(ctx)}
	plan, err := Check(o.Suite, "")
	switch {
	case err == nil:
		ci.Service, ci.Target = plan.Service != nil, plan.Target != ""
		for _, use := range plan.Env {
			ci.Env = append(ci.Env, use.Name)
		}
		if plan.Service != nil {
			ci.Env = append(ci.Env, plan.Service.NeedsEnv()...)
		}
	case o.Init != nil && !o.Init.Written:
		ci.Env = slices.Clone(o.Init.Environment)
	default:
		return nil, fmt.Errorf("a workflow is written for a suite: %w", err)
	}
	slices.Sort(ci.Env)
	ci.Env = slices.Compact(ci.Env)
	if ci.Version == "" {
		if ci.Version, err = pinned(); err != nil {
			return nil, err
		}
	}
	files, err := author.Workflows(ci)
	if err != nil {
		return nil, err
	}
	r := &InitResult{Dir: ".", Choices: ciChoices(ci), Unclear: []string{}, Others: []string{}, Environment: ci.Env}
	if ci.Host == "gitlab" {
		const include = ".gitlab-ci.yml"
		if _, err := os.Stat(include); err != nil {
			files = append(files, author.File{Name: include, Content: "include: [{local: .gitlab/tidemark.yml}]\n", About: "includes it"})
		} else {
			r.Choices = append(r.Choices, include+" is left alone: add to it `include: [{local: .gitlab/tidemark.yml}]`")
		}
	}
	var there []string
	for _, f := range files {
		_, err := os.Stat(filepath.FromSlash(f.Name))
		if err == nil {
			there = append(there, f.Name)
		}
		r.Files = append(r.Files, InitFile{Path: f.Name, About: f.About, Exists: err == nil, Content: f.Content})
	}
	if o.DryRun {
		return r, nil
	}
	if len(there) > 0 && !o.Force {
		return nil, fmt.Errorf("there is %s already: write over with --force", strings.Join(there, " and "))
	}
	if err := write(".", files); err != nil {
		return nil, &WriteError{err}
	}
	r.Written = true
	return r, nil
}

// ciChoices tells what the workflow does, and why.
func ciChoices(ci author.CI) []string {
	choices := []string{"tidemark is pinned to " + ci.Version}
	switch {
	case ci.Service:
		choices = append(choices, "the gate builds and starts both sides of a change, as suite.yml's `service` says")
	case ci.Target:
		choices = append(choices, "the gate holds suite.yml's target against the runs of branch "+ci.Branch+" in history, since the suite has no `service`")
	default:
		choices = append(choices, "the gate holds what answers at the variable TIDEMARK_TARGET against the runs of branch "+ci.Branch+" in history, since the suite has neither `service` nor `target`")
	}
	switch {
	case !ci.Keeps():
	case ci.History == "":
		choices = append(choices, "history is the branch tidemark-history, which only the job of branch "+ci.Branch+" writes")
	default:
		choices = append(choices, "history is "+ci.History+", which only the job of branch "+ci.Branch+" writes, with the token in "+writingToken[ci.Host])
		if !ci.Service {
			choices = append(choices, "pull requests read it with the one that only reads, in "+readingToken[ci.Host])
		}
	}
	return choices
}

// writingToken and readingToken are where the jobs of a code host have the tokens of a history that is served.
var (
	writingToken = map[string]string{
		"github":  "the secret TIDEMARK_HISTORY_TOKEN of the environment tidemark-history, which no other branch should be let use",
		"gitlab":  "the variable TIDEMARK_HISTORY_TOKEN, masked and protected",
		"forgejo": "the secret TIDEMARK_HISTORY_TOKEN",
	}
	readingToken = map[string]string{"github": "the secret TIDEMARK_READ_TOKEN", "gitlab": "the variable TIDEMARK_READ_TOKEN, masked", "forgejo": "the secret TIDEMARK_READ_TOKEN"}
)

// release is the version of a release.
var release = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

// pseudo is a version that Go makes of a commit which is none; it ends in the commit's time and name.
var pseudo = regexp.MustCompile(`\d{14}-[0-9a-f]{12}`)

// pinned is the version of this program that a workflow can name: its release, or the commit that it was built from.
func pinned() (string, error) {
	if v := Version(); release.MatchString(v) && !pseudo.MatchString(v) {
		return v, nil
	}
	commit, changed := "", false
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				commit = s.Value
			case "vcs.modified":
				changed = s.Value == "true"
			}
		}
	}
	if commit == "" || changed {
		return "", errors.New("this program is no release, so that it cannot be pinned: say which one the workflow is to use, as --ci-version v1.4.0")
	}
	return commit, nil
}

// defaultBranch is the one that the remote's HEAD names, or main.
func defaultBranch(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "symbolic-ref", "--short", "refs/remotes/origin/HEAD").Output()
	if branch, found := strings.CutPrefix(strings.TrimSpace(string(out)), "origin/"); err == nil && found {
		return branch
	}
	return "main"
}
