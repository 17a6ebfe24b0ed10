package shop_test

import (
	"fmt"
	"testing"
)

// repeats is how often each text is among the statements.
func repeats(statements []span) map[string]int {
	count := map[string]int{}
	for _, s := range statements {
		count[s.about["db.query.text"]]++
	}
	return count
}

// most is the statement that is sent most often, and with how many different first parameters.
func most(statements []span) (times, parameters int) {
	var text string
	for t, n := range repeats(statements) {
		if n > times {
			text, times = t, n
		}
	}
	different := map[string]bool{}
	for _, s := range statements {
		if s.is("db.query.text", text) {
			different[s.about["db.query.parameter.0"]] = true
		}
	}
	return times, len(different)
}

func TestNPlusOneAsksForEachOrder(t *testing.T) {
	eachWay(t, "n-plus-one", func(c *client, spans *collector, _ string, on bool) {
		for user, orders := range map[int]int{1: 5, 2: 200} {
			want, times := 2, 1
			if on {
				want, times = 1+orders, orders
			}
			a, trace := c.traced(spans, "GET", fmt.Sprintf("/api/v1/users/%d/orders", user), "")
			if got := a.is(200).queries(); got != want {
				c.t.Errorf("on: %t, %d orders: %d queries, want %d", on, orders, got, want)
			}
			if got, different := most(trace.statements()); got != times || different != times {
				c.t.Errorf("on: %t, a statement is sent %d times for %d orders, want %d, each for one of its own", on, got, different, times)
			}
		}
	})
}

func TestRedundantQueriesReadTheSameAgain(t *testing.T) {
	eachWay(t, "redundant-queries", func(c *client, spans *collector, _ string, on bool) {
		for user, orders := range map[int]int{1: 5, 2: 200} {
			want, times := 2, 1
			if on {
				want, times = 2+orders, orders
			}
			a, trace := c.traced(spans, "GET", fmt.Sprintf("/api/v1/users/%d/orders", user), "")
			if got := a.is(200).queries(); got != want {
				c.t.Errorf("on: %t, %d orders: %d queries, want %d", on, orders, got, want)
			}
			if got, different := most(trace.statements()); got != times || different != 1 {
				c.t.Errorf("on: %t, a statement is sent %d times for %d users, want %d for 1", on, got, different, times)
			}
		}
	})
}

func TestRepeatingQueriesComeInGroups(t *testing.T) {
	eachWay(t, "repeating-queries", func(c *client, spans *collector, _ string, on bool) {
		a, trace := c.traced(spans, "GET", "/api/v1/products?per_page=7", "")
		want, repeated := 2, 0
		if on {
			want, repeated = 2+2*7, 2
		}
		groups := 0
		for _, times := range repeats(trace.statements()) {
			if times == 7 {
				groups++
			}
		}
		if got := a.is(200).queries(); got != want || groups != repeated {
			c.t.Errorf("on: %t, %d queries, %d statements sent 7 times, want %d and %d", on, got, groups, want, repeated)
		}
	})
}

func TestPlanChangeCannotUseTheIndex(t *testing.T) {
	eachWay(t, "plan-change", func(c *client, spans *collector, database string, on bool) {
		if !hasIndex(c.t, database, "search_terms_term_category_idx") {
			c.t.Error("the index is gone")
		}
		a, trace := c.traced(spans, "GET", "/api/v1/search?q=oak+table", "")
		if plan := trace.statements()[0].plan(c.t, database); readsWhole(plan, "search_terms", "t") != on {
			c.t.Errorf("on: %t, search has the plan\n%s", on, plan)
		}
		if got := as[products](a).Total; got != 14 {
			c.t.Errorf("%d found", got)
		}
	})
}
