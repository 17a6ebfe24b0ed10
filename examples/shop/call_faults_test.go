package shop_test

import "testing"

func TestSlowDependencyWaitsForTheInventoryService(t *testing.T) {
	placed := map[string]int{} // by database
	eachWay(t, "slow-dependency", func(c *client, _ *collector, database string, on bool) {
		product := 10 + placed[database]
		placed[database]++
		a := c.buy(3, product).is(201)
		// With the fault the service has heard of the order before the buyer has, and is never told again.
		if (a.calls() == 1) != on || (as[order](a).Status == "confirmed") != on {
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

func TestNPlusOneCallsAskForEachProduct(t *testing.T) {
	eachWay(t, "n-plus-one-calls", func(c *client, _ *collector, _ string, on bool) {
		for path, products := range map[string]int{"/api/v1/products?per_page=7": 7, "/api/v1/search?q=oak+table&per_page=3": 3} {
			want := 1
			if on {
				want = products
			}
			if got := c.get(path).is(200).calls(); got != want {
				c.t.Errorf("on: %t, %s: %d calls, want %d", on, path, got, want)
			}
		}
	})
}

func TestSequentialCallsWaitForEachOther(t *testing.T) {
	eachWay(t, "sequential-calls", func(c *client, spans *collector, _ string, on bool) {
		atOnce := func() bool {
			_, trace := c.traced(spans, "GET", "/api/v1/products/17", "")
			calls := trace.calls()
			if len(calls) != 3 {
				c.t.Fatalf("on: %t, calls %v", on, calls)
			}
			last, first := calls[0].start, calls[0].end // start, and end
			for _, call := range calls {
				last, first = max(last, call.start), min(first, call.end)
			}
			return last < first
		}
		if on {
			if atOnce() {
				c.t.Error("the calls are made at once")
			}
			return
		}
		eventually(c.t, "three calls at once", atOnce) // a busy machine may keep one from starting before another ended
	})
}
