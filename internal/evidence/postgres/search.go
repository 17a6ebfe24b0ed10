package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const (
	// A hypothetical index has to halve the cost of a plan that costs 100 at least, as Dexter demands (--min-cost-savings-pct 50, --min-cost 100).
	leastSaving = 0.5
	leastCost   = 100
	nearlyAs    = 1.1 // of two indexes that are nearly as good, the one with fewer columns

	// Without HypoPG an index is only suspected: a table that is not small, of which next to nothing is kept.
	manyRows = 5000
	fewKept  = 0.02

	mostTried = 6 // for each scan
)

// A search looks for an index for a statement.
type search struct {
	query string // as it can be planned
	plan  *step
}

// search is the index that would spare a scan, or the one that is there and that the statement cannot use; nil: none.
func (s *server) search(ctx context.Context, sr *search, r *relation, at *step, above []*step) (*bench.Index, error) {
	conds := conditions(at.Filter, at.Alias, r.free)
	index := unusable(r, conds)
	tries := candidates(r, conds, at, above)
	if sr.plan.Cost < leastCost || len(tries) == 0 && (index == nil || !patterned(conds)) {
		return nil, nil
	}
	if s.hypopg == "" {
		kept := at.Rows / max(r.rows, 1)
		if r.rows < manyRows || kept > fewKept || !filtered(conds) && index == nil {
			return nil, nil
		}
		var keys []string
		if len(tries) > 0 {
			keys = tries[0]
		}
		return report(index, r, at, keys, sr.plan.Cost, 0), nil
	}
	keys, after, err := s.try(ctx, sr, r, tries)
	if err != nil || keys == nil && (index == nil || !patterned(conds)) {
		return nil, err // an index that would not be worth its use is not missing
	}
	return report(index, r, at, keys, sr.plan.Cost, after), nil
}

// report is what was found: an index of some keys, none of which is there, and beside it perhaps one that is.
func report(index *bench.Index, r *relation, at *step, keys []string, before, after float64) *bench.Index {
	if index == nil {
		index = &bench.Index{}
	}
	index.Table, index.Before = at.name(), before
	if keys != nil {
		index.Create, index.Columns, index.After = r.create(keys), keys, after
	}
	return index
}

// try makes one hypothetical index after another, and returns the keys of the one that saves most, with the cost that it leaves. No keys: none saves enough.
func (s *server) try(ctx context.Context, sr *search, r *relation, tries [][]string) (best []string, cost float64, err error) {
	cost = leastSaving * sr.plan.Cost
	for _, keys := range tries {
		after, err := s.hypothetical(ctx, sr.query, r.create(keys))
		if err != nil {
			return nil, 0, err
		}
		if after <= cost && (len(best) == 0 || len(keys) <= len(best) || after*nearlyAs < cost) {
			best, cost = keys, after
		}
	}
	if best == nil {
		cost = 0
	}
	return best, cost, nil
}

// hypothetical is what the statement would cost if an index were there. It is made in this session's memory only, and nobody else sees it.
func (s *server) hypothetical(ctx context.Context, query, create string) (float64, error) {
	defer func() { _, _ = s.conn.Exec(ctx, "SELECT "+s.hypopg+".hypopg_reset()") }() // it ends with the session at the latest
	if _, err := s.conn.Exec(ctx, "SELECT "+s.hypopg+".hypopg_create_index($1)", create); err != nil {
		return 0, err
	}
	plan, err := s.explain(ctx, query)
	if err != nil {
		return 0, err
	}
	return plan.Cost, nil
}

// candidates are the keys of indexes that may help, the likeliest first: the columns that have to be equal, the most selective one first;
// then one of a range, or those that the rows are sorted by. Joins demand equality too.
func candidates(r *relation, conds []condition, at *step, above []*step) [][]string {
	var equal, ranged, wrapped, joined []string
	for _, c := range conds {
		switch {
		case c.wrapped != "" && c.op == "=":
			wrapped = append(wrapped, c.wrapped)
		case c.wrapped != "":
		case c.op == "=" || c.op == "IS NULL":
			equal = append(equal, c.column)
		case strings.HasPrefix(c.op, "<") && c.op != "<>" || strings.HasPrefix(c.op, ">"):
			ranged = append(ranged, c.column)
		}
	}
	for _, join := range above {
		for _, c := range conditions(join.HashCond+join.MergeCond+join.JoinFilter, at.Alias, r.free) {
			if c.op == "=" && c.wrapped == "" {
				joined = append(joined, c.column)
			}
		}
	}
	slices.SortStableFunc(equal, func(a, b string) int { return cmp.Compare(r.distinct[b], r.distinct[a]) })
	equal, sorted := distinct(equal), order(at.Alias, above)
	var tries [][]string
	try := func(keys ...string) {
		if keys = distinct(keys); len(keys) > 0 && !r.has(keys) && len(tries) < mostTried &&
			!slices.ContainsFunc(tries, func(t []string) bool { return slices.Equal(t, keys) }) {
			tries = append(tries, keys)
		}
	}
	try(equal...)
	try(wrapped...)
	if len(equal) > 0 {
		try(equal[0])
	}
	if len(ranged) > 0 {
		try(append(slices.Clone(equal), ranged[0])...)
	}
	if len(sorted) > 0 {
		try(append(slices.Clone(equal), sorted...)...)
	}
	for _, column := range distinct(joined) {
		try(append([]string{column}, equal...)...)
	}
	return tries
}

// order is the columns that the rows of a scan are sorted by on their way up; nil: those of other tables are among them.
func order(alias string, above []*step) []string {
	for i := len(above) - 1; i >= 0; i-- {
		if above[i].SortKey == nil {
			continue
		}
		var keys []string
		for _, key := range above[i].SortKey {
			column, descending := strings.CutSuffix(key, " DESC")
			m := bare.FindStringSubmatch(column)
			if m == nil || m[1] != alias {
				return nil
			}
			if descending {
				m[2] += " DESC"
			}
			keys = append(keys, m[2])
		}
		return keys
	}
	return nil
}

// unusable is an index on a column of the conditions that the statement cannot use as it is written; nil: there is none.
func unusable(r *relation, conds []condition) *bench.Index {
	for _, c := range conds {
		e := r.led(c.column)
		switch {
		case e == nil:
		case !e.valid:
			return &bench.Index{Exists: e.name, Columns: []string{c.column}, Why: "it is invalid: a CREATE INDEX CONCURRENTLY did not end; drop it and make it again"}
		case c.wrapped != "":
			return &bench.Index{Exists: e.name, Columns: []string{c.column}, Why: fmt.Sprintf("the condition is on %s, and the index on %s", c.wrapped, c.column)}
		case c.op == "~~" || c.op == "~~*":
			return &bench.Index{Exists: e.name, Columns: []string{c.column}, Why: fmt.Sprintf("a pattern that may begin with a wildcard (%s) cannot use it", c.text)}
		}
	}
	return nil
}

// filtered reports whether a condition is one that an index serves.
func filtered(conds []condition) bool {
	return slices.ContainsFunc(conds, func(c condition) bool { return c.op == "=" })
}

// patterned reports whether a condition is a pattern.
func patterned(conds []condition) bool {
	return slices.ContainsFunc(conds, func(c condition) bool { return c.op == "~~" || c.op == "~~*" })
}

// distinct is the texts without repetition, in their order.
func distinct(all []string) []string {
	var once []string
	for _, s := range all {
		if !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return once
}
