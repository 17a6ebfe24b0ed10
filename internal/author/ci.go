package author

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

// CI is what has to be known to write a code host's workflow for a suite.
type CI struct {
	Host    string // github, gitlab or forgejo
	Suite   string // its folder, from the top of the repository, with slashes
	Version string // that is pinned: a release, or the whole name of a commit
	Branch  string // the default branch
	Service bool   // the suite says how a commit is built and started
	Target  bool   // the suite says where its target is
	History string // URL of a history that is served; empty: it is the branch tidemark-history
	Env     []string
}

// Where is the history that the workflow names.
func (ci CI) Where() string { return cmp.Or(ci.History, "git:tidemark-history") }

// Keeps reports whether there is a history: a suite whose service both sides of a change are built of needs none.
func (ci CI) Keeps() bool { return ci.Target || !ci.Service }

// secludes reports whether forks' changes are not gated: their jobs get no token to read history with.
func (ci CI) secludes() bool { return ci.History != "" && !ci.Service }

//go:embed workflows
var workflows embed.FS

// forks is the workflow that shows what the jobs of forks found.
const forks = "github-forks.yml"

// workflowFiles are where each host looks for its workflows, by their templates.
var workflowFiles = map[string]map[string]string{
	"github":  {"github.yml": ".github/workflows/tidemark.yml", forks: ".github/workflows/tidemark-forks.yml"},
	"gitlab":  {"gitlab.yml": ".gitlab/tidemark.yml"},
	"forgejo": {"forgejo.yml": ".forgejo/workflows/tidemark.yml"},
}

var aboutWorkflows = map[string]string{
	"github.yml":  "gates pull requests",
	forks:         "shows the verdicts of forks' pull requests",
	"gitlab.yml":  "gates merge requests; to be included by .gitlab-ci.yml",
	"forgejo.yml": "gates pull requests",
}

// ordinary is what a value may consist of that is written into YAML and shell as it is.
var ordinary = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)

// servedAt is a URL that a workflow may have in it.
var servedAt = regexp.MustCompile(`^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9_./-]*)?$`)

// Workflows writes a host's workflows, with names from the top of the repository. The error is the user's to mend.
func Workflows(ci CI) ([]File, error) {
	files, known := workflowFiles[ci.Host]
	if !known {
		return nil, fmt.Errorf("%q is no code host that workflows are known for: write github, gitlab or forgejo", ci.Host)
	}
	for what, value := range map[string]string{"the suite's folder": ci.Suite, "the version": ci.Version, "the default branch": ci.Branch} {
		if !ordinary.MatchString(value) || strings.HasPrefix(value, "-") {
			return nil, fmt.Errorf("%s is %q, which does not go into a workflow: use letters, digits, and _ . / -", what, value)
		}
	}
	switch {
	case ci.History != "" && !servedAt.MatchString(ci.History):
		return nil, errors.New("the history is no URL that goes into a workflow: write it as https://perf.example.com, without a user or a query; or leave it out, and it is the branch tidemark-history")
	case ci.History != "" && !ci.Keeps():
		return nil, errors.New("the gate builds both sides of a change and asks no history, and without a target in suite.yml there is no run to keep: leave the history out")
	}
	var all []File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name == forks && ci.secludes() {
			continue
		}
		t, err := template.New(name).Delims("[[", "]]").ParseFS(workflows, "workflows/"+name)
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		if err := t.Execute(&b, ci); err != nil {
			return nil, err
		}
		all = append(all, File{Name: files[name], Content: b.String(), About: aboutWorkflows[name]})
	}
	return all, nil
}
