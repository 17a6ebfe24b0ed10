package dashboard

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// offered is how many runs are offered to be compared; others can be written.
const offered = 50

// mostBase is how many runs may make base.
const mostBase = 30

// A comparePage is two runs side by side.
type comparePage struct {
	Base, Head       string // as they were written
	Last             int
	Offered          []history.Entry
	BaseRun, HeadRun *bench.Run
	Versus           *bench.Versus
	Fault            string // why there is none
}

func (s *Server) compare(r *http.Request) (view, error) {
	q := r.URL.Query()
	p := comparePage{Base: q.Get("base"), Head: q.Get("head"), Last: 1}
	if text := q.Get("last"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostBase {
			return view{}, badQuery{fmt.Errorf("last=%s: write how many runs make base, from 1 to %d.", text, mostBase)} //nolint:revive,staticcheck // people read it
		}
		p.Last = n
	}
	var err error
	if p.Offered, err = s.store.List(r.Context(), history.Query{Limit: offered}); err != nil {
		return view{}, err
	}
	v := view{Page: "compare", Title: "Compare", Nav: "compare"}
	err = s.side(r, &p)
	switch {
	case errors.Is(err, history.ErrNotFound):
		p.Fault = err.Error()
	case err != nil:
		return view{}, err
	case p.BaseRun != nil && p.HeadRun != nil:
		o := pipeline.CompareOptions{Tolerance: bench.DefaultPolicy().Tolerance, Last: p.Last}
		if p.Versus, err = pipeline.CompareRuns(r.Context(), s.store, p.BaseRun, p.HeadRun, o); err != nil && r.Context().Err() != nil {
			return view{}, err
		} else if err != nil {
			p.Fault = err.Error()
		}
	}
	v.Data = p
	return v, nil
}

// side finds both runs. Without a base it is the run before head, without a head the newest.
func (s *Server) side(r *http.Request, p *comparePage) (err error) {
	head := p.Head
	if head == "" {
		if len(p.Offered) == 0 {
			return nil
		}
		head = p.Offered[0].ID
	}
	if p.HeadRun, err = history.Find(r.Context(), s.store, head); err != nil {
		return fmt.Errorf("head: %w", err)
	}
	base := p.Base
	if base == "" {
		before, err := pipeline.Neighbour(r.Context(), s.store, p.HeadRun)
		if errors.Is(err, history.ErrNotFound) {
			return nil // it is the first of its branch
		}
		if err != nil {
			return err
		}
		base = before.ID
	}
	if p.BaseRun, err = history.Find(r.Context(), s.store, base); err != nil {
		return fmt.Errorf("base: %w", err)
	}
	p.Base, p.Head = p.BaseRun.ID, p.HeadRun.ID
	return nil
}
