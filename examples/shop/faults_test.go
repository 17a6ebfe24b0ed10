package shop_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

// faultNames are those of the findings that a diagnosis can come to, but for what a load does and no code.
var faultNames = []string{
	"cpu-hotspot", "gc-pressure", "growth", "lock-contention", "missing-index", "n-plus-one", "n-plus-one-calls", "oversized-answer",
	"periodic-stall", "plan-change", "pool-exhaustion", "rate-limited", "redundant-queries", "repeating-queries", "sequential-calls",
	"slow-dependency",
}

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
func eachWay(t *testing.T, name string, test func(c *client, spans *collector, database string, on bool)) {
	onEachDatabase(t, func(t *testing.T, database string) {
		spans := startCollector(t)
		c := start(t, shop.Config{Database: database, OTLP: spans.url, Faults: []string{name}})
		if !c.faults()[name].On {
			t.Fatalf("%s is off at the start", name)
		}
		test(c, spans, database, true)
		c.turn(name, false)
		c.turn(name, false) // again: no error
		test(c, spans, database, false)
		c.turn(name, true)
		c.turn(name, true)
		test(c, spans, database, true)
		check(t, c.Close())
		// A fault that a shop was stopped with is not the next one's.
		test(start(t, shop.Config{Database: database, OTLP: spans.url}), spans, database, false)
	})
}

// Where the mistake is not one of what is answered, buyers see no difference.
func TestFaultsChangeNoAnswer(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		paths := []string{
			"/api/v1/products?page=3", "/api/v1/products?category=kitchen-tools&per_page=5&page=2", "/api/v1/products?page=1000", "/api/v1/products/7",
			"/api/v1/search?q=walnut+Table", "/api/v1/search?q=oak&category=kitchen-tools", "/api/v1/users/2/orders", "/api/v1/users/60/orders",
		}
		healthy := map[string][]byte{}
		for _, path := range paths {
			healthy[path] = c.get(path).is(200).body
		}
		bought := as[order](c.buy(2, 11, 12).is(201))
		for _, name := range faultNames {
			c.turn(name, true)
			for _, path := range paths {
				if body := c.get(path).is(200).body; !sameOrMore(t, name, healthy[path], body) {
					t.Errorf("%s answers otherwise with %s: %s", path, name, body)
				}
			}
			again := as[order](c.buy(2, 11, 12).is(201))
			if !slices.Equal(again.LineItems, bought.LineItems) || again.TotalCents != bought.TotalCents || again.UserID != bought.UserID {
				t.Errorf("an order with %s is %+v, want as %+v", name, again, bought)
			}
			c.turn(name, false)
		}
	})
}

// sameOrMore reports whether an answer is the healthy one, or has all that is in it, if too much is what is wrong.
func sameOrMore(t *testing.T, fault string, healthy, body []byte) bool {
	if fault != "oversized-answer" {
		return bytes.Equal(healthy, body)
	}
	var least, most any
	check(t, json.Unmarshal(healthy, &least))
	check(t, json.Unmarshal(body, &most))
	return contains(most, least)
}

func contains(whole, part any) bool {
	switch part := part.(type) {
	case map[string]any:
		whole, ok := whole.(map[string]any)
		for key, value := range part {
			ok = ok && contains(whole[key], value)
		}
		return ok
	case []any:
		whole, ok := whole.([]any)
		return ok && slices.EqualFunc(whole, part, contains)
	}
	return whole == part
}

// Faults may be had together, whatever they make of each other.
func TestAllFaultsAtOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database, Faults: faultNames})
		for _, r := range requests {
			if a := c.send(r.method, c.Ready.URL+r.path, c.Ready.Token, r.body); a.status >= 300 {
				t.Errorf("%s: status %d: %s", a.what, a.status, a.body)
			}
		}
		for _, name := range faultNames {
			c.turn(name, false)
		}
		for _, name := range slices.Backward(faultNames) {
			c.turn(name, true)
		}
		c.get("/api/v1/products").is(200)
	})
}

func TestFaultsAreDescribed(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t)})
	all := c.faults()
	if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, faultNames) {
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
