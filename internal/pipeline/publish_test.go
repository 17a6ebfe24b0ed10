package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/forge"
	"github.com/tidemark/tidemark/internal/forge/forgetest"
	"github.com/tidemark/tidemark/internal/report"
)

const headCommit = "1111111111111111111111111111111111111111"

func shown(status bench.Status) *bench.Versus {
	return &bench.Versus{Schema: bench.ComparisonSchema, ID: "01X", Suite: "shop", Verdict: bench.Verdict{Status: status}, Comparisons: []bench.Comparison{
		{Name: "GET /orders", Verdict: bench.Verdict{Status: status, Reasons: []string{"p95 is slower"}}, Findings: []bench.Finding{
			{Kind: bench.NPlusOne, Summary: "51 queries", Remedy: "load them together", Suspect: &bench.Suspect{File: "orders/list.go", Line: 12}},
			{Kind: bench.MissingIndex, Suspect: &bench.Suspect{Commit: headCommit}},
		}},
		{Name: "GET /products", Verdict: bench.Verdict{Status: bench.Pass}},
	}}
}

// published publishes at a double of GitHub and returns what the runner's files got.
func published(t *testing.T, d *forgetest.Double, event string, p Publication) (notes []string, outputs, summary string, err error) {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(file("event"), []byte(event), 0o600); err != nil {
		t.Fatal(err)
	}
	vars := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_API_URL": d.URL, "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": headCommit, "GITHUB_RUN_ID": "42",
		"GITHUB_TOKEN": d.Token, "GITHUB_EVENT_PATH": file("event"), "GITHUB_OUTPUT": file("output"), "GITHUB_STEP_SUMMARY": file("summary")}
	p.Marker, p.Text = forgetest.Marker, func(previous string) string {
		return forgetest.Marker + "\nthe text, " + string(p.Versus.Verdict.Status)
	}
	err = Publish(t.Context(), func(name string) string { return vars[name] }, p, func(line string) { notes = append(notes, line) })
	out, _ := os.ReadFile(file("output")) // may not be there
	sum, _ := os.ReadFile(file("summary"))
	return notes, string(out), string(sum), err
}

func pullEvent(from string) string {
	return fmt.Sprintf(`{"pull_request": {"number": 7, "head": {"sha": %q, "repo": {"full_name": %q}}, "base": {"repo": {"full_name": "o/r"}}}}`, headCommit, from)
}

func TestPublish(t *testing.T) {
	for status, want := range map[bench.Status]struct {
		exit              int
		conclusion, title string
	}{
		bench.Pass:         {0, "success", "Pass: 2 endpoints, none slower"},
		bench.Fail:         {1, "failure", "Fail: 1 of 2 endpoints: GET /orders"},
		bench.Void:         {3, "failure", "Void: the load generator was the limit, so that nothing can be said"},
		bench.Inconclusive: {0, "neutral", "Inconclusive: 1 of 2 endpoints could not be decided"},
	} {
		t.Run(string(status), func(t *testing.T) {
			d := forgetest.GitHub(t)
			notes, outputs, summary, err := published(t, d, pullEvent("o/r"), Publication{Versus: shown(status), Exit: want.exit, Record: "results/01X.comparison.json"})
			if err != nil || len(notes) > 0 {
				t.Fatalf("%q, %v", notes, err)
			}
			if all := d.Comments(7); len(all) != 1 || !strings.HasSuffix(all[0].Body, "the text, "+string(status)) {
				t.Errorf("the comments are %+v", all)
			}
			check := d.Checks()[0]
			out := check["output"].(map[string]any)
			if check["conclusion"] != want.conclusion || out["title"] != want.title || check["name"] != "tidemark/shop" || check["details_url"] != "https://github.com/o/r/actions/runs/42" {
				t.Errorf("the check is %v", check)
			}
			if a := out["annotations"].([]any); len(a) != 1 || a[0].(map[string]any)["message"] != "51 queries\nload them together" {
				t.Errorf("the annotations are %v", a)
			}
			if !strings.Contains(outputs, "\n"+string(status)+"\n") || !strings.Contains(outputs, "\nresults/01X.comparison.json\n") || !strings.Contains(summary, "the text") {
				t.Errorf("outputs %q, summary %q", outputs, summary)
			}
		})
	}
}

// Suites that are called the same have a check each, by their folders; else a check has the short name.
func TestChecksOfNamesakes(t *testing.T) {
	v := shown(bench.Pass)
	for _, c := range []struct {
		folder   string
		namesake bool
		want     string
	}{{"", false, "tidemark/shop"}, {"a/shop", false, "tidemark/shop"}, {"a/shop", true, "tidemark/a/shop"}, {"b/shop", true, "tidemark/b/shop"}} {
		d := forgetest.GitHub(t)
		v.Folder, v.Namesake = c.folder, c.namesake
		if _, _, _, err := published(t, d, pullEvent("o/r"), Publication{Versus: v}); err != nil {
			t.Fatal(err)
		}
		if got := d.Checks()[0]["name"]; got != c.want {
			t.Errorf("%q: the check is %v, want %s", c.folder, got, c.want)
		}
	}
}

func TestLocateSuite(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	top := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", top}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
	for _, file := range []string{"a/api-performance/scenarios/x.yml", "b/api-performance/scenarios/y.yml", "[c]/shop/scenarios/z.yml", "d/shop/other.yml", "d/shop/scenarios/notes.md", "scenarios/top.yml", "e/shop/scenarios/never-added.yml"} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(top, file)), 0o755), os.WriteFile(filepath.Join(top, file), nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q")
	git("--literal-pathspecs", "add", "a", "b", "[c]", "d", "scenarios")
	for dir, want := range map[string]bench.Versus{
		"a/api-performance":            {Folder: "a/api-performance", Namesake: true},
		"b/../a/../b/api-performance/": {Folder: "b/api-performance", Namesake: true},
		"[c]/shop":                     {Folder: "[c]/shop"},
		".":                            {},
		"nowhere":                      {},
	} {
		got := bench.Versus{Suite: path.Base(path.Clean(dir))}
		LocateSuite(t.Context(), &got, filepath.Join(top, dir))
		if got.Folder != want.Folder || got.Namesake != want.Namesake {
			t.Errorf("%s: got %q, %v", dir, got.Folder, got.Namesake)
		}
	}
	if err := os.WriteFile(filepath.Join(top, "a/api-performance/suite.yml"), []byte("name: other\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{"api-performance": nil, "other": {"a/api-performance"}} {
		if got := Namesakes(t.Context(), filepath.Join(top, "b/api-performance"), name); !slices.Equal(got, want) {
			t.Errorf("as %s: %q, want %q", name, got, want)
		}
	}
	root := bench.Versus{Suite: "api-performance"} // as b's is called
	if LocateSuite(t.Context(), &root, top); root.Folder != "" || root.Namesake {
		t.Errorf("at the top: %q, %v", root.Folder, root.Namesake)
	}
	var none bench.Versus
	if LocateSuite(t.Context(), &none, t.TempDir()); none.Folder != "" {
		t.Errorf("outside of a repository: %q", none.Folder)
	}
}

func TestPublishWhatTheEnvironmentAllows(t *testing.T) {
	fail := Publication{Versus: shown(bench.Fail), Exit: 1}
	t.Run("a push has a check, and no comment", func(t *testing.T) {
		d := forgetest.GitHub(t)
		notes, _, _, err := published(t, d, `{"ref": "refs/heads/main"}`, fail)
		if err != nil || len(notes) != 1 || !strings.Contains(notes[0], "no pull request") || len(d.Checks()) != 1 {
			t.Errorf("%q, %v, %v", notes, err, d.Checks())
		}
	})
	t.Run("a fork's job may write to its own page", func(t *testing.T) {
		d := forgetest.GitHub(t)
		d.ReadOnly = true
		notes, outputs, summary, err := published(t, d, pullEvent("fork/r"), fail)
		if err != nil || len(notes) != 2 || !strings.Contains(notes[0], "the job of a fork") || outputs == "" || summary == "" {
			t.Errorf("%q, %v; %q, %q", notes, err, outputs, summary)
		}
	})
	t.Run("others are told what is wrong", func(t *testing.T) {
		d := forgetest.GitHub(t)
		d.ReadOnly = true
		_, outputs, _, err := published(t, d, pullEvent("o/r"), fail)
		if err == nil || !strings.Contains(err.Error(), "comment: POST") || !strings.Contains(err.Error(), "check: POST") || strings.Contains(err.Error(), d.Token) || outputs == "" {
			t.Errorf("%v", err)
		}
	})
	t.Run("without a token nothing is asked", func(t *testing.T) {
		d := forgetest.GitHub(t)
		d.Token = ""
		_, outputs, _, err := published(t, d, pullEvent("o/r"), fail)
		if err == nil || !strings.Contains(err.Error(), "there is no token") || len(d.Asked()) > 0 || outputs == "" {
			t.Errorf("%v, %v", err, d.Asked())
		}
	})
	t.Run("no CI", func(t *testing.T) {
		if err := Publish(t.Context(), func(string) string { return "" }, fail, nil); !errors.Is(err, ErrNoPlace) {
			t.Errorf("got %v", err)
		}
	})
}

func TestATitleIsALine(t *testing.T) {
	v := shown(bench.Fail)
	for i := range 9 {
		v.Comparisons = append(v.Comparisons, bench.Comparison{Name: fmt.Sprint("GET /", i), Verdict: bench.Verdict{Status: bench.Fail}})
	}
	if got, want := report.Title(v), "Fail: 10 of 11 endpoints: GET /orders, GET /0, GET /1 …"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := report.Title(&bench.Versus{Verdict: bench.Verdict{Status: bench.Pass}}), "Pass: there was nothing to measure"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A second workflow finds the pull request by what GitHub says of the first, and a job that failed is never shown as a success, whatever its record says.
func TestPublishForAFork(t *testing.T) {
	event := func(conclusion string) string {
		return fmt.Sprintf(`{"workflow_run": {"event": "pull_request", "conclusion": %q, "head_sha": %q, "head_branch": "fix", "head_repository": {"full_name": "fork/r"}, "pull_requests": []}}`, conclusion, headCommit)
	}
	for conclusion, want := range map[string]string{"success": "success", "failure": "failure", "cancelled": "failure"} {
		d := forgetest.GitHub(t)
		d.Pulls = []forgetest.Pull{{Number: 7, Commit: headCommit, Repository: "fork/r", Branch: "fix"}}
		notes, _, _, err := published(t, d, event(conclusion), Publication{Versus: shown(bench.Pass)})
		if err != nil || len(notes) > 0 || len(d.Comments(7)) != 1 || d.Checks()[0]["conclusion"] != want || d.Checks()[0]["head_sha"] != headCommit {
			t.Errorf("%s: %q, %v: %v, %v", conclusion, notes, err, d.Comments(7), d.Checks())
		}
	}
}

func TestReadForeign(t *testing.T) {
	record := func(change func(*bench.Versus)) []byte {
		v := shown(bench.Fail)
		v.Comparisons[0].Effects = []bench.Effect{{Metric: "p95", Base: 20, Head: 60, Ratio: 3, Low: 2.9, High: 3.1}}
		change(v)
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for name, c := range map[string]struct {
		text []byte
		want string // empty: it is read
	}{
		"a record":             {record(func(*bench.Versus) {}), ""},
		"no JSON":              {[]byte("#!/bin/sh"), "is no comparison: invalid character"},
		"another document":     {[]byte(`{"schema": "tidemark.run/1"}`), `its schema is "tidemark.run/1"`},
		"an id with a path":    {record(func(v *bench.Versus) { v.ID = "../../x" }), `its id "../../x"`},
		"a suite's name":       {record(func(v *bench.Versus) { v.Suite = strings.Repeat("x", 129) }), "the name of its suite has more than 128 letters"},
		"an unknown verdict":   {record(func(v *bench.Versus) { v.Verdict.Status = "**PASS**" }), `its verdict is "**PASS**"`},
		"an endpoint's":        {record(func(v *bench.Versus) { v.Comparisons[1].Verdict.Status = "" }), `the verdict of endpoint 2 is ""`},
		"an unknown metric":    {record(func(v *bench.Versus) { v.Comparisons[0].Effects[0].Metric = "<b>" }), `("<b>"`},
		"a number below 0":     {record(func(v *bench.Versus) { v.Comparisons[0].Effects[0].Low = -1 }), "the numbers of endpoint 1"},
		"a number beyond all":  {record(func(v *bench.Versus) { v.Comparisons[0].Effects[0].Head = 1e300 }), "the numbers of endpoint 1"},
		"what never was":       {record(func(v *bench.Versus) { v.Comparisons[1].Earlier = []float64{1, -1} }), "the earlier p95 of endpoint 2"},
		"a long past":          {record(func(v *bench.Versus) { v.Comparisons[1].Earlier = make([]float64, 101) }), "the earlier p95 of endpoint 2"},
		"a deep folder":        {record(func(v *bench.Versus) { v.Folder = strings.Repeat("x", 1025) }), "the folder of its suite has more than 1024 letters"},
		"too many endpoints":   {record(func(v *bench.Versus) { v.Comparisons = make([]bench.Comparison, 2001) }), "it has 2001 endpoints"},
		"more than is read":    {append(record(func(*bench.Versus) {}), make([]byte, mostForeign)...), "is larger than 8 MB"},
		"a number of no float": {[]byte(`{"schema": "tidemark.comparison/1", "id": "x", "comparisons": [{"effects": [{"base_ms": 1e999}]}]}`), "is no comparison"},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "x.comparison.json")
		if err := os.WriteFile(file, c.text, 0o600); err != nil {
			t.Fatal(err)
		}
		v, path, err := ReadForeign(dir)
		if c.want == "" {
			if err != nil || path != file || v.ID != "01X" {
				t.Errorf("%s: %v, %s, %v", name, v, path, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	dir := t.TempDir()
	if _, _, err := ReadForeign(dir); err == nil || !strings.Contains(err.Error(), "has 0 records") {
		t.Errorf("an empty folder: %v", err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "x.comparison.json")); err == nil {
		if _, _, err := ReadForeign(dir); err == nil || !strings.Contains(err.Error(), "is no file") {
			t.Errorf("a link: %v", err)
		}
	}
}

// Whatever a record says, showing it does not break.
func FuzzForeign(f *testing.F) {
	text, err := json.Marshal(shown(bench.Fail))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"schema": "tidemark.comparison/1.7", "id": "x", "verdict": {"status": "void"}, "head_runs": [{}], "comparisons": [{"verdict": {"status": "close"}, "rates": [{}], "effects": [{"metric": "p95", "confirmed": {}}], "findings": [{"evidence": [{}]}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := bench.ReadVersus(text)
		if err != nil || v.Check() != nil {
			return
		}
		p := Publication{Versus: v, Text: func(string) string { return "" }}
		if c := p.check(&forge.Place{}); (c.Conclusion == forge.Success) != (v.Verdict.Status == bench.Pass) || bytes.Count(c.JUnit, []byte("<testcase ")) != len(v.Comparisons) || c.Title == "" {
			t.Errorf("the check is %+v", c)
		}
		if err := errors.Join(report.VersusText(io.Discard, v), report.SavedText(io.Discard, v)); err != nil {
			t.Error(err)
		}
	})
}
