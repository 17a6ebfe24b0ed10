package shop_test

import "testing"

func TestMissingIndexDropsAndRestoresIndexes(t *testing.T) {
	eachWay(t, "missing-index", func(c *client, spans *collector, database string, on bool) {
		for _, name := range []string{"line_items_order_idx", "search_terms_term_category_idx"} {
			if got := hasIndex(c.t, database, name); got == on {
				c.t.Errorf("on: %t, there is a %s: %t", on, name, got)
			}
		}
		for _, name := range []string{"orders_user_idx", "products_category_idx"} { // of the first migration
			if !hasIndex(c.t, database, name) {
				c.t.Errorf("on: %t, there is no %s", on, name)
			}
		}
		_, search := c.traced(spans, "GET", "/api/v1/search?q=oak+table", "")
		if plan := search.statements()[0].plan(c.t, database); readsWhole(plan, "search_terms", "t") != on {
			c.t.Errorf("on: %t, search has the plan\n%s", on, plan)
		}
		_, history := c.traced(spans, "GET", "/api/v1/users/1/orders", "")
		if plan := history.statements()[1].plan(c.t, database); readsWhole(plan, "line_items", "line_items") != on {
			c.t.Errorf("on: %t, line items have the plan\n%s", on, plan)
		}
	})
}
