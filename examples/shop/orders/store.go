package orders

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strings"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/web"
)

// store takes the goods from the stock and writes the order, or does neither.
func (o *Orders) store(ctx context.Context, order *Order) error {
	tx, err := o.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing, and after an error that one is returned
	if err := o.write(ctx, tx, order); err != nil {
		return err
	}
	return tx.Commit()
}

func (o *Orders) write(ctx context.Context, tx *sql.Tx, order *Order) error {
	if err := o.takeStock(ctx, tx, order.LineItems); err != nil {
		return err
	}
	if err := insertOrder(ctx, tx, order); err != nil {
		return err
	}
	return insertLineItems(ctx, tx, order)
}

// takeStock locks in the order of the products' ids: two orders of the same products must not wait for each other.
func (o *Orders) takeStock(ctx context.Context, tx *sql.Tx, items []LineItem) error {
	var wanted strings.Builder
	args := make([]any, 0, 2*len(items))
	for i, item := range items {
		if i > 0 {
			wanted.WriteString(", ")
		}
		fmt.Fprintf(&wanted, "(CAST($%d AS INTEGER), CAST($%d AS BIGINT))", 2*i+1, 2*i+2)
		args = append(args, item.ProductID, item.Quantity)
	}
	result, err := tx.ExecContext(ctx, `UPDATE stock SET available = available - locked.quantity
		FROM (WITH wanted (product_id, quantity) AS (VALUES `+wanted.String()+`)
			SELECT s.product_id, w.quantity FROM stock s JOIN wanted w ON w.product_id = s.product_id
			ORDER BY s.product_id`+o.db.Dialect.LockRows("s")+`) AS locked
		WHERE stock.product_id = locked.product_id AND stock.available >= locked.quantity`, args...)
	if err != nil {
		return err
	}
	taken, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if taken < int64(len(items)) {
		return &web.Problem{
			Status: http.StatusConflict,
			Detail: fmt.Sprintf("%d of %d products are out of stock in that quantity", int64(len(items))-taken, len(items)),
		}
	}
	return nil
}

// insertOrder selects the user, so that an unknown one costs no query of its own.
func insertOrder(ctx context.Context, tx *sql.Tx, order *Order) error {
	result, err := tx.ExecContext(ctx, `INSERT INTO orders (id, user_id, status, total_cents, created_at)
		SELECT $1, id, $2, $3, $4 FROM users WHERE id = $5`,
		order.ID, string(order.Status), order.TotalCents, order.CreatedAt.UnixMilli(), order.UserID)
	if err != nil {
		return err
	}
	inserted, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if inserted == 0 {
		return web.Invalid(web.FieldProblem{Field: "user_id", Message: fmt.Sprintf("there is no user %d", order.UserID)})
	}
	return nil
}

func insertLineItems(ctx context.Context, tx *sql.Tx, order *Order) error {
	const columns = 6
	args := make([]any, 0, columns*len(order.LineItems))
	for i, item := range order.LineItems {
		args = append(args, order.ID, i+1, item.ProductID, item.Name, item.Quantity, item.UnitPriceCents)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO line_items (order_id, position, product_id, name, quantity, unit_price_cents)
		VALUES `+database.Placeholders(len(order.LineItems), columns), args...)
	return err
}

func scanPriced(rows *sql.Rows, item *LineItem) error {
	return rows.Scan(&item.ProductID, &item.Name, &item.UnitPriceCents)
}
