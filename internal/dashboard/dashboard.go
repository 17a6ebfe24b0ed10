// Package dashboard shows a history to people in a browser, and to programs over HTTP.
//
// Its stance: a page is a view of records, rendered here; everything that is chosen is in its URL, so that it can be pasted into a chat and shows the same to whoever
// opens it. Without scripts all is there that has to be read; what runs in the browser makes charts handy and brings news.
package dashboard

import (
	"context"
	"net/http"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// A Config says what is served, and to whom.
type Config struct {
	Store     history.Store
	Version   string   // of tidemark
	Token     string   // that programs send and people log in with; empty: nobody may write, and without the other everybody who reaches the server may read
	ReadToken string   // the same, and it only reads; another than Token
	Hosts     []string // names beside those of loopback that a browser may call the server by
	AnyHost   bool     // it may be called by any name: a token protects it
}

// A Server answers for one history.
type Server struct {
	Config
	store    noticing
	board    *board
	newest   newest
	sessions []session
	handler  http.Handler
}

// patience is how long a page may wait for the store.
const patience = 20 * time.Second

// New makes a server.
func New(c Config) *Server {
	s := &Server{Config: c, board: newBoard(), sessions: sessionsOf(c.Token, c.ReadToken)}
	s.store = noticing{c.Store, s.board}
	pages := http.NewServeMux()
	page := func(pattern string, show func(*http.Request) (view, error)) {
		pages.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) { s.show(w, r, show) })
	}
	page("/{$}", s.overview)
	page("/trend", s.trend)
	page("/runs", s.runs)
	page("/runs/{id}", s.run)
	page("/compare", s.compare)
	page("/findings", s.findings)
	page("/", func(*http.Request) (view, error) { return view{}, errNoPage })
	pages.HandleFunc("GET /events", s.events)

	all := http.NewServeMux()
	all.Handle("/", s.forPeople(pages))
	all.Handle(apiRoot, s.forPrograms(writing, pipeline.StoreHandler(s.store, c.Version)))
	all.Handle(apiRoot+"/", s.forPrograms(writing, pipeline.StoreHandler(s.store, c.Version)))
	all.Handle("POST "+apiRoot+"/live", s.forPrograms(reading, http.HandlerFunc(s.hear)))
	all.HandleFunc("GET /login", s.loginPage)
	all.HandleFunc("POST /login", s.login)
	all.HandleFunc("POST /logout", s.logout)
	all.Handle("GET /static/", static)
	s.handler = s.guarded(all)
	return s
}

const apiRoot = pipeline.StoreRoot

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Tell shows how far a run in this process is.
func (s *Server) Tell(l bench.Live) { s.board.put(l, true) }

// Add keeps a run that was made in this process, and tells those who watch.
func (s *Server) Add(ctx context.Context, run *bench.Run) error { return s.store.Add(ctx, run) }

// noticing is a store that tells the board of what changes it.
type noticing struct {
	history.Store
	board *board
}

// Add implements history.Store.
func (n noticing) Add(ctx context.Context, runs ...*bench.Run) error {
	err := n.Store.Add(ctx, runs...)
	n.board.changed()
	return err
}

// Delete implements history.Store.
func (n noticing) Delete(ctx context.Context, ids ...string) error {
	err := n.Store.Delete(ctx, ids...)
	n.board.changed()
	return err
}
