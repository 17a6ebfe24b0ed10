package shop_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

type product struct {
	ID         int64
	Name       string
	Category   struct{ Slug string }
	PriceCents int64 `json:"price_cents"`
}

type products struct {
	Data        []product
	Page, Total int
}

func TestProductsComeInPages(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		next := int64(1)
		for page := 1; page <= 10; page++ {
			list := as[products](c.get(fmt.Sprintf("/api/v1/products?per_page=200&page=%d", page)).is(200))
			if list.Total != 2000 || list.Page != page || len(list.Data) != 200 {
				t.Fatalf("page %d: total %d, page %d, %d products", page, list.Total, list.Page, len(list.Data))
			}
			for _, p := range list.Data {
				if p.ID != next || p.Name == "" || p.PriceCents < 1 || p.Category.Slug == "" {
					t.Fatalf("%+v, want product %d", p, next)
				}
				next++
			}
		}
		beyond := as[products](c.get("/api/v1/products?per_page=200&page=11").is(200))
		if len(beyond.Data) != 0 || beyond.Total != 2000 {
			t.Errorf("beyond the end: %+v", beyond)
		}
		if first := as[products](c.get("/api/v1/products").is(200)); len(first.Data) != 20 {
			t.Errorf("without per_page there are %d products", len(first.Data))
		}
	})
}

func TestProductsOfACategory(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		list := as[products](c.get("/api/v1/products?category=kitchen-tools&per_page=200").is(200))
		if list.Total < 1 || list.Total != len(list.Data) {
			t.Fatalf("total %d, %d products", list.Total, len(list.Data))
		}
		for _, p := range list.Data {
			if p.Category.Slug != "kitchen-tools" {
				t.Errorf("%+v is of another category", p)
			}
		}
		second := as[products](c.get("/api/v1/products?category=kitchen-tools&per_page=3&page=2").is(200))
		if !slices.Equal(second.Data, list.Data[3:6]) {
			t.Errorf("the second page is %+v, want %+v", second.Data, list.Data[3:6])
		}
		if none := as[products](c.get("/api/v1/products?category=weapons").is(200)); none.Total != 0 || none.Data == nil {
			t.Errorf("an unknown category: %+v", none)
		}
	})
}

func TestProductsRefuseBadParameters(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		for query, field := range map[string]string{
			"page=0": "page", "page=x": "page", "page=1000001": "page",
			"per_page=0": "per_page", "per_page=201": "per_page", "per_page=-1": "per_page",
			"category=%00": "category", "category=%ff": "category",
		} {
			p := c.get("/api/v1/products?" + query).refuses(422)
			if len(p.Errors) != 1 || p.Errors[0].Field != field || p.Errors[0].Message == "" {
				t.Errorf("%s: %+v", query, p)
			}
		}
	})
}
