package catalog

import (
	"context"
	"fmt"
	"net/http"

	"github.com/tidemark/tidemark/examples/shop/web"
)

// List answers GET /products: a page of all products, or of a category's.
func (c *Catalog) List(w http.ResponseWriter, r *http.Request) error {
	page, err := web.ReadPage(r)
	if err != nil {
		return err
	}
	category, err := web.TextParameter(r, "category")
	if err != nil {
		return err
	}
	list, err := c.list(r.Context(), category, page)
	if err != nil {
		return err
	}
	return c.answerList(r.Context(), w, list)
}

func (c *Catalog) list(ctx context.Context, category string, page web.Page) (listing[Product], error) {
	list, err := c.queryPage(ctx, category, page)
	if err != nil {
		return list, err
	}
	c.rate(list.Data)
	c.promise(ctx, list.Data)
	return list, nil
}

// queryPage reads a page from the database.
func (c *Catalog) queryPage(ctx context.Context, category string, page web.Page) (listing[Product], error) {
	where, args := selection(category)
	list := listing[Product]{Page: page}
	count := c.db.Read.QueryRowContext(ctx, `SELECT count(*) FROM products p `+where, args...)
	if err := count.Scan(&list.Total); err != nil {
		return list, err
	}
	where += fmt.Sprintf(` ORDER BY p.id LIMIT $%d OFFSET $%d`, len(args)+1, len(args)+2)
	var err error
	list.Data, err = c.loadProducts(ctx, where, append(args, page.Size, page.Offset())...)
	return list, err
}

// selection is the part of a query that leaves the products of a category, or all if it is empty, and its parameters.
func selection(category string) (where string, args []any) {
	if category == "" {
		return "", nil
	}
	return `WHERE p.category_id = (SELECT id FROM categories WHERE slug = $1)`, []any{category}
}
