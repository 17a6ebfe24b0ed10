package orders

import (
	"context"
	"time"
)

// Reset forgets all orders placed after a time and fills the stock up again, so that a round of load starts as the one before.
func (o *Orders) Reset(ctx context.Context, after time.Time, stock int64) error {
	tx, err := o.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // as in store
	// First, as orders that are numbered do it: two transactions that lock in other orders would wait for each other.
	if _, err := tx.ExecContext(ctx, `UPDATE order_numbers SET last = 0`); err != nil {
		return err
	}
	cut := after.UnixMilli()
	_, err = tx.ExecContext(ctx, `DELETE FROM line_items WHERE order_id IN (SELECT id FROM orders WHERE created_at > $1)`, cut)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM orders WHERE created_at > $1`, cut); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE stock SET available = $1 WHERE available <> $1`, stock); err != nil {
		return err
	}
	o.audit.forget()
	return tx.Commit()
}
