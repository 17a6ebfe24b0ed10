package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// Add implements history.Store.
func (s *Store) Add(ctx context.Context, runs ...*bench.Run) error {
	packed := make([][]byte, len(runs))
	for i, run := range runs { // before the transaction, which others wait for
		var err error
		if packed[i], err = history.Pack(run); err != nil {
			return err
		}
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		for i, run := range runs {
			if err := add(ctx, tx, history.IndexOf(run), packed[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func add(ctx context.Context, tx *sql.Tx, ix history.Index, record []byte) error {
	e := ix.Entry
	done, err := tx.ExecContext(ctx, `INSERT INTO runs (id, suite, started, sha, branch, subject, dirty, target, partial, status, scenarios)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		e.ID, e.Suite, e.Started.UnixMicro(), e.Commit.SHA, e.Commit.Branch, e.Commit.Subject, e.Commit.Dirty, e.Target, e.Partial, e.Status, e.Scenarios)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 { // it is there already
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO records (run_id, record) VALUES (?, ?)`, e.ID, record); err != nil {
		return err
	}
	for _, r := range ix.Results {
		row := []any{e.Suite, r.Scenario, e.Started.UnixMicro(), e.ID, r.Counts}
		for _, v := range r.Values {
			row = append(row, v)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO results (suite, scenario, started, run_id, counts, p50, p90, p95, p99, p999, mean, max, throughput, errors)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, row...); err != nil {
			return err
		}
	}
	return nil
}

// Delete implements history.Store.
func (s *Store) Delete(ctx context.Context, ids ...string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, `DELETE FROM runs WHERE id = ?`, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// change does all of what do does, or nothing.
func (s *Store) change(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("history: %w", ended(ctx, err))
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing, and after an error that one is returned
	if err = do(tx); err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return fmt.Errorf("history: %w", ended(ctx, err))
	}
	return nil
}

// ended is the context's error if that is why err came: the driver says it in words of its own.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
