package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tidemark/tidemark/internal/forge/forgetest"
)

// codeHost is what scripts do with a double of GitHub, each with one of its own.
func codeHost(t *testing.T) map[string]func(*testscript.TestScript, bool, []string) {
	double := func(ts *testscript.TestScript) *forgetest.Double {
		d, _ := ts.Value(codeHostKey{}).(**forgetest.Double)
		if *d == nil {
			*d = forgetest.GitHub(t)
		}
		return *d
	}
	return map[string]func(*testscript.TestScript, bool, []string){
		// github PULL makes the environment that of a job for a pull request, at what is checked out.
		"github": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 1 {
				ts.Fatalf("usage: github pull")
			}
			commit := strings.Repeat("1", 40)
			if ts.Exec("git", "rev-parse", "HEAD") == nil {
				commit = strings.TrimSpace(ts.ReadFile("stdout"))
			}
			d := double(ts)
			ts.Check(os.WriteFile(ts.MkAbs("event.txt"), fmt.Appendf(nil, `{"pull_request": {"number": %s, "head": {"sha": %q, "repo": {"full_name": "o/r"}}, "base": {"repo": {"full_name": "o/r"}}}}`,
				args[0], commit), 0o600))
			for name, value := range map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_API_URL": d.URL, "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "42",
				"GITHUB_SHA": commit, "GITHUB_EVENT_PATH": ts.MkAbs("event.txt"), "GITHUB_OUTPUT": ts.MkAbs("output.txt"), "GITHUB_STEP_SUMMARY": ts.MkAbs("summary.txt"), "TIDEMARK_TOKEN": d.Token} {
				ts.Setenv(name, value)
			}
		},
		// [!] commented PULL PATTERN [COUNT] demands that the pull request has one comment, or so many, and that one matches.
		"commented": func(ts *testscript.TestScript, neg bool, args []string) {
			pull, count := 0, 1
			if len(args) == 3 {
				_, err := fmt.Sscan(args[2], &count)
				ts.Check(err)
			}
			if _, err := fmt.Sscan(args[0], &pull); err != nil || len(args) < 2 {
				ts.Fatalf("usage: [!] commented pull pattern [count]")
			}
			all := double(ts).Comments(pull)
			if len(all) != count {
				ts.Fatalf("there are %d comments: %+v", len(all), all)
			}
			matches := func(c forgetest.Comment) bool { return regexp.MustCompile(args[1]).MatchString(c.Body) }
			if slices.ContainsFunc(all, matches) == neg {
				ts.Fatalf("the comments are\n%+v", all)
			}
		},
		// checked PATTERN demands that the title of the newest check matches.
		"checked": func(ts *testscript.TestScript, neg bool, args []string) {
			all := double(ts).Checks()
			if neg || len(args) != 1 || len(all) == 0 {
				ts.Fatalf("usage: checked pattern; there are %d checks", len(all))
			}
			ts.Logf("%v", all[len(all)-1])
			if title := all[len(all)-1]["output"].(map[string]any)["title"].(string); !regexp.MustCompile(args[0]).MatchString(title) {
				ts.Fatalf("the check is %q", title)
			}
		},
		// refuse STATUS makes the host refuse what it is asked from now on.
		"refuse": func(ts *testscript.TestScript, _ bool, args []string) {
			var status int
			if _, err := fmt.Sscan(args[0], &status); err != nil {
				ts.Fatalf("usage: refuse status")
			}
			for range 20 {
				double(ts).Fail(forgetest.Fault{Status: status, Body: `{"message": "Bad credentials"}`})
			}
		},
	}
}

// codeHostKey is where a script keeps its double.
type codeHostKey struct{}
