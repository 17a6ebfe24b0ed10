package shop_test

import (
	"bytes"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

func TestResetForgetsOrdersAndFillsTheStock(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		before := c.get("/api/v1/users/1/orders").is(200).body
		for range 2 {
			c.buy(1_000_000, 7).is(201)
			c.buy(1, 7).refuses(409)
			c.admin("POST", "/reset").is(204)
			if after := c.get("/api/v1/users/1/orders").is(200).body; !bytes.Equal(before, after) {
				t.Errorf("the orders are %s, want those of before, %s", after, before)
			}
		}
		c.buy(1_000_000, 7).is(201)
	})
}

func TestResetLeavesFaultsAsTheyAre(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database, Faults: []string{"missing-index"}})
		c.buy(1, 7).is(201)
		c.admin("POST", "/reset").is(204)
		if !c.faults()["missing-index"].On || hasIndex(t, database, "line_items_order_idx") {
			t.Error("the index is back")
		}
	})
}
