package catalog

import (
	"context"
	"database/sql"
	"time"

	"github.com/tidemark/tidemark/examples/shop/database"
)

// A part is something that belongs to a product.
type part[T Variant | Review] struct {
	product int64
	value   T
}

// loadWhole reads products, by id, with all that the database has of them. The two conditions, which share the parameters, leave
// the products that are wanted and the parts of these.
func (c *Catalog) loadWhole(ctx context.Context, ofProducts, ofParts string, parameters ...any) ([]ProductDetail, error) {
	whole, err := database.Collect(ctx, c.db.Read, func(rows *sql.Rows, p *ProductDetail) error { return p.scan(rows) },
		`SELECT `+detailColumns+` FROM products p JOIN categories c ON c.id = p.category_id `+ofProducts+` ORDER BY p.id`, parameters...)
	if err != nil {
		return nil, err
	}
	variants, err := database.Collect(ctx, c.db.Read, scanVariantOf,
		`SELECT product_id, id, sku, name, price_cents FROM variants `+ofParts+` ORDER BY id`, parameters...)
	if err != nil {
		return nil, err
	}
	reviews, err := database.Collect(ctx, c.db.Read, scanReviewOf,
		`SELECT product_id, id, rating, author, body, created_at FROM reviews `+ofParts+` ORDER BY created_at DESC, id DESC`, parameters...)
	if err != nil {
		return nil, err
	}
	of := make(map[int64]*ProductDetail, len(whole))
	for i := range whole {
		whole[i].Variants, whole[i].Reviews = []Variant{}, []Review{}
		of[whole[i].ID] = &whole[i]
	}
	for _, v := range variants {
		of[v.product].Variants = append(of[v.product].Variants, v.value)
	}
	for _, r := range reviews {
		of[r.product].Reviews = append(of[r.product].Reviews, r.value)
	}
	return whole, nil
}

func scanVariantOf(rows *sql.Rows, v *part[Variant]) error {
	return rows.Scan(&v.product, &v.value.ID, &v.value.SKU, &v.value.Name, &v.value.PriceCents)
}

func scanReviewOf(rows *sql.Rows, r *part[Review]) error {
	var created int64
	err := rows.Scan(&r.product, &r.value.ID, &r.value.Rating, &r.value.Author, &r.value.Body, &created)
	r.value.CreatedAt = time.UnixMilli(created).UTC()
	return err
}
