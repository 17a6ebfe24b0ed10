package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/tidemark/tidemark/bench"
)

// coder compresses records; it may be used by several goroutines.
var coder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // its options are constants
	}
	return e
})

// Add implements history.Store.
func (s *Store) Add(ctx context.Context, run *bench.Run) error {
	record, err := json.Marshal(run)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing, and after an error that one is returned
	commit := bench.Commit{}
	if run.Commit != nil {
		commit = *run.Commit
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO runs (id, suite, started, sha, branch, subject, dirty, target, partial, status, scenarios, record)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		run.ID, run.Suite, run.Started.UnixMicro(), commit.SHA, commit.Branch, commit.Subject, commit.Dirty, run.Target.URL, run.Partial,
		run.Verdict.Status, len(run.Scenarios), coder().EncodeAll(record, nil))
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 { // it is there already
		return err
	}
	for i := range run.Scenarios {
		r := &run.Scenarios[i]
		row := []any{r.ID, run.Started.UnixMicro(), run.ID, r.Verdict.Status != bench.Void && !run.Partial}
		for _, name := range bench.Metrics {
			v, _, _ := r.Metric(name)
			row = append(row, v)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO results (scenario, started, run_id, counts, p50, p90, p95, p99, p999, mean, max, throughput, errors)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, row...); err != nil {
			return fmt.Errorf("history: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return nil
}

// Delete implements history.Store.
func (s *Store) Delete(ctx context.Context, ids ...string) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // as in Add
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, `DELETE FROM runs WHERE id = ?`, id); err != nil {
			return fmt.Errorf("history: %w", err)
		}
	}
	return tx.Commit()
}
