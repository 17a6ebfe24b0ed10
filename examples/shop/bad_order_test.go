package shop_test

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

func TestBadOrdersAreRefused(t *testing.T) {
	const item = `{"product_id":1,"quantity":1}`
	cases := []struct {
		name, body string
		status     int
		field      string // of the first error; empty: none
	}{
		{"no JSON", `{`, 400, ""},
		{"nothing", ``, 400, ""},
		{"an unknown field", `{"user_id":1,"line_items":[` + item + `],"gift":true}`, 400, ""},
		{"a wrong type", `{"user_id":"1","line_items":[` + item + `]}`, 400, ""},
		{"two values", `{"user_id":1,"line_items":[` + item + `]} {}`, 400, ""},
		{"too long", `{"user_id":1,` + strings.Repeat(" ", 1<<20) + `"line_items":[` + item + `]}`, 413, ""},
		{"no user", `{"line_items":[` + item + `]}`, 422, "user_id"},
		{"an unknown user", `{"user_id":201,"line_items":[` + item + `]}`, 422, "user_id"},
		{"a user beyond the column", `{"user_id":4294967297,"line_items":[` + item + `]}`, 422, "user_id"},
		{"no items", `{"user_id":1,"line_items":[]}`, 422, "line_items"},
		{"too many items", `{"user_id":1,"line_items":[` + strings.Repeat(item+",", 50) + item + `]}`, 422, "line_items"},
		{"no product", `{"user_id":1,"line_items":[` + item + `,{"quantity":1}]}`, 422, "line_items[1].product_id"},
		{"an unknown product", `{"user_id":1,"line_items":[` + item + `,{"product_id":2001,"quantity":1}]}`, 422, "line_items"},
		{"a product beyond the column", `{"user_id":1,"line_items":[{"product_id":4294967297,"quantity":1}]}`, 422, "line_items[0].product_id"},
		{"no quantity", `{"user_id":1,"line_items":[{"product_id":1}]}`, 422, "line_items[0].quantity"},
		{"too much", `{"user_id":1,"line_items":[{"product_id":1,"quantity":1000001}]}`, 422, "line_items[0].quantity"},
		{"more than there is", `{"user_id":1,"line_items":[{"product_id":1,"quantity":1000000},` + item + `]}`, 409, ""},
	}
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		for _, bad := range cases {
			t.Run(bad.name, func(t *testing.T) {
				one := *c
				one.t = t
				p := one.post("/api/v1/orders", bad.body).refuses(bad.status)
				if p.Detail == "" || (len(p.Errors) > 0) != (bad.field != "") || bad.field != "" && p.Errors[0].Field != bad.field {
					t.Errorf("%+v, want an error of field %q", p, bad.field)
				}
			})
		}
		if got := len(c.history(1)); got != 5 {
			t.Errorf("%d orders, want the 5 of before", got)
		}
	})
}
