package orders

import (
	"context"
	"time"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/inventory"
)

const (
	reconcileBatch = 100
	reconcileRest  = 250 * time.Millisecond // between batches: orders gather, and the buyers' requests go first
)

// Reconcile tells the inventory service of pending orders until ctx ends. The orders table is the queue, so that none is lost.
func (o *Orders) Reconcile(ctx context.Context) {
	o.wakeReconciler() // what an earlier process left behind
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.placed:
		}
		job, end := o.tracing.Job(ctx, "reconcile orders")
		more, err := o.reconcileSome(job)
		end(err)
		if err != nil && ctx.Err() == nil {
			o.log.ErrorContext(ctx, "orders not reconciled, will try again", "error", err)
		}
		if more || err != nil {
			o.wakeReconciler()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(reconcileRest):
		}
	}
}

// reconcileSome confirms a batch of orders and says whether there may be more.
func (o *Orders) reconcileSome(ctx context.Context) (more bool, err error) {
	items, err := database.Collect(ctx, o.db.Read, scanOrdered,
		`SELECT order_id, product_id, name, quantity, unit_price_cents FROM line_items WHERE order_id IN (
			SELECT id FROM orders WHERE status = 'pending' ORDER BY created_at LIMIT $1
		) ORDER BY order_id, position`, reconcileBatch)
	if err != nil || len(items) == 0 {
		return false, err
	}
	var reservations []inventory.Reservation
	ids := []any{string(Confirmed)}
	for len(items) > 0 {
		id, own := items[0].order, []LineItem{}
		for len(items) > 0 && items[0].order == id {
			own, items = append(own, items[0].LineItem), items[1:]
		}
		reservations = append(reservations, reservation(id, own))
		ids = append(ids, id)
	}
	if err := o.inventory.Reserve(ctx, reservations); err != nil {
		return true, err
	}
	// The first parameter stands alone in parentheses, the ids follow it.
	_, err = o.db.Write.ExecContext(ctx,
		`UPDATE orders SET status = $1 WHERE id IN (`+database.Placeholders(len(ids), 1)[len("($1), "):]+`)`, ids...)
	return len(reservations) == reconcileBatch, err
}

func (o *Orders) wakeReconciler() {
	select {
	case o.placed <- struct{}{}:
	default: // awake already
	}
}
