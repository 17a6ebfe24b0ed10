package shop_test

import (
	"fmt"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

// reserved is what the inventory service has set aside of a product.
func (c *client) reserved(id int) int {
	c.t.Helper()
	a := c.send("GET", fmt.Sprintf("%s/products/%d", c.Ready.Inventory, id), "", "").is(200)
	return as[struct{ Reserved int }](a).Reserved
}

func TestInventoryServiceCounts(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t)})
	a := c.send("POST", c.Ready.Inventory+"/reservations", "", `[
		{"order_id":"a","items":[{"product_id":7,"quantity":2},{"product_id":8,"quantity":1}]},
		{"order_id":"b","items":[{"product_id":7,"quantity":3}]}]`).is(201)
	if got := as[struct{ Reserved int }](a).Reserved; got != 2 {
		t.Errorf("%d reservations, want 2", got)
	}
	if got := [...]int{c.reserved(7), c.reserved(8), c.reserved(9)}; got != [...]int{5, 1, 0} {
		t.Errorf("reserved %v, want 5, 1 and 0", got)
	}
	c.send("POST", c.Ready.Inventory+"/reservations", "", `{`).refuses(400)
	c.send("GET", c.Ready.Inventory+"/products/x", "", "").refuses(404)
	c.send("GET", c.Ready.Inventory+"/healthz", "", "").is(200)
}

func TestOrdersAreConfirmedInTheBackground(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		for range 3 {
			if o := as[order](c.buy(2, 7, 8).is(201)); o.Status != "pending" {
				t.Fatalf("the answer waited for the inventory service: %+v", o)
			}
		}
		eventually(t, "all orders confirmed", func() bool {
			for _, o := range c.history(1) {
				if o.Status != "confirmed" {
					return false
				}
			}
			return true
		})
		if got := [...]int{c.reserved(7), c.reserved(8)}; got != [...]int{6, 6} {
			t.Errorf("reserved %v, want 6 of both", got)
		}
	})
}

func TestOrdersThatALastShopLeftAreConfirmed(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		first := start(t, shop.Config{Database: database})
		first.buy(1, 7).is(201)
		check(t, first.Close()) // perhaps before the reconciler came to it
		second := start(t, shop.Config{Database: database})
		eventually(t, "the order confirmed", func() bool { return second.history(1)[0].Status == "confirmed" })
	})
}
