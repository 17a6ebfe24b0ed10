package orders

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/examples/shop/accounts"
	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/web"
)

// Place answers POST /orders.
func (o *Orders) Place(w http.ResponseWriter, r *http.Request) error {
	var d draft
	if err := web.ReadJSON(w, r, &d); err != nil {
		return err
	}
	if err := d.check(); err != nil {
		return err
	}
	if err := accounts.MayActFor(r.Context(), d.UserID); err != nil {
		return err
	}
	order, err := o.take(r.Context(), d)
	if err != nil {
		return err
	}
	if order.Status == Pending {
		o.wakeReconciler()
	}
	w.Header().Set("Location", fmt.Sprintf("/api/v1/users/%d/orders", order.UserID))
	return web.Answer(w, http.StatusCreated, order)
}

// price makes an order of a draft, with today's names and prices.
func (o *Orders) price(ctx context.Context, from database.Querier, d draft) (*Order, error) {
	items := d.merged()
	ids := make([]any, len(items))
	for i, item := range items {
		ids[i] = item.ProductID
	}
	known, err := database.Collect(ctx, from, scanPriced,
		`SELECT id, name, price_cents FROM products WHERE id IN (`+database.Placeholders(len(ids), 1)+`) ORDER BY id`, ids...)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	order := &Order{ID: ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String(), UserID: d.UserID, CreatedAt: now}
	for i, item := range items {
		if i >= len(known) || known[i].ProductID != item.ProductID {
			return nil, web.Invalid(web.FieldProblem{Field: "line_items", Message: fmt.Sprintf("there is no product %d", item.ProductID)})
		}
		known[i].Quantity = item.Quantity
		order.TotalCents += item.Quantity * known[i].UnitPriceCents
	}
	order.LineItems = known
	return order, nil
}
