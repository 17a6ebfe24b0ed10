package shop_test

import (
	"slices"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

func TestHistoriesAreSkewed(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		for user, want := range map[int]int{1: 5, 2: 200} {
			orders := c.history(user)
			if len(orders) != want {
				t.Errorf("user %d has %d orders, want %d", user, len(orders), want)
			}
			if !slices.IsSortedFunc(orders, func(a, b order) int { return b.CreatedAt.Compare(a.CreatedAt) }) {
				t.Errorf("user %d: not the newest first", user)
			}
			for _, o := range orders {
				if len(o.LineItems) < 3 || len(o.LineItems) > 5 || o.TotalCents != o.total() || o.UserID != int64(user) || o.Status != "confirmed" {
					t.Errorf("user %d has %+v", user, o)
				}
			}
		}
		c.get("/api/v1/users/201/orders").refuses(404)
		c.get("/api/v1/users/x/orders").refuses(404)
	})
}

func TestHistoryShowsTheNewestOfMany(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		placed := as[order](c.post("/api/v1/orders", `{"user_id":2,"line_items":[{"product_id":1,"quantity":1}]}`).is(201))
		orders := c.history(2)
		if len(orders) != 200 || orders[0].ID != placed.ID {
			t.Fatalf("%d orders, the first is %s, want 200 and %s", len(orders), orders[0].ID, placed.ID)
		}
		if last := orders[199]; len(last.LineItems) == 0 {
			t.Errorf("the oldest that is shown has no items: %+v", last)
		}
	})
}

func TestUsersFileSaysHowManyOrdersEachHas(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t)})
	lines := slices.Collect(linesOf(c.admin("GET", "/users.csv").is(200)))
	if len(lines) != 201 || lines[0] != "id,email,orders" || lines[1] != "1,user1@shop.example,5" || lines[2] != "2,user2@shop.example,200" {
		t.Fatalf("%d lines: %q …", len(lines), lines[:3])
	}
	few, sum := 0, 0
	for i, line := range lines[1:] {
		orders := atoi(t, fieldOf(line, 2))
		sum += orders
		if orders < 40 {
			few++
		}
		if i%40 == 5 && len(c.history(i+1)) != orders {
			t.Errorf("user %d has %d orders, the file says %d", i+1, len(c.history(i+1)), orders)
		}
	}
	// The mean of 5 + Exp(47), cut at 200, is 5 + 47·(1 - e^(-195/47)) = 51.3; its standard deviation over 200 users is below 47/√200 = 3.3.
	// Half of the users are below 5 + 47·ln 2 = 37.6.
	if mean := float64(sum) / 200; mean < 40 || mean > 63 || few < 80 || few > 130 {
		t.Errorf("the mean is %.1f, %d users have fewer than 40", mean, few)
	}
}
