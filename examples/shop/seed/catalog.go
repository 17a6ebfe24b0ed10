package seed

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/tidemark/tidemark/examples/shop/catalog"
)

// fillCatalog returns the products' names and prices, by id less one.
func fillCatalog(ctx context.Context, tx *sql.Tx) (names []string, prices []int64, err error) {
	rng := random(productStream)
	var (
		categories = newTable(tx, "categories", "id", "slug", "name")
		products   = newTable(tx, "products", "id", "category_id", "name", "description", "price_cents", "created_at")
		variants   = newTable(tx, "variants", "id", "product_id", "sku", "name", "price_cents").under(products)
		reviews    = newTable(tx, "reviews", "id", "product_id", "rating", "author", "body", "created_at").under(products)
		stock      = newTable(tx, "stock", "product_id", "available").under(products)
		terms      = newTable(tx, "search_terms", "term", "category_id", "product_id").under(products)
	)
	for i := range Categories {
		name := departments[i/len(kinds)] + " " + kinds[i%len(kinds)]
		slug := strings.ReplaceAll(strings.ToLower(name), " ", "-")
		if err := categories.add(ctx, i+1, slug, name); err != nil {
			return nil, nil, err
		}
	}
	if err := categories.flush(ctx); err != nil {
		return nil, nil, err
	}
	var variant, review int
	for id := 1; id <= Products; id++ {
		category := 1 + rng.IntN(Categories)
		name, description := productName(rng), prose(rng, 3+rng.IntN(4))
		price := int64(500 + 10*rng.IntN(3000) - 1)
		created := End.Add(-time.Duration(rng.IntN(1000)) * 24 * time.Hour)
		names, prices = append(names, name), append(prices, price)
		err := products.add(ctx, id, category, name, description, price, created.UnixMilli())
		for n := 2 + rng.IntN(5); err == nil && n > 0; n-- {
			variant++
			err = variants.add(ctx, variant, id, fmt.Sprintf("SKU-%05d-%d", id, n), pick(rng, colours), price+int64(100*n))
		}
		for n := rng.IntN(31); err == nil && n > 0; n-- {
			review++
			at := End.Add(-time.Duration(rng.IntN(int(End.Sub(created).Hours())+1)) * time.Hour)
			err = reviews.add(ctx, review, id, 1+rng.IntN(5), personName(rng), prose(rng, 1+rng.IntN(2)), at.UnixMilli())
		}
		if err == nil {
			err = stock.add(ctx, id, Stock)
		}
		for _, term := range catalog.Terms(name + " " + description) {
			if err == nil {
				err = terms.add(ctx, term, category, id)
			}
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return names, prices, flushAll(ctx, products, variants, reviews, stock, terms)
}
