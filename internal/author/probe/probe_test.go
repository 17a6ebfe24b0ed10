package probe_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/tidemark/tidemark/internal/author"
	"github.com/tidemark/tidemark/internal/author/authortest"
	"github.com/tidemark/tidemark/internal/author/brief"
	"github.com/tidemark/tidemark/internal/author/probe"
	"github.com/tidemark/tidemark/internal/suite"
)

// An api has 300 books in pages of 10, by `offset` and `limit` (at most 40), and 37 readers, who are only shown to a token.
func api(t *testing.T) (url string, requests func() []string) {
	t.Helper()
	var mu sync.Mutex
	var all []string
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/books", func(w http.ResponseWriter, r *http.Request) {
		limit, offset := 10, 0
		if n, err := strconv.Atoi(r.FormValue("limit")); err == nil {
			limit = min(n, 40)
		}
		if n, err := strconv.Atoi(r.FormValue("offset")); err == nil {
			offset = n
		}
		var books []string
		for i := offset; i < min(300, offset+limit); i++ {
			books = append(books, fmt.Sprintf(`{"isbn": "b-%d", "title": "t"}`, i))
		}
		w.Header().Set("X-Total-Count", "300")
		fmt.Fprintf(w, `{"result": {"books": [%s]}}`, strings.Join(books, ","))
	})
	mux.HandleFunc("GET /api/readers/{id}/loans", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.PathValue("id"))
		switch {
		case r.Header.Get("Authorization") != "Bearer t0k3n":
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
		case err != nil || n < 1 || n > 37:
			w.WriteHeader(http.StatusNotFound)
		default:
			fmt.Fprint(w, `[]`)
		}
	})
	mux.HandleFunc("GET /api/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	})
	mux.HandleFunc("GET /api/hugs", func(w http.ResponseWriter, _ *http.Request) {
		for range 4096 { // more than is read
			if _, err := w.Write([]byte(strings.Repeat("[", 4096))); err != nil {
				return
			}
		}
	})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		all = append(all, r.Method+" "+r.URL.String())
		mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return all
	}
}

const library = `GET /api/books (paginated)
GET /api/books/:isbn
POST /api/loans with book_id
GET /api/readers/:id/loans
GET /api/moved
GET /api/hugs
DELETE /api/loans/:id
`

func look(t *testing.T, url string, env map[string]string) (*author.Known, map[string]string) {
	t.Helper()
	known, err := brief.Read([]byte(library))
	if err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	if err := probe.Look(t.Context(), url, known, getenv); err != nil {
		t.Fatal(err)
	}
	dir, files, _ := authortest.Write(t, 8, known)
	if _, err := suite.Read(dir); err != nil {
		t.Fatal(err)
	}
	return known, files
}

func TestALookTeaches(t *testing.T) {
	url, requests := api(t)
	known, files := look(t, url, map[string]string{"API_TOKEN": "t0k3n"})
	has(t, files["scenarios/books-list.yml"], "get: /api/books?offset=${20 * int(0, 14)}&limit=20  # 300 books: 15 pages of 20")
	has(t, files["scenarios/book-detail.yml"], "- get: /api/books?limit=40", `save: {book_ids: "$.result.books[*].isbn"}`)
	has(t, files["scenarios/reader-loans.yml"], "/api/readers/${int(1, 37)}/loans", "bearer: ${env.API_TOKEN}")
	has(t, files["scenarios/create-loan.yml"], "auth:  # not asked, since it writes", "book_id: ${pick(book_ids)}")
	has(t, strings.Join(known.Notes, "\n"), "GET /books: a list at $.result.books[*], 300 in all, pages by offset and limit (at most 40)", "ids from 1 to 37", "GET /moved answers 302", "all GET")
	all := requests()
	if len(all) > 61 {
		t.Errorf("%d requests", len(all))
	}
	for _, r := range all {
		if !strings.HasPrefix(r, "GET ") || strings.Contains(r, "elsewhere") {
			t.Error("sent", r)
		}
	}
	for name, content := range files {
		if strings.Contains(content, "t0k3n") {
			t.Errorf("%s has the token", name)
		}
	}
}

func TestWithoutAToken(t *testing.T) {
	url, _ := api(t)
	known, files := look(t, url, nil)
	has(t, strings.Join(known.Notes, "\n"), "answers 401: it gets auth by bearer, with API_TOKEN", "401, so ids stay a guess; set API_TOKEN to let --target look")
	has(t, files["scenarios/reader-loans.yml"], "bearer: ${env.API_TOKEN}", "readers 1 to 100: a guess")
}

func TestNobodyAnswers(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	known, err := brief.Read([]byte(library))
	if err != nil {
		t.Fatal(err)
	}
	err = probe.Look(context.Background(), srv.URL, known, func(string) (string, bool) { return "", false })
	if !errors.Is(err, probe.ErrUnreachable) {
		t.Errorf("got %v", err)
	}
}

func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}
