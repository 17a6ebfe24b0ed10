package catalog

import (
	"context"
	"net/http"

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
	if c.oversizedAnswer.On() {
		return c.answerWhole(ctx, w, list)
	}
	return web.Answer(w, http.StatusOK, list)
}

// answerWhole sends everything that belongs to the products: some client may need it one day.
func (c *Catalog) answerWhole(ctx context.Context, w http.ResponseWriter, list listing[Product]) error {
	whole := listing[ProductDetail]{Data: []ProductDetail{}, Page: list.Page, Total: list.Total}
	ids := make([]any, len(list.Data))
	for i, p := range list.Data {
		ids[i] = p.ID
	}
	if len(ids) > 0 {
		var err error
		in := `IN (` + database.Placeholders(len(ids), 1) + `)`
		if whole.Data, err = c.loadWhole(ctx, `WHERE p.id `+in, `WHERE product_id `+in, ids...); err != nil {
			return err
		}
	}
	for i := range whole.Data {
		whole.Data[i].Product = list.Data[i]
	}
	return web.Answer(w, http.StatusOK, whole)
}
