package dashboard

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"io/fs"
	"log"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

//go:embed pages static
var files embed.FS

var templates = template.Must(template.New("").Funcs(words).ParseFS(files, "pages/*.html"))

// A view is a page to be shown.
type view struct {
	Page   string // the template's name
	Title  string
	Nav    string // which of the navigation's links it is
	Fresh  bool   // it is fetched again when a run comes
	Data   any
	Server *Server
	Path   string // with the query
}

// A badQuery is something in a URL that its reader has to mend.
type badQuery struct{ error }

// show shows a page, or why it cannot be shown.
func (s *Server) show(w http.ResponseWriter, r *http.Request, page func(*http.Request) (view, error)) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	v, err := page(r.WithContext(ctx))
	if err == nil {
		s.write(w, r, http.StatusOK, v.Page, v)
		return
	}
	status, title, text := http.StatusInternalServerError, "The history failed", "The server's log says how."
	var bad badQuery
	switch {
	case errors.Is(err, errNoPage):
		status, title, text = http.StatusNotFound, "There is no such page", "It may have been moved: begin at the overview."
	case errors.Is(err, history.ErrNotFound):
		status, title, text = http.StatusNotFound, "There is no such run", err.Error()
	case errors.As(err, &bad):
		status, title, text = http.StatusBadRequest, "That cannot be shown", err.Error()
	case errors.Is(err, history.ErrUnreachable):
		status, title, text = http.StatusBadGateway, "The history cannot be reached", "It is kept somewhere else, which does not answer."
	case errors.Is(err, context.DeadlineExceeded):
		status, title, text = http.StatusGatewayTimeout, "The history took too long", "Ask for less, or try again."
	case r.Context().Err() != nil:
		return // nobody is there to be told
	}
	if status >= http.StatusInternalServerError {
		log.Printf("tidemark: %s: %v", r.URL.Path, err)
	}
	s.write(w, r, status, "error", view{Title: title, Data: text})
}

// write renders first: half a page with a good status would be worse than none.
func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, page string, v view) {
	v.Server, v.Path = s, r.URL.RequestURI()
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, page, v); err != nil {
		log.Printf("tidemark: a bug: %s: %v", page, err)
		http.Error(w, "tidemark has a bug: its log says which", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // whoever asked is gone
}

// Live is what goes on now.
func (v view) Live() any {
	all, _, _ := v.Server.board.look()
	return all
}

// Running reports whether a run goes on. A comparison leaves none behind.
func (v view) Running() bool {
	all, _, _ := v.Server.board.look()
	return slices.ContainsFunc(all, func(l bench.Live) bool { return l.Comparison == nil })
}

// Guarded reports whether there is a session to end.
func (v view) Guarded() bool { return v.Server.locked() }

// assets are the static files' paths, each with a part that changes with its content, so that browsers can keep them.
var assets = func() map[string]string {
	all := map[string]string{}
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		panic(err) // it is part of the program
	}
	for _, e := range entries {
		text, err := fs.ReadFile(files, "static/"+e.Name())
		if err != nil {
			panic(err) // as above
		}
		sum := sha256.Sum256(text)
		all[e.Name()] = "/static/" + hex.EncodeToString(sum[:6]) + "/" + e.Name()
	}
	return all
}()

// static answers for them, under the path that they have now and no other.
var static = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	if assets[name] != r.URL.Path {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if strings.HasSuffix(name, ".LICENSE") {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	http.ServeFileFS(w, r, files, "static/"+name)
})
