package gitbranch

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// Run implements history.Store.
func (s *Store) Run(ctx context.Context, id string) (*bench.Run, error) {
	tree, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	for f, err := range s.files(ctx, tree, history.Query{}) {
		if err != nil {
			return nil, s.failed(ctx, err)
		}
		if f.id != id {
			continue
		}
		if f.record == "" {
			return nil, fmt.Errorf("history: the branch %s lacks the record %s%s", s.branch, f.path, recordEnd)
		}
		bodies, err := s.objects.read(ctx, f.record)
		if err != nil {
			return nil, s.failed(ctx, err)
		}
		return history.Read(id, bodies[0])
	}
	return nil, fmt.Errorf("%q: %w", id, history.ErrNotFound)
}

// fewAtFirst is how many indexes are read before it is known whether they are enough.
const fewAtFirst = 8

// indexes are those that a query asks for, but for its limit, the newest first.
func (s *Store) indexes(ctx context.Context, q history.Query) iter.Seq2[history.Index, error] {
	return func(yield func(history.Index, error) bool) {
		var some []string
		most := fewAtFirst
		flush := func() bool {
			all, err := s.indexed(ctx, some)
			if err != nil {
				yield(history.Index{}, s.failed(ctx, err))
				return false
			}
			for _, ix := range all {
				if asked(q, ix) && !yield(ix, nil) {
					return false
				}
			}
			some, most = some[:0], min(2*most, atOnce)
			return true
		}
		tree, err := s.view(ctx)
		if err != nil {
			yield(history.Index{}, err)
			return
		}
		for f, err := range s.files(ctx, tree, q) {
			if err != nil {
				yield(history.Index{}, s.failed(ctx, err))
				return
			}
			if some = append(some, f.index); len(some) >= most && !flush() {
				return
			}
		}
		flush()
	}
}

// indexed reads indexes by the ids of their blobs, each once: trends ask for one endpoint after another of the same runs.
func (s *Store) indexed(ctx context.Context, ids []string) ([]history.Index, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	var missing []string
	for _, id := range ids {
		if _, known := s.known[id]; !known {
			missing = append(missing, id)
		}
	}
	bodies, err := s.objects.read(ctx, missing...)
	if err != nil {
		return nil, err
	}
	for i, body := range bodies {
		ix, err := parseIndex(body)
		if err != nil {
			return nil, fmt.Errorf("the index %s cannot be read: %w", missing[i], err)
		}
		s.known[missing[i]] = ix
	}
	all := make([]history.Index, len(ids))
	for i, id := range ids {
		all[i] = s.known[id]
	}
	return all, nil
}

func parseIndex(body []byte) (ix history.Index, err error) {
	if err := json.Unmarshal(body, &ix); err != nil {
		return ix, err
	}
	for _, r := range ix.Results {
		if len(r.Values) != len(bench.Metrics) {
			return ix, fmt.Errorf("it has %d values of %q, want %d", len(r.Values), r.Scenario, len(bench.Metrics))
		}
	}
	return ix, nil
}

// asked reports whether a query asks for a run, whose time is right.
func asked(q history.Query, ix history.Index) bool {
	c := ix.Entry.Commit
	return (q.Suite == "" || ix.Entry.Suite == q.Suite) &&
		(q.Commit == "" || strings.HasPrefix(strings.ToLower(c.SHA), strings.ToLower(q.Commit))) &&
		(q.Branch == "" || c.Branch == q.Branch) &&
		(q.Scenario == "" || slices.ContainsFunc(ix.Results, func(r history.IndexResult) bool { return r.Scenario == q.Scenario }))
}

// List implements history.Store.
func (s *Store) List(ctx context.Context, q history.Query) (all []history.Entry, err error) {
	for ix, err := range s.indexes(ctx, q) {
		if err != nil {
			return nil, err
		}
		if all = append(all, ix.Entry); len(all) == q.Limit {
			break
		}
	}
	return all, nil
}

// Series implements history.Store.
func (s *Store) Series(ctx context.Context, scenario, metric string, q history.Query) (points []bench.Point, err error) {
	m := slices.Index(bench.Metrics, metric)
	if m < 0 {
		return nil, fmt.Errorf("history: no metric is named %q", metric)
	}
	for ix, err := range s.indexes(ctx, q) {
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(ix.Results, func(r history.IndexResult) bool { return r.Scenario == scenario && r.Counts })
		if at < 0 || ix.Results[at].Values[m] < 0 { // history.Untold
			continue
		}
		e := ix.Entry
		points = append(points, bench.Point{Run: e.ID, Time: e.Started, Commit: e.Commit.SHA, Subject: e.Commit.Subject, Value: ix.Results[at].Values[m]})
		if len(points) == q.Limit {
			break
		}
	}
	slices.Reverse(points)
	return points, nil
}

// Endpoints implements history.Store. It reads every index once: nothing in the branch goes by endpoint.
func (s *Store) Endpoints(ctx context.Context, q history.Query) (all []history.Endpoint, err error) {
	seen := map[history.Endpoint]bool{}
	for ix, err := range s.indexes(ctx, q) {
		if err != nil {
			return nil, err
		}
		for _, r := range ix.Results {
			which := history.Endpoint{Suite: ix.Entry.Suite, Scenario: r.Scenario}
			if seen[which] || q.Scenario != "" && r.Scenario != q.Scenario {
				continue
			}
			seen[which] = true
			all = append(all, history.Endpoint{Suite: which.Suite, Scenario: which.Scenario, Run: ix.Entry.ID, Started: ix.Entry.Started})
		}
	}
	slices.SortFunc(all, func(a, b history.Endpoint) int {
		return cmp.Or(strings.Compare(a.Suite, b.Suite), strings.Compare(a.Scenario, b.Scenario))
	})
	return all, nil
}

// failed says where an error came from.
func (s *Store) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("history in the branch %s: %w", s.branch, err)
}
