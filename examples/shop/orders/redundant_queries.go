package orders

import (
	"context"

	"github.com/tidemark/tidemark/examples/shop/accounts"
	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newRedundantQueries() *faults.Fault {
	return &faults.Fault{
		Name:      "redundant-queries",
		Endpoints: []string{"GET /api/v1/users/{id}/orders"},
		Mistake:   "for each order the same customer is read again, to see whether the caller may look at it: 52 queries for 50 orders instead of 2",
	}
}

// authorize returns a problem unless the caller may look at the orders of a user, whom the token was checked for.
func (o *Orders) authorize(ctx context.Context, orders []Order) error {
	if !o.redundantQueries.On() {
		return nil // they were selected by their user
	}
	for _, order := range orders {
		customer, err := o.customer(ctx, order.UserID)
		if err != nil {
			return err
		}
		if err := accounts.MayActFor(ctx, customer.id); err != nil {
			return err
		}
	}
	return nil
}

// A customer is who ordered something.
type customer struct {
	id          int64
	name, email string
}

func (o *Orders) customer(ctx context.Context, user int64) (c customer, err error) {
	err = o.db.Read.QueryRowContext(ctx, `SELECT id, name, email FROM users WHERE id = $1`, user).Scan(&c.id, &c.name, &c.email)
	return c, err
}
