package dashboard

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// How many runs are looked at for findings.
const (
	findingRuns = 20
	mostRuns    = 30
)

// A findingsPage is what was found in the newest runs: each kind of cause of each endpoint once.
type findingsPage struct {
	Filter filter
	Kind   string
	Last   int
	Looked int // runs
	Kinds  []bench.Kind
	Causes []seenCause
}

// A seenCause is a cause as its newest run tells it, and how often it was seen.
type seenCause struct {
	pipeline.Cause
	Times int
	First history.Entry // the oldest of the runs that were looked at in which it was
}

func (s *Server) findings(r *http.Request) (view, error) {
	q := r.URL.Query()
	p := findingsPage{Kind: q.Get("kind"), Last: findingRuns}
	if text := q.Get("last"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostRuns {
			return view{}, badQuery{fmt.Errorf("last=%s: write how many runs are looked at, from 1 to %d.", text, mostRuns)} //nolint:revive,staticcheck // people read it
		}
		p.Last = n
	}
	var err error
	if p.Filter, err = s.filter(r); err != nil {
		return view{}, err
	}
	causes, looked, err := pipeline.Causes(r.Context(), s.store, history.Query{Suite: p.Filter.Suite, Branch: p.Filter.Branch, Limit: p.Last})
	if err != nil {
		return view{}, err
	}
	p.Looked = looked
	type which struct {
		suite, scenario string
		kind            bench.Kind
	}
	at, kinds := map[which]int{}, map[bench.Kind]bool{}
	for _, c := range causes {
		if !kinds[c.Kind] {
			kinds[c.Kind] = true
			p.Kinds = append(p.Kinds, c.Kind)
		}
		if p.Kind != "" && string(c.Kind) != p.Kind {
			continue
		}
		w := which{c.Run.Suite, c.Scenario, c.Kind}
		i, known := at[w]
		if !known {
			i = len(p.Causes)
			at[w] = i
			p.Causes = append(p.Causes, seenCause{Cause: c})
		}
		if seen := &p.Causes[i]; seen.First.ID != c.Run.ID { // a run may have two of a kind
			seen.Times, seen.First = seen.Times+1, c.Run
		}
	}
	return view{Page: "findings", Title: "Findings", Nav: "findings", Fresh: true, Data: p}, nil
}
