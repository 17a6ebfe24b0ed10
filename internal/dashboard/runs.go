package dashboard

import (
	"errors"
	"net/http"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// listed is how many runs a page of them has.
const listed = 50

// A runsPage is runs, the newest first.
type runsPage struct {
	Filter filter
	Runs   []history.Entry
	Older  string // the query of the next page; empty: there is none
}

func (s *Server) runs(r *http.Request) (view, error) {
	f, err := s.filter(r)
	if err != nil {
		return view{}, err
	}
	q := history.Query{Suite: f.Suite, Branch: f.Branch, Limit: listed + 1}
	if text := r.URL.Query().Get("until"); text != "" {
		if q.Until, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return view{}, badQuery{errors.New("until is no time: write it as 2026-11-24T09:30:00Z.")} //nolint:revive,staticcheck // people read it
		}
	}
	p := runsPage{Filter: f}
	if p.Runs, err = s.store.List(r.Context(), q); err != nil {
		return view{}, err
	}
	if len(p.Runs) > listed {
		p.Runs = p.Runs[:listed]
		// Of runs with one start the rest would be left out; two of one microsecond are rare, and both are found by their ids.
		p.Older = link("/runs", "suite", f.Suite, "branch", f.Branch, "until", p.Runs[listed-1].Started.Format(time.RFC3339Nano))
	}
	return view{Page: "runs", Title: "Runs", Nav: "runs", Fresh: q.Until.IsZero(), Data: p}, nil
}

// A runPage is one run.
type runPage struct {
	*bench.Run
	Before *history.Entry // of its suite and branch; nil: none
	Record string         // its path, for programs
}

func (s *Server) run(r *http.Request) (view, error) {
	run, err := history.Find(r.Context(), s.store, r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	p := runPage{Run: run, Record: apiRoot + "/runs/" + run.ID}
	before, err := pipeline.Neighbour(r.Context(), s.store, run)
	switch {
	case err == nil:
		p.Before = &before
	case !errors.Is(err, history.ErrNotFound):
		return view{}, err
	}
	return view{Page: "run", Title: "Run of " + run.Started.UTC().Format("2 Jan 2006, 15:04"), Nav: "runs", Data: p}, nil
}
