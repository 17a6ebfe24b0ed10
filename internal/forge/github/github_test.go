package github

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/internal/forge"
	"github.com/tidemark/tidemark/internal/forge/forgetest"
)

const commit = "1111111111111111111111111111111111111111"

func at(d *forgetest.Double, change ...func(*forge.Place)) *Host {
	p := &forge.Place{Kind: forge.GitHub, API: d.URL, Repository: "o/r", Pull: 7, Commit: commit, Token: d.Token}
	for _, c := range change {
		c(p)
	}
	return Open(p, "tidemark/test")
}

func TestComments(t *testing.T) {
	forgetest.Comments(t, forgetest.GitHub, func(d *forgetest.Double) forge.Host { return at(d) })
}

// With a person's token, and with that of an app of one's own, whose name nobody tells before it has written something.
func TestCommentsOfOthersThanTheJob(t *testing.T) {
	for _, asks := range []bool{true, false} {
		forgetest.Comments(t, func(t testing.TB) *forgetest.Double {
			d := forgetest.GitHub(t)
			d.Self, d.Token, d.Asks = "gatekeeper", "github_pat_t0k3n-of-the-test", asks
			return d
		}, func(d *forgetest.Double) forge.Host { return at(d) })
	}
}

func TestCheck(t *testing.T) {
	d := forgetest.GitHub(t)
	forgetest.Checks(t, d, at(d), "conclusion", map[forge.Conclusion]string{forge.Success: "success", forge.Neutral: "neutral", forge.Failure: "failure"})
	if got := d.Checks()[0]["head_sha"]; got != commit {
		t.Errorf("the check is at %v", got)
	}
}

func TestAnnotations(t *testing.T) {
	d := forgetest.GitHub(t)
	c := forge.Check{Name: "tidemark/test", Conclusion: forge.Failure, Title: strings.Repeat("ü", 300), Summary: strings.Repeat("ü", 70_000), Annotations: []forge.Annotation{
		{File: "/etc/passwd", Line: 1}, {File: "../x", Line: 1}, {File: "a/../../x", Line: 1}, {File: "x", Line: 0}, {File: "", Line: 1}, // these have no place
	}}
	for i := range 120 {
		c.Annotations = append(c.Annotations, forge.Annotation{File: "orders/list.go", Line: i + 1, Failed: i == 0, Title: "GET /orders: n-plus-one", Message: "51 queries"})
	}
	if err := at(d).Check(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	all := d.Checks()[0]["output"].(map[string]any)["annotations"].([]any)
	first := all[0].(map[string]any)
	if len(all) != 120 || first["path"] != "orders/list.go" || first["start_line"] != 1.0 || first["annotation_level"] != "failure" || all[1].(map[string]any)["annotation_level"] != "warning" {
		t.Errorf("%d annotations, the first %v", len(all), first)
	}
	if asked := d.Asked(); len(asked) != 3 { // 50, 50 and 20
		t.Errorf("asked %v", asked)
	}
}

func pull(number int, commit, repository string) forgetest.Pull {
	return forgetest.Pull{Number: number, Commit: commit, Repository: repository, Branch: "fix"}
}

// GitHub does not tell a job that runs after another which pull request of a fork it is for. It is found by where the commits come from, and only as long as
// they are its head.
func TestThePullRequestOfAFork(t *testing.T) {
	fork := func(p *forge.Place) { p.Pull, p.Origin = 0, &forge.Origin{Repository: "fork/r", Branch: "fix"} }
	for name, c := range map[string]struct {
		pulls []forgetest.Pull
		want  string
	}{
		"it":                          {[]forgetest.Pull{pull(7, commit, "fork/r")}, "/repos/o/r/issues/7/comments"},
		"one of several":              {[]forgetest.Pull{pull(8, strings.Repeat("2", 40), "fork/r"), pull(7, commit, "fork/r")}, "/repos/o/r/issues/7/comments"},
		"it has moved on":             {[]forgetest.Pull{pull(7, strings.Repeat("2", 40), "fork/r")}, ""},
		"another of the same owner":   {[]forgetest.Pull{pull(7, commit, "fork/other")}, ""},
		"somebody else's same commit": {[]forgetest.Pull{pull(7, commit, "mallory/r")}, ""},
		"none":                        {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := forgetest.GitHub(t)
			d.Pulls, d.Page = c.pulls, 1
			all, err := at(d, fork).Comments(t.Context())
			if c.want == "" {
				if !errors.Is(err, forge.ErrNoPull) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := all.List(t.Context()); err != nil {
				t.Fatal(err)
			}
			if asked := fmt.Sprint(d.Asked()); !strings.Contains(asked, c.want) {
				t.Errorf("asked %s", asked)
			}
		})
	}
	d := forgetest.GitHub(t)
	if _, err := at(d, func(p *forge.Place) { p.Pull = 0 }).Comments(t.Context()); !errors.Is(err, forge.ErrNoPull) {
		t.Errorf("a push: %v", err)
	}
}
