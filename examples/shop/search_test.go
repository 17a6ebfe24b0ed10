package shop_test

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

func TestSearchFindsEveryWord(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		// No description has these words, so a product that is found has them in its name.
		found := as[products](c.get("/api/v1/search?q=walnut+LAMP&per_page=200").is(200))
		if found.Total < 1 || found.Total != len(found.Data) {
			t.Fatalf("total %d, %d products", found.Total, len(found.Data))
		}
		for _, p := range found.Data {
			if !strings.HasSuffix(p.Name, "Walnut Lamp") {
				t.Errorf("%q lacks a word", p.Name)
			}
		}
		category := found.Data[0].Category.Slug
		for _, p := range as[products](c.get("/api/v1/search?q=walnut+lamp&category=" + category).is(200)).Data {
			if p.Category.Slug != category {
				t.Errorf("%+v is not of %s", p, category)
			}
		}
		if none := as[products](c.get("/api/v1/search?q=walnut+submarine").is(200)); none.Total != 0 || none.Data == nil {
			t.Errorf("found %+v", none)
		}
		beyond := as[products](c.get("/api/v1/search?q=walnut+lamp&page=1000").is(200))
		if beyond.Total != found.Total || len(beyond.Data) != 0 {
			t.Errorf("beyond the last page: total %d, want %d", beyond.Total, found.Total)
		}
	})
}

func TestSearchRefusesBadQueries(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		for query, field := range map[string]string{
			"": "q", "q=": "q", "q=%21%00": "q", "q=a+b+c+d+e+f+g+h+i": "q", "q=oak&page=0": "page", "q=oak&category=%00": "category",
		} {
			if p := c.get("/api/v1/search?" + query).refuses(422); len(p.Errors) != 1 || p.Errors[0].Field != field {
				t.Errorf("%q: %+v", query, p)
			}
		}
	})
}
