package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// Run implements history.Store.
func (s *Store) Run(ctx context.Context, id string) (*bench.Run, error) {
	var packed []byte
	err := s.db.QueryRowContext(ctx, `SELECT record FROM records WHERE run_id = ?`, id).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%q: %w", id, history.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("history: %w", ended(ctx, err))
	}
	return history.Unpack(id, packed)
}

// conditions are a query's, as SQL over runs r.
func conditions(q history.Query) (where string, args []any) {
	and := func(condition string, arg ...any) {
		where += " AND " + condition
		args = append(args, arg...)
	}
	if q.Suite != "" {
		and("r.suite = ?", q.Suite)
	}
	if q.Commit != "" {
		commit := strings.ToLower(q.Commit)
		and("substr(lower(r.sha), 1, length(?)) = ?", commit, commit)
	}
	if q.Branch != "" {
		and("r.branch = ?", q.Branch)
	}
	if !q.Since.IsZero() {
		and("r.started >= ?", q.Since.UnixMicro())
	}
	if !q.Until.IsZero() {
		and("r.started < ?", q.Until.UnixMicro())
	}
	if q.Scenario != "" {
		and("EXISTS (SELECT 1 FROM results WHERE run_id = r.id AND scenario = ?)", q.Scenario)
	}
	return where, args
}

// limit is a query's, as SQL.
func limit(q history.Query) int {
	if q.Limit <= 0 {
		return -1
	}
	return q.Limit
}

// List implements history.Store.
func (s *Store) List(ctx context.Context, q history.Query) (all []history.Entry, err error) {
	where, args := conditions(q)
	rows, err := s.db.QueryContext(ctx, `SELECT id, suite, started, sha, branch, subject, dirty, target, partial, status, scenarios
		FROM runs r WHERE TRUE`+where+` ORDER BY started DESC, id DESC LIMIT ?`, append(args, limit(q))...)
	if err != nil {
		return nil, fmt.Errorf("history: %w", ended(ctx, err))
	}
	defer func() { _ = rows.Close() }() // rows.Err says it
	for rows.Next() {
		var e history.Entry
		var started int64
		if err := rows.Scan(&e.ID, &e.Suite, &started, &e.Commit.SHA, &e.Commit.Branch, &e.Commit.Subject, &e.Commit.Dirty, &e.Target, &e.Partial, &e.Status, &e.Scenarios); err != nil {
			return nil, fmt.Errorf("history: %w", err)
		}
		e.Started = time.UnixMicro(started).UTC()
		all = append(all, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("history: %w", ended(ctx, err))
	}
	return all, nil
}

// Series implements history.Store.
func (s *Store) Series(ctx context.Context, scenario, metric string, q history.Query) (points []bench.Point, err error) {
	if !slices.Contains(bench.Metrics, metric) {
		return nil, fmt.Errorf("history: no metric is named %q", metric)
	}
	where, args := conditions(q)
	rows, err := s.db.QueryContext(ctx, `SELECT r.id, r.started, r.sha, r.subject, t.`+metric+` FROM results t JOIN runs r ON r.id = t.run_id
		WHERE t.counts AND t.`+metric+` >= 0`+where+` AND t.scenario = ? ORDER BY t.started DESC, t.run_id DESC LIMIT ?`, append(args, scenario, limit(q))...)
	if err != nil {
		return nil, fmt.Errorf("history: %w", ended(ctx, err))
	}
	defer func() { _ = rows.Close() }() // rows.Err says it
	for rows.Next() {
		var p bench.Point
		var started int64
		if err := rows.Scan(&p.Run, &started, &p.Commit, &p.Subject, &p.Value); err != nil {
			return nil, fmt.Errorf("history: %w", err)
		}
		p.Time = time.UnixMicro(started).UTC()
		points = append(points, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("history: %w", ended(ctx, err))
	}
	slices.Reverse(points)
	return points, nil
}

// endpoints goes from suite to suite and from scenario to scenario in the index, and to the newest end of each: a run more costs nothing. SQLite
// would not find the next pair of both in one step.
const endpoints = `
	WITH RECURSIVE suites (suite) AS (
		SELECT min(suite) FROM results
		UNION ALL
		SELECT (SELECT min(suite) FROM results WHERE suite > s.suite) FROM suites s WHERE s.suite IS NOT NULL
	), pairs (suite, scenario) AS (
		SELECT s.suite, (SELECT min(scenario) FROM results WHERE suite = s.suite) FROM suites s WHERE s.suite IS NOT NULL
		UNION ALL
		SELECT p.suite, (SELECT min(scenario) FROM results WHERE suite = p.suite AND scenario > p.scenario) FROM pairs p WHERE p.scenario IS NOT NULL
	), newest AS (
		SELECT p.suite, p.scenario, (
			SELECT t.run_id FROM results t JOIN runs r ON r.id = t.run_id WHERE t.suite = p.suite AND t.scenario = p.scenario%s
			ORDER BY t.started DESC, t.run_id DESC LIMIT 1
		) AS run FROM pairs p WHERE p.scenario IS NOT NULL
	)
	SELECT n.suite, n.scenario, r.id, r.started FROM newest n JOIN runs r ON r.id = n.run ORDER BY n.suite, n.scenario`

// Endpoints implements history.Store.
func (s *Store) Endpoints(ctx context.Context, q history.Query) (all []history.Endpoint, err error) {
	where, args := conditions(q)
	rows, err := s.db.QueryContext(ctx, fmt.Sprintf(endpoints, where), args...)
	if err != nil {
		return nil, fmt.Errorf("history: %w", ended(ctx, err))
	}
	defer func() { _ = rows.Close() }() // rows.Err says it
	for rows.Next() {
		var e history.Endpoint
		var started int64
		if err := rows.Scan(&e.Suite, &e.Scenario, &e.Run, &started); err != nil {
			return nil, fmt.Errorf("history: %w", err)
		}
		e.Started = time.UnixMicro(started).UTC()
		if q.Scenario == "" || e.Scenario == q.Scenario {
			all = append(all, e)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("history: %w", ended(ctx, err))
	}
	return all, nil
}
