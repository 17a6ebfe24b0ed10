package dashboard

import (
	"net/http"
	"slices"

	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// sparkRuns is how many runs a line beside an endpoint shows, and how far "since" looks back.
const sparkRuns = 30

// An overviewPage is the last state of every endpoint.
type overviewPage struct {
	Filter filter
	Suites []suiteStates
	Counts map[string]int // by the class of a state
	All    int
}

type suiteStates struct {
	Suite  string
	Run    history.Entry // the newest of them
	States []pipeline.State
}

// A filter is what most pages can be limited to, with what there is to choose from.
type filter struct {
	Suite, Branch string
	Branches      []string // of the newest runs
}

// recent is how many of the newest runs tell which branches there are.
const recent = 200

func (s *Server) filter(r *http.Request) (f filter, err error) {
	f.Suite, f.Branch = r.URL.Query().Get("suite"), r.URL.Query().Get("branch")
	entries, err := s.store.List(r.Context(), history.Query{Limit: recent})
	for _, e := range entries {
		if b := e.Commit.Branch; b != "" && !slices.Contains(f.Branches, b) {
			f.Branches = append(f.Branches, b)
		}
	}
	slices.Sort(f.Branches)
	return f, err
}

func (s *Server) overview(r *http.Request) (view, error) {
	f, err := s.filter(r)
	if err != nil {
		return view{}, err
	}
	states, err := pipeline.States(r.Context(), s.store, pipeline.StateOptions{Suite: f.Suite, Branch: f.Branch, Points: sparkRuns})
	if err != nil {
		return view{}, err
	}
	p := overviewPage{Filter: f, Counts: map[string]int{}, All: len(states)}
	for _, state := range states {
		if n := len(p.Suites); n == 0 || p.Suites[n-1].Suite != state.Suite {
			p.Suites = append(p.Suites, suiteStates{Suite: state.Suite})
		}
		last := &p.Suites[len(p.Suites)-1]
		last.States = append(last.States, state)
		if state.Run.Started.After(last.Run.Started) {
			last.Run = state.Run
		}
		p.Counts[stateOf(state.Verdict.Status).Class]++
	}
	return view{Page: "overview", Title: "Overview", Nav: "overview", Fresh: true, Data: p}, nil
}
