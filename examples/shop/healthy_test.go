package shop_test

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

// bigTables are those that nobody should read whole while a buyer waits, with the aliases that statements have for them.
var bigTables = map[string]string{"line_items": "li", "orders": "o", "reviews": "r", "search_terms": "t", "variants": "v"}

// On the healthy shop no cause is to be found: whatever would point at one is a fault that we made without wanting to.
func TestHealthyShopHasNoFault(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		spans := startCollector(t)
		c := start(t, shop.Config{Database: database, OTLP: spans.url})
		for _, r := range requests {
			a, trace := c.traced(spans, r.method, r.path, r.body)
			if a.status >= 300 {
				t.Fatalf("%s: status %d: %s", a.what, a.status, a.body)
			}
			if len(a.body) > 100_000 {
				t.Errorf("%s: %d bytes", a.what, len(a.body))
			}
			for text, times := range repeats(trace.statements()) {
				if times > 1 {
					t.Errorf("%s: sent %d times: %s", a.what, times, text)
				}
			}
			kinds := map[string]int{}
			for _, call := range trace.calls() {
				if kinds[call.name]++; kinds[call.name] > 1 {
					t.Errorf("%s: called again: %s", a.what, call)
				}
			}
			for _, s := range trace.statements() {
				if batch(s) || private(r.path) || strings.HasPrefix(s.name, "INSERT") {
					continue // the parameters are not known, or nothing is looked for
				}
				plan := s.plan(t, database)
				for table, alias := range bigTables {
					if readsWhole(plan, table, alias) {
						t.Errorf("%s: %s is read whole by %s:\n%s", a.what, table, s.about["db.query.text"], plan)
					}
				}
			}
		}
	})
}
