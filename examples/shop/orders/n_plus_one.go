package orders

import (
	"context"
	"database/sql"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newNPlusOne() *faults.Fault {
	return &faults.Fault{
		Name:      "n-plus-one",
		Endpoints: []string{"GET /api/v1/users/{id}/orders"},
		Mistake:   "line items are loaded with a query for each order: 51 queries for 50 orders instead of 2",
	}
}

// loadLineItems fills in the line items of a user's orders.
func (o *Orders) loadLineItems(ctx context.Context, user int64, orders []Order) error {
	if o.nPlusOne.On() {
		return o.loadEach(ctx, orders)
	}
	return o.loadTogether(ctx, user, orders)
}

// loadTogether reads the line items of all orders with one query.
func (o *Orders) loadTogether(ctx context.Context, user int64, orders []Order) error {
	items, err := database.Collect(ctx, o.db.Read, scanOrdered,
		`SELECT order_id, product_id, name, quantity, unit_price_cents FROM line_items WHERE order_id IN (
			SELECT id FROM orders WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2
		) ORDER BY order_id, position`, user, historyLimit)
	if err != nil {
		return err
	}
	of := make(map[string]*Order, len(orders))
	for i := range orders {
		of[orders[i].ID] = &orders[i]
	}
	for _, item := range items {
		if order := of[item.order]; order != nil { // nil: placed between the two queries
			order.LineItems = append(order.LineItems, item.LineItem)
		}
	}
	return nil
}

// loadEach reads the line items of each order with a query of its own.
func (o *Orders) loadEach(ctx context.Context, orders []Order) error {
	for i := range orders {
		var err error
		orders[i].LineItems, err = database.Collect(ctx, o.db.Read, scanLineItem,
			`SELECT product_id, name, quantity, unit_price_cents FROM line_items WHERE order_id = $1 ORDER BY position`, orders[i].ID)
		if err != nil {
			return err
		}
	}
	return nil
}

type orderedItem struct {
	order string
	LineItem
}

func scanOrdered(rows *sql.Rows, item *orderedItem) error {
	return rows.Scan(&item.order, &item.ProductID, &item.Name, &item.Quantity, &item.UnitPriceCents)
}

func scanLineItem(rows *sql.Rows, item *LineItem) error {
	return rows.Scan(&item.ProductID, &item.Name, &item.Quantity, &item.UnitPriceCents)
}
