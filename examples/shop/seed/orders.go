package seed

import (
	"cmp"
	"context"
	"database/sql"
	"math/rand/v2"
	"slices"
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

// A sale is an order to be.
type sale struct {
	id    string
	user  int
	at    time.Time
	lines []line
}

// A line is a line item to be; the product is an index.
type line struct {
	product  int
	quantity int64
}

// fillOrders writes orders in the order in which they came, as in a shop that runs: where rows lie is part of what a planner
// goes by.
func fillOrders(ctx context.Context, tx *sql.Tx, names []string, prices []int64) error {
	sales := drawSales(random(orderStream))
	slices.SortFunc(sales, func(a, b sale) int { return cmp.Compare(a.id, b.id) })
	orders := newTable(tx, "orders", "id", "user_id", "status", "total_cents", "created_at")
	items := newTable(tx, "line_items", "order_id", "position", "product_id", "name", "quantity", "unit_price_cents").
		under(orders)
	for _, s := range sales {
		var total int64
		for _, l := range s.lines {
			total += l.quantity * prices[l.product]
		}
		if err := orders.add(ctx, s.id, s.user, "confirmed", total, s.at.UnixMilli()); err != nil {
			return err
		}
		for n, l := range s.lines {
			if err := items.add(ctx, s.id, n+1, l.product+1, names[l.product], l.quantity, prices[l.product]); err != nil {
				return err
			}
		}
	}
	return flushAll(ctx, orders, items)
}

func drawSales(rng *rand.Rand) (sales []sale) {
	for i, count := range OrderCounts() {
		for range count {
			at := End.Add(-time.Duration(rng.IntN(2*365*24*60*60)) * time.Second)
			s := sale{id: orderID(rng, at), user: i + 1, at: at, lines: make([]line, 3+rng.IntN(3))}
			for n := range s.lines {
				s.lines[n] = line{product: rng.IntN(Products), quantity: 1 + rng.Int64N(3)}
			}
			sales = append(sales, s)
		}
	}
	return sales
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
