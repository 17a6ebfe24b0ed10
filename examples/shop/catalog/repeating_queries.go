package catalog

import (
	"context"
	"database/sql"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newRepeatingQueries() *faults.Fault {
	return &faults.Fault{
		Name:      "repeating-queries",
		Endpoints: []string{"GET /api/v1/products"},
		Mistake:   "the page is read as ids, then product by product, and for each the category: 42 queries for 20 products instead of 2",
	}
}

// loadProducts reads the products that the end of a query, with its parameters, leaves.
func (c *Catalog) loadProducts(ctx context.Context, where string, args ...any) ([]Product, error) {
	if c.repeatingQueries.On() {
		return c.loadOneByOne(ctx, where, args...)
	}
	return c.loadJoined(ctx, where, args...)
}

// loadJoined reads products and their categories with one query.
func (c *Catalog) loadJoined(ctx context.Context, where string, args ...any) ([]Product, error) {
	return database.Collect(ctx, c.db.Read, scanProduct,
		`SELECT `+productColumns+` FROM products p JOIN categories c ON c.id = p.category_id `+where, args...)
}

// loadOneByOne asks for each product as whoever needs a single one does.
func (c *Catalog) loadOneByOne(ctx context.Context, where string, args ...any) ([]Product, error) {
	ids, err := database.Collect(ctx, c.db.Read, scanID, `SELECT p.id FROM products p `+where, args...)
	if err != nil {
		return nil, err
	}
	list := make([]Product, len(ids))
	for i, id := range ids {
		if list[i], err = c.loadProduct(ctx, id); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (c *Catalog) loadProduct(ctx context.Context, id int64) (p Product, err error) {
	err = c.db.Read.QueryRowContext(ctx, `SELECT id, name, price_cents, category_id FROM products WHERE id = $1`, id).
		Scan(&p.ID, &p.Name, &p.PriceCents, &p.Category.ID)
	if err != nil {
		return p, err
	}
	p.Category, err = c.loadCategory(ctx, p.Category.ID)
	return p, err
}

func (c *Catalog) loadCategory(ctx context.Context, id int64) (category Category, err error) {
	err = c.db.Read.QueryRowContext(ctx, `SELECT id, slug, name FROM categories WHERE id = $1`, id).
		Scan(&category.ID, &category.Slug, &category.Name)
	return category, err
}

func scanID(rows *sql.Rows, id *int64) error { return rows.Scan(id) }
