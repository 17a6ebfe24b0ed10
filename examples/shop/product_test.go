package shop_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tidemark/tidemark/examples/shop"
)

func TestProductHasAllThatBelongsToIt(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		type review struct {
			ID           int64
			Rating       int
			Author, Body string
			CreatedAt    time.Time `json:"created_at"`
		}
		p := as[struct {
			product
			Description string
			Variants    []struct {
				ID        int64
				SKU, Name string
			}
			Reviews []review
		}](c.get("/api/v1/products/17").is(200))
		if p.ID != 17 || p.Name == "" || p.Description == "" || p.Category.Slug == "" || p.PriceCents < 1 {
			t.Errorf("product: %+v", p.product)
		}
		if len(p.Variants) < 2 || len(p.Variants) > 6 || p.Variants[0].SKU == "" || p.Variants[0].Name == "" {
			t.Errorf("variants: %+v", p.Variants)
		}
		if len(p.Reviews) == 0 || p.Reviews[0].Rating < 1 || p.Reviews[0].Rating > 5 || p.Reviews[0].Author == "" || p.Reviews[0].Body == "" {
			t.Fatalf("reviews: %+v", p.Reviews)
		}
		newest := func(a, b review) int { return b.CreatedAt.Compare(a.CreatedAt) }
		if !slices.IsSortedFunc(p.Reviews, newest) {
			t.Errorf("reviews are not newest first: %+v", p.Reviews)
		}
	})
}

func TestProductsThatDoNotExist(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		for _, id := range []string{"2001", "0", "-1", "x", "99999999999", "9999999999999999999999"} {
			c.get("/api/v1/products/" + id).refuses(404)
		}
	})
}
