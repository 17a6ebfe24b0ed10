package forgetest

import (
	"net/http"
	"strings"
	"testing"
)

// GitLab is a double of GitLab, by its REST API's documentation of notes.
func GitLab(t testing.TB) *Double {
	d := start(t, "/api/v4", gitlab, serveGitLab)
	d.Self, d.Token, d.Asks = "project_7_bot_1", "glpat-t0k3n-of-the-test", true
	return d
}

var asGitLabWants = map[string]string{"Accept": "application/json"}

var noteBody = fields{"body": {kind: "string", required: true, most: 1000000}}

var gitlab = []operation{
	{"GET", "/user", nil, asGitLabWants, nil},
	{"GET", "/projects/{id}/merge_requests/{merge_request_iid}/notes", []string{"sort", "order_by", "per_page", "page"}, asGitLabWants, nil},
	{"POST", "/projects/{id}/merge_requests/{merge_request_iid}/notes", nil, asGitLabWants, noteBody},
	{"PUT", "/projects/{id}/merge_requests/{merge_request_iid}/notes/{note_id}", nil, asGitLabWants, noteBody},
	{"DELETE", "/projects/{id}/merge_requests/{merge_request_iid}/notes/{note_id}", nil, asGitLabWants, nil},
}

func note(c Comment) any {
	return map[string]any{"id": c.ID, "body": c.Body, "system": false, "author": map[string]any{"username": c.Author}}
}

func serveGitLab(d *Double, w http.ResponseWriter, r *Request) {
	pull := number(r.Vars["merge_request_iid"], 0)
	switch path := r.URL.Path; {
	case path == "/user":
		d.user(w, map[string]any{"username": d.Self})
	case !strings.HasSuffix(path, "/notes"):
		d.changeComment(w, r, int64(number(r.Vars["note_id"], 0)), note)
	case r.Method == http.MethodGet:
		d.listComments(w, r, pull, note)
	default:
		d.createComment(w, r, pull, note)
	}
}
