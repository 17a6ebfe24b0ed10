package seed

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"time"

	"github.com/oklog/ulid/v2"
)

const (
	fewestOrders = 5
	mostOrders   = 200
	spreadOrders = 47 // mean of what a user has beyond the fewest, before the cut at the most
)

// orderCount is skewed, as customers are: half have fewer than 40 orders, a few have 200. The first two users are the extremes.
func orderCount(rng *rand.Rand, user int) int {
	switch user {
	case 1:
		return fewestOrders
	case 2:
		return mostOrders
	}
	return min(mostOrders, fewestOrders+int(spreadOrders*rng.ExpFloat64()))
}

// OrderCounts is how many orders each user has, by id less one.
func OrderCounts() []int {
	rng, counts := random(countStream), make([]int, Users)
	for i := range counts {
		counts[i] = orderCount(rng, i+1)
	}
	return counts
}

// A line is a line item to be; the product is an index.
type line struct {
	product  int
	quantity int64
}

func fillOrders(ctx context.Context, tx *sql.Tx, names []string, prices []int64) error {
	rng := random(orderStream)
	orders := newTable(tx, "orders", "id", "user_id", "status", "total_cents", "created_at")
	items := newTable(tx, "line_items", "order_id", "position", "product_id", "name", "quantity", "unit_price_cents").
		under(orders)
	for i, count := range OrderCounts() {
		for range count {
			at := End.Add(-time.Duration(rng.IntN(2*365*24*60*60)) * time.Second)
			id := orderID(rng, at)
			lines := make([]line, 3+rng.IntN(3))
			var total int64
			for n := range lines {
				lines[n] = line{product: rng.IntN(Products), quantity: 1 + rng.Int64N(3)}
				total += lines[n].quantity * prices[lines[n].product]
			}
			if err := orders.add(ctx, id, i+1, "confirmed", total, at.UnixMilli()); err != nil {
				return err
			}
			for n, l := range lines {
				if err := items.add(ctx, id, n+1, l.product+1, names[l.product], l.quantity, prices[l.product]); err != nil {
					return err
				}
			}
		}
	}
	return flushAll(ctx, orders, items)
}

// orderID is a ULID whose random part is not: the same seed gives the same ids.
func orderID(rng *rand.Rand, at time.Time) string {
	var id ulid.ULID
	_ = id.SetTime(ulid.Timestamp(at)) // fails after the year 10889
	const timeBytes = 6
	for i := timeBytes; i < len(id); i++ {
		id[i] = byte(rng.Uint32())
	}
	return id.String()
}
