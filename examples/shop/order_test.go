package shop_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tidemark/tidemark/examples/shop"
)

type order struct {
	ID         string
	Number     int64
	UserID     int64 `json:"user_id"`
	Status     string
	TotalCents int64      `json:"total_cents"`
	CreatedAt  time.Time  `json:"created_at"`
	LineItems  []lineItem `json:"line_items"`
}

type lineItem struct {
	ProductID      int64 `json:"product_id"`
	Name           string
	Quantity       int64
	UnitPriceCents int64 `json:"unit_price_cents"`
}

func (o order) total() (cents int64) {
	for _, item := range o.LineItems {
		cents += item.Quantity * item.UnitPriceCents
	}
	return cents
}

// buy orders a quantity of some products for user 1.
func (c *client) buy(quantity int, ids ...int) answer {
	c.t.Helper()
	items := ""
	for i, id := range ids {
		if i > 0 {
			items += ","
		}
		items += fmt.Sprintf(`{"product_id":%d,"quantity":%d}`, id, quantity)
	}
	return c.post("/api/v1/orders", `{"user_id":1,"line_items":[`+items+`]}`)
}

func (c *client) history(user int) []order {
	c.t.Helper()
	return as[struct{ Data []order }](c.get(fmt.Sprintf("/api/v1/users/%d/orders", user)).is(200)).Data
}

func TestOrderIsPricedAndKept(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		a := c.post("/api/v1/orders", `{"user_id":1,"line_items":[
			{"product_id":9,"quantity":1},{"product_id":4,"quantity":2},{"product_id":9,"quantity":2}]}`).is(201)
		if got := a.header.Get("Location"); got != "/api/v1/users/1/orders" {
			t.Errorf("Location: %q", got)
		}
		placed := as[order](a)
		want := []lineItem{{ProductID: 4, Quantity: 2}, {ProductID: 9, Quantity: 3}} // one item a product
		for i := range want {
			p := as[product](c.get(fmt.Sprintf("/api/v1/products/%d", want[i].ProductID)).is(200))
			want[i].Name, want[i].UnitPriceCents = p.Name, p.PriceCents
		}
		if !slices.Equal(placed.LineItems, want) || placed.TotalCents != placed.total() || placed.UserID != 1 || placed.Status != "pending" {
			t.Errorf("placed %+v, want the items %+v", placed, want)
		}
		orders := c.history(1)
		if len(orders) != 6 || orders[0].ID != placed.ID || !orders[0].CreatedAt.Equal(placed.CreatedAt) ||
			!slices.Equal(orders[0].LineItems, want) || orders[0].TotalCents != placed.TotalCents {
			t.Errorf("the newest of %d orders is %+v, want %+v", len(orders), orders[0], placed)
		}
	})
}

func TestOrderTakesAllOrNothing(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		c.buy(1_000_000, 7).is(201) // all there is
		c.buy(1, 8, 7).refuses(409)
		c.post("/api/v1/orders", `{"user_id":201,"line_items":[{"product_id":8,"quantity":1}]}`).refuses(422) // fails after the stock
		if got := len(c.history(1)); got != 6 {
			t.Errorf("%d orders, want the refused one nowhere", got)
		}
		c.buy(1_000_000, 8).is(201) // nothing of it was taken
	})
}

func TestOrdersAtOnceSellNothingTwice(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		var sold, refused atomic.Int32
		var buyers sync.WaitGroup
		for i := range 20 {
			ids := []int{7, 8}
			if i%2 == 1 {
				slices.Reverse(ids) // who locks in this order waits for those above
			}
			buyers.Go(func() {
				switch a := c.buy(100_000, ids...); a.status {
				case 201:
					sold.Add(1)
				case 409:
					refused.Add(1)
				default:
					t.Errorf("status %d: %s", a.status, a.body)
				}
			})
		}
		buyers.Wait()
		if sold.Load() != 10 || refused.Load() != 10 {
			t.Errorf("a million sold in %d orders of 100,000, %d refused; want 10 and 10", sold.Load(), refused.Load())
		}
	})
}
