package shop_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

type fault struct {
	Name, Mistake string
	On            bool
	Endpoints     []string
}

// faults are all that there are, by name.
func (c *client) faults() map[string]fault {
	c.t.Helper()
	all := map[string]fault{}
	for _, f := range as[struct{ Data []fault }](c.admin("GET", "/faults").is(200)).Data {
		all[f.Name] = f
	}
	return all
}

func (c *client) turn(name string, on bool) {
	c.t.Helper()
	c.admin(map[bool]string{true: "PUT", false: "DELETE"}[on], "/faults/"+name).is(204)
	if got := c.faults()[name].On; got != on {
		c.t.Fatalf("%s is on: %t, want %t", name, got, on)
	}
}

// eachWay runs a test of a fault that is on from the start, and of one that is switched on and off by the admin listener. The
// test is called with the fault on and off in turn.
func eachWay(t *testing.T, name string, test func(c *client, database string, on bool)) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database, Faults: []string{name}})
		if !c.faults()[name].On {
			t.Fatalf("%s is off at the start", name)
		}
		test(c, database, true)
		c.turn(name, false)
		c.turn(name, false) // again: no error
		test(c, database, false)
		c.turn(name, true)
		c.turn(name, true)
		test(c, database, true)
		check(t, c.Close())
		// A fault that a shop was stopped with is not the next one's.
		test(start(t, shop.Config{Database: database}), database, false)
	})
}

func TestNPlusOneAsksForEachOrder(t *testing.T) {
	eachWay(t, "n-plus-one", func(c *client, _ string, on bool) {
		for user, orders := range map[int]int{1: 5, 2: 200} {
			want := 2
			if on {
				want = 1 + orders
			}
			if got := c.get(fmt.Sprintf("/api/v1/users/%d/orders", user)).is(200).queries(); got != want {
				c.t.Errorf("on: %t, %d orders: %d queries, want %d", on, orders, got, want)
			}
		}
	})
}

func TestSlowDependencyWaitsForTheInventoryService(t *testing.T) {
	placed := map[string]int{} // by database
	eachWay(t, "slow-dependency", func(c *client, database string, on bool) {
		product := 10 + placed[database]
		placed[database]++
		a := c.buy(3, product).is(201)
		// With the fault the service has heard of the order before the buyer has, and is never told again.
		if a.waitedForInventory() != on || (as[order](a).Status == "confirmed") != on {
			c.t.Errorf("on: %t, Server-Timing %q, %s", on, a.header.Get("Server-Timing"), a.body)
		}
		if on && c.reserved(product) != 3 {
			c.t.Errorf("reserved %d, want 3", c.reserved(product))
		}
		eventually(c.t, "the order confirmed", func() bool { return c.history(1)[0].Status == "confirmed" })
		if got := c.reserved(product); got != 3 {
			c.t.Errorf("on: %t, reserved %d, want 3", on, got)
		}
	})
}

func TestFaultsChangeNoAnswer(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		paths := []string{"/api/v1/users/2/orders", "/api/v1/users/60/orders", "/api/v1/search?q=walnut+table", "/api/v1/products/7"}
		healthy := map[string][]byte{}
		for _, path := range paths {
			healthy[path] = c.get(path).is(200).body
		}
		for _, name := range slices.Collect(maps.Keys(c.faults())) {
			c.turn(name, true)
			for _, path := range paths {
				if !bytes.Equal(c.get(path).is(200).body, healthy[path]) {
					t.Errorf("%s answers otherwise with %s", path, name)
				}
			}
		}
	})
}

func TestFaultsAreDescribed(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t)})
	all := c.faults()
	if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, []string{"missing-index", "n-plus-one", "slow-dependency"}) {
		t.Errorf("faults %q", got)
	}
	for _, f := range all {
		if f.On || f.Mistake == "" || len(f.Endpoints) == 0 {
			t.Errorf("%+v", f)
		}
		for _, endpoint := range f.Endpoints {
			if !slices.Contains(c.Patterns(), endpoint) {
				t.Errorf("%s: no route %q", f.Name, endpoint)
			}
		}
	}
	c.admin("PUT", "/faults/nonsense").refuses(404)
	c.admin("DELETE", "/faults/nonsense").refuses(404)
	if s, err := shop.Start(t.Context(), shop.Config{Database: freshSQLite(t), Faults: []string{"nonsense"}}); err == nil {
		check(t, s.Close())
		t.Error("a shop starts with a fault that does not exist")
	}
}
