package catalog

import (
	"context"
	"fmt"
	"net/http"

	"github.com/tidemark/tidemark/examples/shop/web"
)

// maxTerms is how many words a query may have; beyond it people paste essays.
const maxTerms = 8

// Search answers GET /search: products that have every word of q, of one category if one is given.
func (c *Catalog) Search(w http.ResponseWriter, r *http.Request) error {
	page, err := web.ReadPage(r)
	if err != nil {
		return err
	}
	terms := Terms(r.URL.Query().Get("q"))
	if len(terms) == 0 || len(terms) > maxTerms {
		return web.Invalid(web.FieldProblem{Field: "q", Message: fmt.Sprintf("must have 1 to %d words", maxTerms)})
	}
	category, err := web.TextParameter(r, "category")
	if err != nil {
		return err
	}
	found, err := c.search(r.Context(), terms, category, page)
	if err != nil {
		return err
	}
	c.rate(found.Data)
	c.promise(r.Context(), found.Data)
	return web.Answer(w, http.StatusOK, found)
}

// search lives on the index of search_terms by term and category; without it each search reads every word of the catalog.
func (c *Catalog) search(ctx context.Context, terms []string, category string, page web.Page) (listing[Product], error) {
	found := listing[Product]{Data: []Product{}, Page: page}
	matches, args := c.matching(terms, category)
	rows, err := c.db.Read.QueryContext(ctx, `SELECT `+productColumns+`, found.total FROM (
			SELECT t.product_id, count(*) OVER () AS total `+matches+fmt.Sprintf(`
			ORDER BY t.product_id LIMIT $%d OFFSET $%d`, len(args)+1, len(args)+2)+`
		) found JOIN products p ON p.id = found.product_id JOIN categories c ON c.id = p.category_id ORDER BY p.id`,
		append(args, page.Size, page.Offset())...)
	if err != nil {
		return found, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says it
	for rows.Next() {
		var p Product
		err := rows.Scan(&p.ID, &p.Name, &p.PriceCents, &p.Category.ID, &p.Category.Slug, &p.Category.Name, &found.Total)
		if err != nil {
			return found, err
		}
		found.Data = append(found.Data, p)
	}
	if err := rows.Err(); err != nil || len(found.Data) > 0 || page.Offset() == 0 {
		return found, err
	}
	// Beyond the last page there was no row to read the total from.
	return found, c.db.Read.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 `+matches+`) AS found`, args...).Scan(&found.Total)
}

// matching is the end of a SELECT of the products that have every term, and its parameters.
func (c *Catalog) matching(terms []string, category string) (sql string, args []any) {
	parameter := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	words := make([]string, len(terms))
	for i, term := range terms {
		words[i] = parameter(term)
	}
	where := c.hasTerm(words)
	if category != "" {
		where += ` AND t.category_id = (SELECT id FROM categories WHERE slug = ` + parameter(category) + `)`
	}
	return `FROM search_terms t WHERE ` + where + ` GROUP BY t.product_id HAVING count(*) = ` + parameter(len(terms)), args
}
