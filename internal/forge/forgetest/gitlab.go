package forgetest

import (
	"net/http"
	"strings"
	"testing"
)

// GitLab is a double of GitLab, by its documentation of notes.
func GitLab(t testing.TB) *Double {
	d := start(t, &gitlab)
	d.Self, d.Token, d.Asks = "project_7_bot_1", "glpat-t0k3n-of-the-test", true
	return d
}

var gitlab = host{base: "/api/v4", operations: of("gitlab"), header: map[string]string{"Accept": "application/json"}, serve: serveGitLab}

func gitlabUser(name string) map[string]any {
	return map[string]any{"id": 1, "username": name, "name": "Somebody", "state": "active"}
}

func note(c Comment) any {
	return map[string]any{"id": c.ID, "body": c.Body, "author": gitlabUser(c.Author), "created_at": "2026-11-25T08:00:00Z", "updated_at": "2026-11-25T08:00:00Z", "system": false,
		"noteable_id": 3, "noteable_type": "MergeRequest", "project_id": 12, "noteable_iid": 7, "resolvable": false, "internal": false} //nolint:misspell // GitLab's word
}

func serveGitLab(d *Double, w http.ResponseWriter, r *Request) {
	pull := number(r.Vars["merge_request_iid"], 0)
	switch path := r.URL.Path; {
	case path == "/user":
		d.user(w, r, gitlabUser(d.Self))
	case !strings.HasSuffix(path, "/notes"):
		d.changeComment(w, r, int64(number(r.Vars["note_id"], 0)), note)
	case r.Method == http.MethodGet:
		d.listComments(w, r, pull, note)
	default:
		d.createComment(w, r, pull, note)
	}
}
