package shop

import (
	"net/http"
	"strconv"
)

type product struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	Category string `json:"category"`
	Cents    int    `json:"price_cents"`
}

func (p *product) columns() []any { return []any{&p.ID, &p.Name, &p.Category, &p.Cents} }

type review struct {
	Stars int    `json:"stars"`
	Text  string `json:"text"`
}

const perPage = 25

// products answers GET /api/v1/products?page=2&category=category-07.
func (a *app) products(r *http.Request) (any, error) {
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil && r.URL.Query().Has("page") || page < 0 {
		return nil, &problem{http.StatusBadRequest, "page is no number"}
	}
	where, args := "", []any{}
	if c := r.URL.Query().Get("category"); c != "" {
		where, args = " WHERE category = ?", append(args, c)
	}
	args = append(args, perPage, perPage*max(page-1, 0))
	list, err := all(r.Context(), a.read, (*product).columns, "SELECT id, name, category, price_cents FROM products"+where+" ORDER BY id LIMIT ? OFFSET ?", args...)
	return map[string]any{"data": list, "page": max(page, 1), "per_page": perPage}, err
}

// product answers GET /api/v1/products/{id}, with variants and reviews.
func (a *app) product(r *http.Request) (any, error) {
	ctx, id := r.Context(), r.PathValue("id")
	found, err := all(ctx, a.read, (*product).columns, "SELECT id, name, category, price_cents FROM products WHERE id = ?", id)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &problem{http.StatusNotFound, "no such product"}
	}
	variants, err := all(ctx, a.read, func(s *string) []any { return []any{s} }, "SELECT name FROM variants WHERE product_id = ?", id)
	if err != nil {
		return nil, err
	}
	reviews, err := all(ctx, a.read, func(v *review) []any { return []any{&v.Stars, &v.Text} }, "SELECT stars, text FROM reviews WHERE product_id = ?", id)
	return map[string]any{"product": found[0], "variants": variants, "reviews": reviews}, err
}
