package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

type order struct {
	ID        int        `json:"id"`
	LineItems []lineItem `json:"line_items"`
}

type lineItem struct {
	orderID   int
	ProductID int `json:"product_id"`
	Quantity  int `json:"quantity"`
}

func (l *lineItem) columns() []any { return []any{&l.orderID, &l.ProductID, &l.Quantity} }

// userOrders answers GET /api/v1/users/{id}/orders.
func (a *app) userOrders(r *http.Request) (any, error) {
	orders, err := all(r.Context(), a.read, func(o *order) []any { return []any{&o.ID} }, "SELECT id FROM orders WHERE user_id = ? ORDER BY id DESC", r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	load := a.lineItems
	if a.fault[NPlusOne] {
		load = a.lineItemsOneByOne
	}
	if err := load(r.Context(), orders); err != nil {
		return nil, err
	}
	return map[string]any{"data": orders}, nil
}

// lineItems loads the line items of all orders in one query.
func (a *app) lineItems(ctx context.Context, orders []order) error {
	if len(orders) == 0 {
		return nil
	}
	index, ids := map[int]*order{}, make([]any, len(orders))
	for i := range orders {
		index[orders[i].ID], ids[i] = &orders[i], orders[i].ID
	}
	items, err := all(ctx, a.read, (*lineItem).columns, "SELECT order_id, product_id, quantity FROM line_items WHERE order_id IN (?"+strings.Repeat(", ?", len(ids)-1)+")", ids...)
	for _, item := range items {
		o := index[item.orderID]
		o.LineItems = append(o.LineItems, item)
	}
	return err
}

// lineItemsOneByOne is lineItems without the eager load: a query for each order.
func (a *app) lineItemsOneByOne(ctx context.Context, orders []order) (err error) {
	for i := range orders {
		if orders[i].LineItems, err = all(ctx, a.read, (*lineItem).columns, "SELECT order_id, product_id, quantity FROM line_items WHERE order_id = ?", orders[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// createOrder answers POST /api/v1/orders.
func (a *app) createOrder(r *http.Request) (any, error) {
	var in struct {
		UserID    int        `json:"user_id"`
		LineItems []lineItem `json:"line_items"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20)).Decode(&in); err != nil {
		return nil, &problem{http.StatusBadRequest, "the body is no order: " + err.Error()}
	}
	if in.UserID <= 0 || len(in.LineItems) == 0 || len(in.LineItems) > 100 {
		return nil, &problem{http.StatusUnprocessableEntity, "an order has a user_id and 1 to 100 line_items"}
	}
	if a.fault[SlowDependency] {
		// The stock table says the same; the inventory service is asked to be sure.
		if err := a.inventory.check(r.Context(), in.LineItems); err != nil {
			return nil, fmt.Errorf("inventory: %w", err)
		}
	}
	return a.insertOrder(r.Context(), in.UserID, in.LineItems)
}

func (a *app) insertOrder(ctx context.Context, user int, items []lineItem) (_ any, err error) {
	tx, err := a.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	q := delayed{tx, a.delay}
	for _, item := range items {
		if item.Quantity <= 0 {
			return nil, &problem{http.StatusUnprocessableEntity, "a quantity is at least 1"}
		}
		took, err := q.ExecContext(ctx, "UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ?", item.Quantity, item.ProductID, item.Quantity)
		if err != nil {
			return nil, err
		}
		if n, err := took.RowsAffected(); err != nil || n == 0 {
			return nil, errors.Join(err, &problem{http.StatusConflict, fmt.Sprintf("product %d is out of stock", item.ProductID)})
		}
	}
	created, err := q.ExecContext(ctx, "INSERT INTO orders (user_id) VALUES (?)", user)
	if err != nil {
		return nil, err
	}
	id, err := created.LastInsertId()
	if err != nil {
		return nil, err
	}
	values := make([]any, 0, 3*len(items))
	for _, item := range items {
		values = append(values, id, item.ProductID, item.Quantity)
	}
	if _, err := q.ExecContext(ctx, "INSERT INTO line_items (order_id, product_id, quantity) VALUES (?, ?, ?)"+strings.Repeat(", (?, ?, ?)", len(items)-1), values...); err != nil {
		return nil, err
	}
	return map[string]any{"id": id, "line_items": items}, tx.Commit()
}
