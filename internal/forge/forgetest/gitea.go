package forgetest

import (
	"net/http"
	"strings"
	"testing"
)

// Gitea is a double of Gitea and Forgejo, by the description that they serve themselves (/swagger.v1.json).
func Gitea(t testing.TB) *Double {
	d := start(t, "/api/v1", gitea, serveGitea)
	d.Self = "gitea-actions"
	return d
}

var asGiteaWants = map[string]string{"Accept": "application/json"}

var gitea = []operation{
	{"GET", "/user", nil, asGiteaWants, nil},
	{"GET", "/repos/{owner}/{repo}/issues/{index}/comments", []string{"since", "before", "per_page", "page"}, asGiteaWants, nil}, // version 1.26 gives all at once, and minds no parameter of pages
	{"POST", "/repos/{owner}/{repo}/issues/{index}/comments", nil, asGiteaWants, fields{"body": {kind: "string", required: true}}},
	{"PATCH", "/repos/{owner}/{repo}/issues/comments/{id}", nil, asGiteaWants, fields{"body": {kind: "string", required: true}}},
	{"DELETE", "/repos/{owner}/{repo}/issues/comments/{id}", nil, asGiteaWants, nil},
	{"POST", "/repos/{owner}/{repo}/statuses/{sha}", nil, asGiteaWants, fields{
		"context": {kind: "string"}, "description": {kind: "string"}, "target_url": {kind: "string"},
		"state": {kind: "string", one: []string{"pending", "success", "error", "failure", "warning"}},
	}},
}

func serveGitea(d *Double, w http.ResponseWriter, r *Request) {
	switch path := r.URL.Path; {
	case path == "/user":
		d.user(w, map[string]any{"login": d.Self})
	case strings.Contains(path, "/statuses/"):
		d.mu.Lock()
		r.Body["sha"] = r.Vars["sha"]
		d.checks = append(d.checks, r.Body)
		d.mu.Unlock()
		answer(w, http.StatusCreated, map[string]any{"id": len(d.checks)})
	case strings.Contains(path, "/issues/comments/"):
		d.changeComment(w, r, int64(number(r.Vars["id"], 0)), issueComment)
	case r.Method == http.MethodGet:
		d.listComments(w, r, number(r.Vars["index"], 0), issueComment)
	default:
		d.createComment(w, r, number(r.Vars["index"], 0), issueComment)
	}
}
