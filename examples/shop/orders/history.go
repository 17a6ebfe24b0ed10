package orders

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"time"

	"github.com/tidemark/tidemark/examples/shop/accounts"
	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/web"
)

// historyLimit is how many orders a history shows, the newest.
const historyLimit = 200

// History answers GET /users/{id}/orders.
func (o *Orders) History(w http.ResponseWriter, r *http.Request) error {
	user, err := web.ID(r)
	if err != nil {
		return err
	}
	if err := accounts.MayActFor(r.Context(), user); err != nil {
		return err
	}
	if err := o.noteAccess(w, r, user); err != nil {
		return err
	}
	orders, err := o.history(r.Context(), user)
	if err != nil {
		return err
	}
	return web.Answer(w, http.StatusOK, map[string][]Order{"data": orders})
}

func (o *Orders) history(ctx context.Context, user int64) ([]Order, error) {
	orders, err := database.Collect(ctx, o.db.Read, scanOrder,
		`SELECT `+orderColumns+` FROM orders
		WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`, user, historyLimit)
	if err != nil {
		return nil, err
	}
	if len(orders) == 0 {
		return orders, o.mustExist(ctx, user)
	}
	if err := o.authorize(ctx, orders); err != nil {
		return nil, err
	}
	return orders, o.loadLineItems(ctx, user, orders)
}

func (o *Orders) mustExist(ctx context.Context, user int64) error {
	var exists bool
	err := o.db.Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM users WHERE id = $1)`, user).Scan(&exists)
	if err == nil && !exists {
		return web.NotFound(fmt.Sprintf("there is no user %d", user))
	}
	return err
}

const orderColumns = `id, user_id, status, total_cents, created_at, COALESCE(number, 0)`

func scanOrder(rows *sql.Rows, order *Order) error {
	var created int64
	err := rows.Scan(&order.ID, &order.UserID, &order.Status, &order.TotalCents, &created, &order.Number)
	order.CreatedAt = time.UnixMilli(created).UTC()
	order.LineItems = []LineItem{}
	return err
}
