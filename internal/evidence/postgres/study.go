package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	mostPlans     = 12
	leastTime     = 0.01 // of the database's time; what takes less is not worth a plan
	largestSelect = 20_000
)

// study explains the statements that matter, and looks for indexes that would help them.
func (s *server) study(ctx context.Context, db *bench.Database, sent []string) {
	var all float64
	for _, st := range db.Statements {
		all += st.Calls * st.Each
	}
	relations := map[string]*relation{}
	for i := range db.Statements[:min(len(db.Statements), mostPlans)] {
		st := &db.Statements[i]
		query := plannable(sent[i])
		if query == "" || len(query) > largestSelect || st.Calls*st.Each < leastTime*all {
			continue
		}
		plan, err := s.explain(ctx, query)
		if err != nil {
			db.Gaps = append(db.Gaps, s.unplanned(st.Query, err))
			if s.conn.IsClosed() {
				return
			}
			continue
		}
		st.Plan, st.Cost = plan.String(), plan.Cost
		s.scans(ctx, db, st, &search{query: query, plan: plan}, relations)
	}
	slices.Sort(db.Gaps)
	db.Gaps = slices.Compact(db.Gaps)
}

// unplanned says why a statement has no plan.
func (s *server) unplanned(query string, err error) string {
	what := fmt.Sprintf("plans: %s: %s", evidence.Short(query, 60), cause(err))
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "42501" {
		return fmt.Sprintf("%s: GRANT pg_read_all_data TO %s", what, s.user)
	}
	return what
}

// scans tells the tables that a plan reads from end to end, and what would spare it.
func (s *server) scans(ctx context.Context, db *bench.Database, st *bench.Statement, sr *search, relations map[string]*relation) {
	sr.plan.each(nil, func(at *step, above []*step) {
		if at.Type != "Seq Scan" || s.conn.IsClosed() {
			return
		}
		r := relations[at.name()]
		if r == nil {
			var err error
			if r, err = s.relation(ctx, at.Schema, at.Relation); err != nil {
				db.Gaps = append(db.Gaps, fmt.Sprintf("indexes: %s cannot be looked up: %s", at.name(), cause(err)))
				return
			}
			relations[at.name()] = r
		}
		st.Scans = append(st.Scans, bench.Scan{Table: at.name(), Filter: evidence.Short(evidence.Plain(at.Filter), longestCond), Rows: r.rows, Kept: at.Rows})
		index, err := s.search(ctx, sr, r, at, above)
		if err != nil {
			db.Gaps = append(db.Gaps, fmt.Sprintf("indexes: none could be tried for %s: %s", at.name(), cause(err)))
		}
		if index != nil {
			index.Query = st.Query
			db.Indexes = append(db.Indexes, *index)
		}
	})
}
