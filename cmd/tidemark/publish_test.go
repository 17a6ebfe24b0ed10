package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/forge/forgetest"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// large is a comparison of 500 endpoints that got worse, with two kilobytes of findings each.
func large() *bench.Versus {
	v := &bench.Versus{Schema: bench.ComparisonSchema, ID: "01X", Suite: "shop", Folder: "perf/shop", Verdict: bench.Verdict{Status: bench.Fail}}
	for i := range 500 {
		v.Comparisons = append(v.Comparisons, bench.Comparison{ID: fmt.Sprint("e", i), Name: fmt.Sprintf("GET /resources/%d/%s", i, strings.Repeat("é", 60)),
			Effects: []bench.Effect{{Metric: "p95", Base: 245, Head: 890, Ratio: 3.6, Low: 3.4, High: 3.9, Flagged: true, Confirmed: &bench.Confirm{Holds: true}}},
			Verdict: bench.Verdict{Status: bench.Fail, Reasons: []string{"p95: 245ms -> 890ms"}},
			Findings: []bench.Finding{{Kind: bench.NPlusOne, Confidence: bench.Certain, Summary: strings.Repeat("ü ", 500), Remedy: strings.Repeat("ü ", 500),
				Suspect: &bench.Suspect{File: strings.Repeat("deep/", 40) + "file.rb", Line: 7 + i, Hunk: strings.Repeat("-  old(``)\n+  new\n", 60)}}}})
	}
	return v
}

// However much there is to say, what is sent is what each host takes: the doubles hold it against their limits.
func TestPublishStaysBelowEachHostsLimits(t *testing.T) {
	event := filepath.Join(t.TempDir(), "event")
	commit := strings.Repeat("1", 40)
	if err := os.WriteFile(event, fmt.Appendf(nil, `{"pull_request": {"number": 7, "head": {"sha": %q, "repo": {"full_name": "o/r"}}, "base": {"repo": {"full_name": "o/r"}}}}`, commit), 0o600); err != nil {
		t.Fatal(err)
	}
	actions := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": commit, "GITHUB_EVENT_PATH": event}
	for name, c := range map[string]struct {
		double func(testing.TB) *forgetest.Double
		env    map[string]string
		api    string // variable that names it
		files  int    // for the host to read
	}{
		"github":  {forgetest.GitHub, actions, "GITHUB_API_URL", 0},
		"forgejo": {forgetest.Gitea, actions, "GITHUB_API_URL", 0},
		"gitlab":  {forgetest.GitLab, map[string]string{"GITLAB_CI": "true", "CI_PROJECT_ID": "12", "CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_SHA": commit}, "CI_API_V4_URL", 2},
	} {
		t.Run(name, func(t *testing.T) {
			d := c.double(t)
			dir := t.TempDir()
			summary := filepath.Join(dir, "summary")
			env := func(name string) string {
				switch name {
				case c.api:
					return d.URL
				case "TIDEMARK_TOKEN":
					return d.Token
				case "GITHUB_STEP_SUMMARY":
					return summary
				}
				return c.env[name]
			}
			v := large()
			for range 2 { // the second time it is updated
				if err := pipeline.Publish(t.Context(), env, publication(v, "x", filepath.Join(dir, "files"), 1), func(line string) { t.Error(line) }); err != nil {
					t.Fatal(err)
				}
			}
			all := d.Comments(7)
			if len(all) != 1 || len(all[0].Body) > 65536 || len(all[0].Body) < 60000 || !strings.HasPrefix(all[0].Body, "<!-- tidemark:%2Fperf%2Fshop -->\n**Performance regression: 500 of 500 endpoints got worse.**\n") {
				t.Errorf("%d comments, the first of %d bytes: %.200s", len(all), len(all[0].Body), all[0].Body)
			}
			files, err := os.ReadDir(filepath.Join(dir, "files"))
			if len(files) != c.files || err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%v, %v", files, err)
			}
			if c.files == 0 && len(d.Checks()) != 2 {
				t.Errorf("%d checks", len(d.Checks()))
			}
		})
	}
}
