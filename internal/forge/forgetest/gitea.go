package forgetest

import (
	"net/http"
	"strings"
	"testing"
)

// Gitea is a double of Gitea and Forgejo, by the description that Gitea 1.26 serves itself (/swagger.v1.json). It gives all comments at once.
func Gitea(t testing.TB) *Double {
	d := start(t, &gitea)
	d.Self = "gitea-actions"
	return d
}

var gitea = host{base: "/api/v1", operations: of("gitea"), header: map[string]string{"Accept": "application/json"}, serve: serveGitea}

func serveGitea(d *Double, w http.ResponseWriter, r *Request) {
	switch path := r.URL.Path; {
	case path == "/user":
		d.user(w, r, map[string]any{"login": d.Self})
	case strings.Contains(path, "/statuses/"):
		d.mu.Lock()
		r.Body["sha"] = r.Vars["sha"]
		d.checks = append(d.checks, r.Body)
		d.mu.Unlock()
		d.answer(w, r, http.StatusCreated, map[string]any{"id": len(d.checks), "status": r.Body["state"], "context": r.Body["context"]})
	case strings.Contains(path, "/issues/comments/"):
		d.changeComment(w, r, int64(number(r.Vars["id"], 0)), issueComment)
	case r.Method == http.MethodGet:
		d.listComments(w, r, number(r.Vars["index"], 0), issueComment)
	default:
		d.createComment(w, r, number(r.Vars["index"], 0), issueComment)
	}
}
