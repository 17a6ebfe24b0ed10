package forgetest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// A noted is a test that keeps the faults that were found.
type noted struct {
	testing.TB
	faults []string
}

func (n *noted) Errorf(format string, args ...any) {
	n.faults = append(n.faults, fmt.Sprintf(format, args...))
}

// ask sends a request as our clients do, but for what change makes of it, and returns the answer.
func ask(t *testing.T, d *Double, method, path, body string, change ...func(*http.Request)) (status int, text string, header http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range d.host.header {
		r.Header.Set(name, value)
	}
	r.Header.Set("User-Agent", "tidemark/test")
	r.Header.Set("Authorization", "Bearer "+d.Token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range change {
		c(r)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(all), answer.Header
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

const (
	checkRuns = "/repos/o/r/check-runs"
	comments  = "/repos/o/r/issues/7/comments"
	notes     = "/projects/12/merge_requests/7/notes"
	head      = `"head_sha": "1111111111111111111111111111111111111111"`
)

// A check that cannot fail is none: what is not as described is found, whatever it is.
func TestWhatIsNotDescribedIsFound(t *testing.T) {
	annotation := `{"path": "a.go", "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "m"}`
	run := func(output string) string {
		return `{"name": "n", ` + head + `, "status": "completed", "conclusion": "success", "output": ` + output + `}`
	}
	for _, c := range []struct {
		double             func(testing.TB) *Double
		method, path, body string
		change             func(*http.Request)
		want               string // of the fault; empty: all is well
	}{
		{GitHub, "POST", comments, `{"body": "x"}`, nil, ""},
		{GitHub, "PUT", comments, `{"body": "x"}`, nil, "no such operation is described"},
		{GitHub, "GET", "/repos/o/r/issues/comments", "", nil, "no such operation is described"},
		{GitHub, "GET", comments + "?per_page=100&page=2", "", nil, ""},
		{GitHub, "GET", comments + "?limit=100", "", nil, "has no parameter limit"},
		{GitHub, "GET", comments + "?per_page=all", "", nil, `the parameter per_page is "all"`},
		{GitHub, "GET", comments + "?per_page=101", "", nil, "per_page is more than 100"},
		{GitHub, "GET", "/repos/o/r/issues/seven/comments", "", nil, `the parameter issue_number is "seven"`},
		{GitHub, "GET", "/repos/o/r/pulls?state=opened", "", nil, `the parameter state is "opened"`},
		{GitHub, "GET", comments, "", header("Accept", "application/json"), "Accept is"},
		{GitHub, "GET", comments, "", header("X-GitHub-Api-Version", "2021-01-01"), "X-GitHub-Api-Version is"},
		{GitHub, "GET", comments, "", header("User-Agent", ""), "does not say who asks"},
		{GitHub, "GET", comments, "", header("Authorization", "Bearer other"), "the token is missing, or another"},
		{GitHub, "GET", comments, `{"body": "x"}`, nil, "has a body, and takes none"},
		{GitHub, "POST", comments, `{"body": "x"}`, header("Content-Type", "text/plain"), "its body is not said to be JSON"},
		{GitHub, "POST", comments, `["x"]`, nil, "its body is no JSON object"},
		{GitHub, "POST", comments, "", nil, "its body is missing"},
		{GitHub, "POST", comments, `{}`, nil, "missing property 'body'"},
		{GitHub, "POST", comments, `{"body": 1}`, nil, "at '/body': got number, want string"},
		{GitHub, "POST", comments, `{"body": "x", "text": "y"}`, nil, "additional properties 'text' not allowed"},
		{GitHub, "POST", comments, `{"body": "` + strings.Repeat("ü", 65537) + `"}`, nil, "body has more than 65536 letters"},
		{GitHub, "POST", checkRuns, run(`{"title": "t", "summary": "s", "annotations": [` + annotation + `]}`), nil, ""},
		{GitHub, "POST", checkRuns, `{"name": "n"}`, nil, "missing property 'head_sha'"},
		{GitHub, "POST", checkRuns, `{"name": "n", ` + head + `, "conclusion": "passed"}`, nil, "at '/conclusion': value must be one of"},
		{GitHub, "POST", checkRuns, `{"name": "n", ` + head + `, "status": "completed"}`, nil, "completed, without a conclusion"},
		{GitHub, "POST", checkRuns, `{"name": "n", ` + head + `, "conclusion": "stale"}`, nil, "only GitHub sets stale"},
		{GitHub, "POST", checkRuns, `{"name": "n", ` + head + `, "started_at": "yesterday"}`, nil, "'yesterday' is not valid date-time"},
		{GitHub, "POST", checkRuns, run(`{"title": "t"}`), nil, "missing property 'summary'"},
		{GitHub, "POST", checkRuns, run(`{"title": "t", "summary": "` + strings.Repeat("ü", 65536) + `"}`), nil, "maxLength: got 65,536, want 65,535"},
		{GitHub, "POST", checkRuns, run(`{"title": "t", "summary": "s", "annotations": [` + strings.TrimSuffix(strings.Repeat(annotation+",", 51), ",") + `]}`), nil, "maxItems: got 51, want 50"},
		{GitHub, "POST", checkRuns, run(`{"title": "t", "summary": "s", "annotations": [` + strings.Replace(annotation, `"start_line": 1, `, "", 1) + `]}`), nil, "missing property 'start_line'"},
		{GitHub, "POST", checkRuns, run(`{"title": "t", "summary": "s", "annotations": [` + strings.Replace(annotation, `"start_line": 1`, `"start_line": 2`, 1) + `]}`), nil, "of the lines 2 to 1"},
		{GitHub, "POST", checkRuns, run(`{"title": "t", "summary": "s", "annotations": [` + strings.Replace(annotation, "warning", "error", 1) + `]}`), nil, "annotation_level': value must be one of"},
		{GitHub, "POST", checkRuns, run(`{"title": "t", "summary": "s", "annotations": [` + strings.Replace(annotation, `"m"`, `"`+strings.Repeat("m", 64<<10+1)+`"`, 1) + `]}`), nil, "message has more than 64 KB"},
		{GitHub, "PATCH", checkRuns + "/1", `{"status": "completed"}`, nil, "missing property 'conclusion'"}, // of anyOf
		{Gitea, "POST", comments, `{"body": "x"}`, nil, ""},
		{Gitea, "GET", comments + "?per_page=100", "", nil, "has no parameter per_page"},
		{Gitea, "GET", comments + "?since=yesterday", "", nil, `the parameter since is "yesterday"`},
		{Gitea, "POST", comments, `{}`, nil, "missing property 'body'"},
		{Gitea, "POST", "/repos/o/r/statuses/1111", `{"state": "neutral"}`, nil, "at '/state': value must be one of"},
		{Gitea, "POST", "/repos/o/r/statuses/1111", `{"state": "success", "url": "https://ci.example"}`, nil, "additional properties 'url' not allowed"},
		{GitLab, "POST", notes, `{"body": "x"}`, nil, ""},
		{GitLab, "PATCH", notes + "/1", `{"body": "x"}`, nil, "no such operation is described"},
		{GitLab, "GET", notes + "?sort=up", "", nil, `the parameter sort is "up"`},
		{GitLab, "GET", notes + "?per_page=101", "", nil, `the parameter per_page is "101"`},
		{GitLab, "POST", notes, `{"body": "` + strings.Repeat("x", 1_000_001) + `"}`, nil, "maxLength: got 1,000,001, want 1,000,000"},
	} {
		n := &noted{TB: t}
		change := c.change
		if change == nil {
			change = func(*http.Request) {}
		}
		ask(t, c.double(n), c.method, c.path, c.body, change)
		found := strings.Join(n.faults, "\n")
		if (found == "") != (c.want == "") || !strings.Contains(found, c.want) {
			t.Errorf("%s %s %.200s: found %q, want %q", c.method, c.path, c.body, found, c.want)
		}
	}
}

// What a double answers is held against the description too.
func TestAnswersThatAreNotDescribedAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(d *Double, w http.ResponseWriter, r *Request)
		want   string
	}{
		"a status":  {func(d *Double, w http.ResponseWriter, r *Request) { d.answer(w, r, 202, nil) }, "answers 202, which is not described"},
		"a member":  {func(d *Double, w http.ResponseWriter, r *Request) { d.answer(w, r, 201, map[string]any{"body": 7}) }, "at '/body': got number, want string"},
		"an object": {func(d *Double, w http.ResponseWriter, r *Request) { d.answer(w, r, 201, []any{}) }, "got array, want object"},
		"a header": {func(d *Double, w http.ResponseWriter, r *Request) {
			w.Header().Set("Link", "<x>")
			d.answer(w, r, 201, map[string]any{})
		}, "answers with Link, which is not described"},
	} {
		n := &noted{TB: t}
		d := GitHub(n)
		one := *d.host
		d.host, one.serve = &one, c.answer
		ask(t, d, "POST", comments, `{"body": "x"}`)
		if found := strings.Join(n.faults, "\n"); !strings.Contains(found, c.want) {
			t.Errorf("%s: found %q, want %q", name, found, c.want)
		}
	}
}

// Pages are as the hosts make them: so many as are asked for, or as many as the description says; with Link to the next and the last. Gitea has none.
func TestPages(t *testing.T) {
	for _, c := range []struct {
		double      func(testing.TB) *Double
		path        string
		items       int
		next, other string // in Link
	}{
		{GitHub, comments, 30, "?page=2>", "?page=2>"},
		{GitHub, comments + "?per_page=20", 20, "?page=2&per_page=20>", "?page=3&per_page=20>"},
		{GitHub, comments + "?per_page=20&page=3", 5, "", ""},
		{GitLab, notes, 20, "?page=2>", "?page=3>"},
		{Gitea, comments, 45, "", ""},
	} {
		d := c.double(t)
		for i := range 45 {
			d.Say(7, "somebody", fmt.Sprint("talk ", i))
		}
		status, text, header := ask(t, d, "GET", c.path, "")
		link := header.Get("Link")
		if n := strings.Count(text, `"body":"talk`); status != 200 || n != c.items || !strings.Contains(link, c.next+`; rel="next"`) && c.next != "" || !strings.Contains(link, c.other+`; rel="last"`) && c.other != "" || c.next == "" && link != "" {
			t.Errorf("%s: %d items, Link %q", c.path, n, link)
		}
	}
}
