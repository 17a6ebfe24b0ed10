package catalog

import (
	"context"
	"fmt"
	"net/http"
	"strings"

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
	found, err := c.search(r.Context(), terms, r.URL.Query().Get("category"), page)
	if err != nil {
		return err
	}
	return web.Answer(w, http.StatusOK, found)
}

// search lives on the index of search_terms by term and category; without it each search reads every word of the catalog.
func (c *Catalog) search(ctx context.Context, terms []string, category string, page web.Page) (products, error) {
	found := products{Data: []Product{}, Page: page}
	var args []any
	parameter := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	words := make([]string, len(terms))
	for i, term := range terms {
		words[i] = parameter(term)
	}
	where := `t.term IN (` + strings.Join(words, ", ") + `)`
	if category != "" {
		where += ` AND t.category_id = (SELECT id FROM categories WHERE slug = ` + parameter(category) + `)`
	}
	query := `SELECT ` + productColumns + `, found.total FROM (
			SELECT t.product_id, count(*) OVER () AS total FROM search_terms t
			WHERE ` + where + ` GROUP BY t.product_id HAVING count(*) = ` + parameter(len(terms)) + `
			ORDER BY t.product_id LIMIT ` + parameter(page.Size) + ` OFFSET ` + parameter(page.Offset()) + `
		) found JOIN products p ON p.id = found.product_id JOIN categories c ON c.id = p.category_id ORDER BY p.id`
	rows, err := c.db.Read.QueryContext(ctx, query, args...)
	if err != nil {
		return found, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Product
		err := rows.Scan(&p.ID, &p.Name, &p.PriceCents, &p.Category.ID, &p.Category.Slug, &p.Category.Name, &found.Total)
		if err != nil {
			return found, err
		}
		found.Data = append(found.Data, p)
	}
	return found, rows.Err()
}
