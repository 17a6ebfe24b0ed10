package catalog

import (
	"database/sql"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/web"
)

// A Catalog answers from a database.
type Catalog struct{ db *database.DB }

// New returns the catalog of a database.
func New(db *database.DB) *Catalog { return &Catalog{db} }

// products is one page of products, and how many there are in all.
type products struct {
	Data []Product `json:"data"`
	web.Page
	Total int `json:"total"`
}

const productColumns = `p.id, p.name, p.price_cents, c.id, c.slug, c.name`

func scanProduct(rows *sql.Rows, p *Product) error {
	return rows.Scan(&p.ID, &p.Name, &p.PriceCents, &p.Category.ID, &p.Category.Slug, &p.Category.Name)
}
