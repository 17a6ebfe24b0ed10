package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// insert adds a run with its results, in one round trip; a run that is there already has nothing added to it.
const insert = `
	WITH added AS (
		INSERT INTO tidemark_runs (id, suite, started, sha, branch, subject, dirty, target, partial, status, scenarios, record)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING id, suite, started
	)
	INSERT INTO tidemark_results (suite, scenario, started, run_id, counts, p50, p90, p95, p99, p999, mean, max, throughput, errors)
	SELECT added.suite, r.scenario, added.started, added.id, r.counts, r.p50, r.p90, r.p95, r.p99, r.p999, r.mean, r.max, r.throughput, r.errors
	FROM added, unnest($13::text[], $14::boolean[], $15::float8[], $16::float8[], $17::float8[], $18::float8[], $19::float8[], $20::float8[], $21::float8[],
		$22::float8[], $23::float8[]) AS r (scenario, counts, p50, p90, p95, p99, p999, mean, max, throughput, errors)`

// Add implements history.Store.
func (s *Store) Add(ctx context.Context, runs ...*bench.Run) error {
	var all pgx.Batch
	// In the order of ids: of two who add the same runs, one waits for the other, and never both.
	runs = slices.Clone(runs)
	slices.SortStableFunc(runs, func(a, b *bench.Run) int { return strings.Compare(a.ID, b.ID) })
	for _, run := range runs {
		record, err := history.Pack(run)
		if err != nil {
			return err
		}
		all.Queue(insert, row(history.IndexOf(run), record)...)
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return tx.SendBatch(ctx, &all).Close() })
	return s.failed(ctx, err)
}

// row is what insert takes.
func row(ix history.Index, record []byte) []any {
	e := ix.Entry
	scenarios, counts, values := make([]string, len(ix.Results)), make([]bool, len(ix.Results)), make([][]float64, len(bench.Metrics))
	for i, r := range ix.Results {
		scenarios[i], counts[i] = r.Scenario, r.Counts
		for m, v := range r.Values {
			values[m] = append(values[m], v)
		}
	}
	columns := make([]any, len(values))
	for m, v := range values {
		columns[m] = v
	}
	return append([]any{e.ID, e.Suite, e.Started, e.Commit.SHA, e.Commit.Branch, e.Commit.Subject, e.Commit.Dirty, e.Target, e.Partial, e.Status, e.Scenarios, record,
		scenarios, counts}, columns...)
}

// Delete implements history.Store.
func (s *Store) Delete(ctx context.Context, ids ...string) error {
	_, err := s.pool.Exec(ctx, `DELETE FROM tidemark_runs WHERE id IN (SELECT id FROM tidemark_runs WHERE id = ANY ($1) ORDER BY id FOR UPDATE)`, ids)
	return s.failed(ctx, err)
}
