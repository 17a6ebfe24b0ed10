package forgetest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// GitHub is a double of api.github.com, by the description that github/rest-api-description publishes for version 2022-11-28.
func GitHub(t testing.TB) *Double { return start(t, &github) }

var github = host{
	operations: of("github"), serve: serveGitHub, prose: githubProse,
	header: map[string]string{"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}, // docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api
}

// githubProse holds a request against what the description says in words. That a comment has 65,536 letters at most it does not say at all; GitHub answers so.
func githubProse(r *Request) (wrong []string) {
	say := func(is bool, text string) {
		if is {
			wrong = append(wrong, text)
		}
	}
	longer := func(o map[string]any, name string, most int) {
		text, _ := o[name].(string)
		say(len([]rune(text)) > most, fmt.Sprintf("%s has more than %d letters", name, most))
	}
	say(number(r.URL.Query().Get("per_page"), 1) > 100, "per_page is more than 100")
	longer(r.Body, "body", 65536)
	conclusion, concluded := r.Body["conclusion"]
	say(concluded && conclusion == "stale", "only GitHub sets stale")
	say(!concluded && r.Body["status"] == "completed", "completed, without a conclusion")
	output, _ := r.Body["output"].(map[string]any)
	annotations, _ := output["annotations"].([]any)
	for _, one := range annotations {
		a := one.(map[string]any)
		start, end := a["start_line"].(float64), a["end_line"].(float64)
		say(start < 1 || end < start, fmt.Sprintf("an annotation is of the lines %v to %v", start, end))
		longer(a, "title", 255)
		for _, name := range []string{"message", "raw_details"} {
			text, _ := a[name].(string)
			say(len(text) > 64<<10, name+" has more than 64 KB")
		}
	}
	return wrong
}

// issueComment is a comment as GitHub and Gitea tell it.
func issueComment(c Comment) any {
	return map[string]any{"id": c.ID, "body": c.Body, "user": map[string]any{"login": c.Author}}
}

func serveGitHub(d *Double, w http.ResponseWriter, r *Request) {
	switch path := r.URL.Path; {
	case path == "/user":
		d.user(w, r, map[string]any{"login": d.Self})
	case strings.HasSuffix(path, "/pulls"):
		d.listPulls(w, r)
	case strings.Contains(path, "/check-runs"):
		d.check(w, r)
	case strings.Contains(path, "/issues/comments/"):
		d.changeComment(w, r, int64(number(r.Vars["comment_id"], 0)), issueComment)
	case r.Method == http.MethodGet:
		d.listComments(w, r, number(r.Vars["issue_number"], 0), issueComment)
	default:
		d.createComment(w, r, number(r.Vars["issue_number"], 0), issueComment)
	}
}

func (d *Double) listPulls(w http.ResponseWriter, r *Request) {
	all := []any{}
	for _, p := range d.Pulls {
		owner, _, _ := strings.Cut(p.Repository, "/")
		if r.URL.Query().Get("head") == owner+":"+p.Branch {
			all = append(all, map[string]any{"number": p.Number, "state": "open", "requested_teams": []any{}, // the example's are not as described
				"head": map[string]any{"sha": p.Commit, "ref": p.Branch, "repo": map[string]any{"full_name": p.Repository}}})
		}
	}
	d.list(w, r, all)
}

// check keeps a check run.
func (d *Double) check(w http.ResponseWriter, r *Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Method == http.MethodPost {
		d.checks = append(d.checks, r.Body)
		d.answer(w, r, http.StatusCreated, map[string]any{"id": len(d.checks), "name": r.Body["name"], "head_sha": r.Body["head_sha"], "status": "completed", "conclusion": r.Body["conclusion"]})
		return
	}
	i := number(r.Vars["check_run_id"], 0) - 1
	if i < 0 || i >= len(d.checks) {
		d.answer(w, r, http.StatusNotFound, map[string]any{"message": "Not Found"})
		return
	}
	was, is := d.checks[i]["output"].(map[string]any), r.Body["output"].(map[string]any)
	was["annotations"] = append(was["annotations"].([]any), is["annotations"].([]any)...)
	d.answer(w, r, http.StatusOK, map[string]any{"id": i + 1})
}
