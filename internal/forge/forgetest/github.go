package forgetest

import (
	"net/http"
	"strings"
	"testing"
)

// GitHub is a double of api.github.com, by the description that github/rest-api-description publishes for version 2022-11-28.
func GitHub(t testing.TB) *Double { return start(t, "", github, serveGitHub) }

var asGitHubWants = map[string]string{"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}

var (
	commentBody = fields{"body": {kind: "string", required: true, most: 65536}}
	checkOutput = field{kind: "object", members: fields{
		"title":   {kind: "string", required: true},
		"summary": {kind: "string", required: true, most: 65535},
		"text":    {kind: "string", most: 65535},
		"annotations": {kind: "array", most: 50, members: fields{
			"path":             {kind: "string", required: true},
			"start_line":       {kind: "integer", required: true, least: 1},
			"end_line":         {kind: "integer", required: true, least: 1},
			"annotation_level": {kind: "string", required: true, one: []string{"notice", "warning", "failure"}},
			"message":          {kind: "string", required: true, most: 64 << 10},
			"title":            {kind: "string", most: 255},
			"raw_details":      {kind: "string", most: 64 << 10},
		}},
	}}
	checkStatus     = []string{"queued", "in_progress", "completed", "waiting", "requested", "pending"}
	checkConclusion = []string{"action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"}
	checkRun        = fields{
		"name": {kind: "string", required: true}, "head_sha": {kind: "string", required: true}, "details_url": {kind: "string"}, "external_id": {kind: "string"},
		"status": {kind: "string", one: checkStatus}, "conclusion": {kind: "string", one: checkConclusion}, "started_at": {kind: "string"}, "completed_at": {kind: "string"},
		"output": checkOutput,
	}
	checkUpdate = fields{
		"name": {kind: "string"}, "details_url": {kind: "string"}, "external_id": {kind: "string"}, "status": {kind: "string", one: checkStatus},
		"conclusion": {kind: "string", one: checkConclusion}, "started_at": {kind: "string"}, "completed_at": {kind: "string"}, "output": checkOutput,
	}
)

var github = []operation{
	{"GET", "/user", nil, asGitHubWants, nil},
	{"GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments", []string{"since", "per_page", "page"}, asGitHubWants, nil},
	{"POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", nil, asGitHubWants, commentBody},
	{"PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", nil, asGitHubWants, commentBody},
	{"DELETE", "/repos/{owner}/{repo}/issues/comments/{comment_id}", nil, asGitHubWants, nil},
	{"GET", "/repos/{owner}/{repo}/pulls", []string{"state", "head", "base", "sort", "direction", "per_page", "page"}, asGitHubWants, nil},
	{"POST", "/repos/{owner}/{repo}/check-runs", nil, asGitHubWants, checkRun},
	{"PATCH", "/repos/{owner}/{repo}/check-runs/{check_run_id}", nil, asGitHubWants, checkUpdate},
}

// issueComment is a comment as GitHub and Gitea tell it.
func issueComment(c Comment) any {
	return map[string]any{"id": c.ID, "body": c.Body, "user": map[string]any{"login": c.Author, "type": "Bot"}}
}

func serveGitHub(d *Double, w http.ResponseWriter, r *Request) {
	switch path := r.URL.Path; {
	case path == "/user":
		d.user(w, map[string]any{"login": d.Self})
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
			all = append(all, map[string]any{"number": p.Number, "state": "open", "head": map[string]any{"sha": p.Commit, "ref": p.Branch, "repo": map[string]any{"full_name": p.Repository}}})
		}
	}
	d.list(w, r, all)
}

// check keeps a check run. A conclusion has to come with status completed, and what is completed with a conclusion.
func (d *Double) check(w http.ResponseWriter, r *Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Method == http.MethodPost {
		if (r.Body["status"] == "completed") != (r.Body["conclusion"] != nil) {
			d.t.Errorf("a check run with status %v and conclusion %v", r.Body["status"], r.Body["conclusion"])
		}
		d.checks = append(d.checks, r.Body)
		answer(w, http.StatusCreated, map[string]any{"id": len(d.checks), "name": r.Body["name"]})
		return
	}
	i := number(r.Vars["check_run_id"], 0) - 1
	if i < 0 || i >= len(d.checks) {
		answer(w, http.StatusNotFound, map[string]any{"message": "Not Found"})
		return
	}
	was, is := d.checks[i]["output"].(map[string]any), r.Body["output"].(map[string]any)
	was["annotations"] = append(was["annotations"].([]any), is["annotations"].([]any)...)
	answer(w, http.StatusOK, map[string]any{"id": i + 1})
}
