package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// Run implements history.Store.
func (s *Store) Run(ctx context.Context, id string) (*bench.Run, error) {
	var packed []byte
	err := s.pool.QueryRow(ctx, `SELECT record FROM tidemark_runs WHERE id = $1`, id).Scan(&packed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("%q: %w", id, history.ErrNotFound)
	}
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	return history.Unpack(id, packed)
}

// A selection is the conditions of a statement over runs r, with its arguments.
type selection struct {
	sql  string
	args []any
}

// and adds a condition, whose argument is written as ?.
func (s *selection) and(condition string, arg any) {
	s.args = append(s.args, arg)
	s.sql += " AND " + strings.ReplaceAll(condition, "?", "$"+strconv.Itoa(len(s.args)))
}

func selected(q history.Query) (s selection) {
	if q.Suite != "" {
		s.and("r.suite = ?", q.Suite)
	}
	if q.Commit != "" {
		s.and("starts_with(lower(r.sha), ?)", strings.ToLower(q.Commit))
	}
	if q.Branch != "" {
		s.and("r.branch = ?", q.Branch)
	}
	if !q.Since.IsZero() {
		s.and("r.started >= ?", history.Microseconds(q.Since))
	}
	if !q.Until.IsZero() {
		s.and("r.started < ?", history.Microseconds(q.Until))
	}
	if q.Scenario != "" {
		s.and("EXISTS (SELECT FROM tidemark_results WHERE run_id = r.id AND scenario = ?)", q.Scenario)
	}
	return s
}

// limit is a query's, as a number in the statement, by which the server knows that few rows are wanted.
func limit(q history.Query) string {
	if q.Limit <= 0 {
		return ""
	}
	return " LIMIT " + strconv.Itoa(q.Limit)
}

// List implements history.Store.
func (s *Store) List(ctx context.Context, q history.Query) ([]history.Entry, error) {
	which := selected(q)
	rows, _ := s.pool.Query(ctx, `SELECT id, suite, started, sha, branch, subject, dirty, target, partial, status, scenarios
		FROM tidemark_runs r WHERE TRUE`+which.sql+` ORDER BY started DESC, id DESC`+limit(q), which.args...) // CollectRows tells the error
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e history.Entry, err error) {
		err = row.Scan(&e.ID, &e.Suite, &e.Started, &e.Commit.SHA, &e.Commit.Branch, &e.Commit.Subject, &e.Commit.Dirty, &e.Target, &e.Partial, &e.Status, &e.Scenarios)
		e.Started = e.Started.UTC()
		return e, err
	})
	return all, s.failed(ctx, err)
}

// Series implements history.Store.
func (s *Store) Series(ctx context.Context, scenario, metric string, q history.Query) ([]bench.Point, error) {
	if !slices.Contains(bench.Metrics, metric) {
		return nil, fmt.Errorf("history: no metric is named %q", metric)
	}
	which := selected(q)
	fence := "" // what the server may not move a condition across
	if q.Limit > 0 {
		// Walking the index from its end and looking at each run is right for some of the newest, however many there are. Left to itself, a
		// server without fresh statistics reads all of both tables first: a second for a million results, instead of a millisecond.
		fence = " OFFSET 0"
	}
	statement := `SELECT t.run_id, t.started, r.sha, r.subject, t.` + metric + ` FROM tidemark_results t
		CROSS JOIN LATERAL (SELECT sha, subject FROM tidemark_runs r WHERE r.id = t.run_id` + which.sql + fence + `) r
		WHERE t.counts AND t.` + metric + ` >= 0 AND t.scenario = $` + strconv.Itoa(len(which.args)+1) + ` ORDER BY t.started DESC, t.run_id DESC` + limit(q)
	rows, _ := s.pool.Query(ctx, statement, append(which.args, scenario)...) // CollectRows tells the error
	points, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p bench.Point, err error) {
		err = row.Scan(&p.Run, &p.Time, &p.Commit, &p.Subject, &p.Value)
		p.Time = p.Time.UTC()
		return p, err
	})
	slices.Reverse(points)
	return points, s.failed(ctx, err)
}

// endpoints goes from pair to pair of suite and scenario in the index, and to the newest end of each: a run more costs nothing.
const endpoints = `
	WITH RECURSIVE pairs AS (
		(SELECT suite, scenario COLLATE "C" AS scenario FROM tidemark_results ORDER BY suite, scenario COLLATE "C" LIMIT 1)
		UNION ALL
		SELECT next.suite, next.scenario FROM pairs p CROSS JOIN LATERAL (
			SELECT t.suite, t.scenario COLLATE "C" AS scenario FROM tidemark_results t WHERE (t.suite, t.scenario COLLATE "C") > (p.suite, p.scenario)
			ORDER BY t.suite, t.scenario COLLATE "C" LIMIT 1
		) next
	)
	SELECT p.suite, p.scenario, newest.run_id, newest.started FROM pairs p CROSS JOIN LATERAL (
		SELECT t.run_id, t.started FROM tidemark_results t JOIN tidemark_runs r ON r.id = t.run_id
		WHERE t.suite = p.suite AND t.scenario COLLATE "C" = p.scenario%s ORDER BY t.started DESC, t.run_id DESC LIMIT 1
	) newest ORDER BY p.suite, p.scenario`

// Endpoints implements history.Store.
func (s *Store) Endpoints(ctx context.Context, q history.Query) ([]history.Endpoint, error) {
	which := selected(q)
	rows, _ := s.pool.Query(ctx, fmt.Sprintf(endpoints, which.sql), which.args...) // CollectRows tells the error
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e history.Endpoint, err error) {
		err = row.Scan(&e.Suite, &e.Scenario, &e.Run, &e.Started)
		e.Started = e.Started.UTC()
		return e, err
	})
	if q.Scenario != "" {
		all = slices.DeleteFunc(all, func(e history.Endpoint) bool { return e.Scenario != q.Scenario })
	}
	return all, s.failed(ctx, err)
}
