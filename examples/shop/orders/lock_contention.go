package orders

import (
	"context"
	"database/sql"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newLockContention() *faults.Fault {
	return &faults.Fault{
		Name:      "lock-contention",
		Endpoints: []string{"POST /api/v1/orders"},
		Mistake: "the transaction begins by counting up the one row with the last order's number, and all other orders wait for that row " +
			"while prices are read, the order is written and read again",
	}
}

// take makes an order of a draft and keeps it.
func (o *Orders) take(ctx context.Context, d draft) (*Order, error) {
	if o.lockContention.On() {
		return o.takeNumbered(ctx, d)
	}
	order, err := o.price(ctx, o.db.Read, d) // before the transaction, which locks
	if err != nil {
		return nil, err
	}
	if err := o.secure(ctx, order); err != nil {
		return nil, err
	}
	return order, o.store(ctx, order)
}

// takeNumbered gives each order the number after that of the last, as accountants like it: without gaps.
//
// On SQLite the transaction is one of the many connections', as it is on PostgreSQL: it waits in its first statement for that of
// another order, and not outside of the database.
func (o *Orders) takeNumbered(ctx context.Context, d draft) (*Order, error) {
	tx, err := o.db.Read.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // as in store
	var number int64
	if err := tx.QueryRowContext(ctx, `UPDATE order_numbers SET last = last + 1 RETURNING last`).Scan(&number); err != nil {
		return nil, err
	}
	order, err := o.price(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	if err := o.secure(ctx, order); err != nil {
		return nil, err
	}
	if err := o.write(ctx, tx, order); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE orders SET number = $1 WHERE id = $2`, number, order.ID); err != nil {
		return nil, err
	}
	if order, err = readOrder(ctx, tx, order.ID); err != nil {
		return nil, err
	}
	return order, tx.Commit()
}

// readOrder reads an order as it was written.
func readOrder(ctx context.Context, tx *sql.Tx, id string) (*Order, error) {
	found, err := database.Collect(ctx, tx, scanOrder, `SELECT `+orderColumns+` FROM orders WHERE id = $1`, id)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, sql.ErrNoRows
	}
	order := &found[0]
	order.LineItems, err = database.Collect(ctx, tx, scanLineItem,
		`SELECT product_id, name, quantity, unit_price_cents FROM line_items WHERE order_id = $1 ORDER BY position`, id)
	return order, err
}
