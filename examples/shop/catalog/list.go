package catalog

import (
	"context"
	"net/http"

	"github.com/tidemark/tidemark/examples/shop/database"
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
	return web.Answer(w, http.StatusOK, list)
}

func (c *Catalog) list(ctx context.Context, category string, page web.Page) (products, error) {
	where, args := "", []any{}
	if category != "" {
		where, args = `WHERE p.category_id = (SELECT id FROM categories WHERE slug = $1)`, []any{category}
	}
	list := products{Page: page}
	count := c.db.Read.QueryRowContext(ctx, `SELECT count(*) FROM products p `+where, args...)
	if err := count.Scan(&list.Total); err != nil {
		return list, err
	}
	limit := `LIMIT $1 OFFSET $2`
	if category != "" {
		limit = `LIMIT $2 OFFSET $3`
	}
	var err error
	list.Data, err = database.Collect(ctx, c.db.Read, scanProduct,
		`SELECT `+productColumns+` FROM products p JOIN categories c ON c.id = p.category_id `+where+` ORDER BY p.id `+limit,
		append(args, page.Size, page.Offset())...)
	return list, err
}
