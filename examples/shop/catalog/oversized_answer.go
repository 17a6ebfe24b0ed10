package catalog

import (
	"context"
	"database/sql"
	"net/http"
	"time"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
	"github.com/tidemark/tidemark/examples/shop/web"
)

func newOversizedAnswer() *faults.Fault {
	return &faults.Fault{
		Name:      "oversized-answer",
		Endpoints: []string{"GET /api/v1/products"},
		Mistake:   "a list has each product whole, with description, variants and all reviews, where a summary is shown: some 15 times the bytes",
	}
}

// answerList sends a page of products.
func (c *Catalog) answerList(ctx context.Context, w http.ResponseWriter, list listing[Product]) error {
	if !c.oversizedAnswer.On() {
		return web.Answer(w, http.StatusOK, list)
	}
	products, err := c.loadWhole(ctx, list.Data)
	if err != nil {
		return err
	}
	return web.Answer(w, http.StatusOK, listing[ProductDetail]{Data: products, Page: list.Page, Total: list.Total})
}

// loadWhole reads everything that belongs to products: some client may need it one day.
func (c *Catalog) loadWhole(ctx context.Context, list []Product) ([]ProductDetail, error) {
	whole := make([]ProductDetail, len(list))
	if len(list) == 0 {
		return whole, nil
	}
	ids, of := make([]any, len(list)), make(map[int64]*ProductDetail, len(list))
	for i, p := range list {
		whole[i] = ProductDetail{Product: p, Variants: []Variant{}, Reviews: []Review{}}
		ids[i], of[p.ID] = p.ID, &whole[i]
	}
	in := `IN (` + database.Placeholders(len(ids), 1) + `)`
	texts, err := database.Collect(ctx, c.db.Read, scanText, `SELECT id, description, created_at FROM products WHERE id `+in, ids...)
	if err != nil {
		return nil, err
	}
	variants, err := database.Collect(ctx, c.db.Read, scanVariantOf,
		`SELECT product_id, id, sku, name, price_cents FROM variants WHERE product_id `+in+` ORDER BY id`, ids...)
	if err != nil {
		return nil, err
	}
	reviews, err := database.Collect(ctx, c.db.Read, scanReviewOf,
		`SELECT product_id, id, rating, author, body, created_at FROM reviews WHERE product_id `+in+` ORDER BY created_at DESC, id DESC`, ids...)
	if err != nil {
		return nil, err
	}
	for _, t := range texts {
		of[t.product].Description, of[t.product].CreatedAt = t.value.description, t.value.created
	}
	for _, v := range variants {
		of[v.product].Variants = append(of[v.product].Variants, v.value)
	}
	for _, r := range reviews {
		of[r.product].Reviews = append(of[r.product].Reviews, r.value)
	}
	return whole, nil
}

// A part is something that belongs to a product.
type part[T any] struct {
	product int64
	value   T
}

// A text is what a summary leaves out of a product's row.
type text struct {
	description string
	created     time.Time
}

func scanText(rows *sql.Rows, t *part[text]) error {
	var created int64
	err := rows.Scan(&t.product, &t.value.description, &created)
	t.value.created = time.UnixMilli(created).UTC()
	return err
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
