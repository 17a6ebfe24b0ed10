package catalog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/web"
)

// Show answers GET /products/{id}: the product with its category, variants and reviews, and how it would come to the buyer.
func (c *Catalog) Show(w http.ResponseWriter, r *http.Request) error {
	if err := c.admit(w); err != nil {
		return err
	}
	id, err := web.ID(r)
	if err != nil {
		return err
	}
	product, err := c.detail(r.Context(), id)
	if errors.Is(err, sql.ErrNoRows) {
		return web.NotFound(fmt.Sprintf("there is no product %d", id))
	}
	if err != nil {
		return err
	}
	return web.Answer(w, http.StatusOK, product)
}

func (c *Catalog) detail(ctx context.Context, id int64) (*ProductDetail, error) {
	var p ProductDetail
	var created int64
	err := c.db.Read.QueryRowContext(ctx,
		`SELECT `+productColumns+`, p.description, p.created_at
		FROM products p JOIN categories c ON c.id = p.category_id WHERE p.id = $1`, id).
		Scan(&p.ID, &p.Name, &p.PriceCents, &p.Category.ID, &p.Category.Slug, &p.Category.Name, &p.Description, &created)
	if err != nil {
		return nil, err
	}
	p.CreatedAt = time.UnixMilli(created).UTC()
	if err := c.complete(ctx, &p); err != nil {
		return nil, err
	}
	c.maskAll(p.Reviews)
	return &p, nil
}

// loadParts reads what the database has of a product beside its row.
func (c *Catalog) loadParts(ctx context.Context, p *ProductDetail) (err error) {
	p.Variants, err = database.Collect(ctx, c.db.Read, scanVariant,
		`SELECT id, sku, name, price_cents FROM variants WHERE product_id = $1 ORDER BY id`, p.ID)
	if err != nil {
		return err
	}
	p.Reviews, err = database.Collect(ctx, c.db.Read, scanReview,
		`SELECT id, rating, author, body, created_at FROM reviews WHERE product_id = $1 ORDER BY created_at DESC, id DESC`, p.ID)
	p.Rating = ratingOf(p.Reviews)
	return err
}

func scanVariant(rows *sql.Rows, v *Variant) error {
	return rows.Scan(&v.ID, &v.SKU, &v.Name, &v.PriceCents)
}

func scanReview(rows *sql.Rows, r *Review) error {
	var created int64
	err := rows.Scan(&r.ID, &r.Rating, &r.Author, &r.Body, &created)
	r.CreatedAt = time.UnixMilli(created).UTC()
	return err
}
