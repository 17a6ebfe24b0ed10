package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/examples/shop/faults"
	"github.com/tidemark/tidemark/examples/shop/web"
)

func newGCPressure(fill func(context.Context, bool) error) *faults.Fault {
	return &faults.Fault{
		Name:      "gc-pressure",
		Endpoints: []string{"GET /api/v1/products"},
		Mistake:   "lists come from memory, and each request gets a deep copy of the whole catalog, lest it changes what others see",
		Apply:     fill,
	}
}

// readPage reads a page of all products, or of a category's.
func (c *Catalog) readPage(ctx context.Context, category string, page web.Page) (listing[Product], error) {
	if cached := c.cached.Load(); cached != nil {
		return cutPage(cloneAll(*cached), category, page), nil
	}
	return c.queryPage(ctx, category, page)
}

// fillCache reads the whole catalog into memory, or forgets it.
func (c *Catalog) fillCache(ctx context.Context, fill bool) error {
	if !fill {
		c.cached.Store(nil)
		return nil
	}
	products, err := c.loadWhole(ctx, ``, ``)
	if err == nil {
		c.cached.Store(&products)
	}
	return err
}

func cutPage(products []ProductDetail, category string, page web.Page) listing[Product] {
	list := listing[Product]{Data: []Product{}, Page: page}
	for _, p := range products {
		if category != "" && p.Category.Slug != category {
			continue
		}
		if list.Total >= page.Offset() && len(list.Data) < page.Size {
			list.Data = append(list.Data, p.Product)
		}
		list.Total++
	}
	return list
}

// cloneAll makes a copy of the catalog, for a caller to do with what it likes.
func cloneAll(products []ProductDetail) []ProductDetail {
	clones := make([]ProductDetail, len(products))
	for i, p := range products {
		clones[i] = p.clone()
	}
	return clones
}

// clone shares nothing with the product it is a copy of.
func (p ProductDetail) clone() ProductDetail {
	p.Name, p.Description = strings.Clone(p.Name), strings.Clone(p.Description)
	p.Category.Slug, p.Category.Name = strings.Clone(p.Category.Slug), strings.Clone(p.Category.Name)
	p.Variants = slices.Clone(p.Variants)
	for i, v := range p.Variants {
		p.Variants[i].SKU, p.Variants[i].Name = strings.Clone(v.SKU), strings.Clone(v.Name)
	}
	p.Reviews = slices.Clone(p.Reviews)
	for i, r := range p.Reviews {
		p.Reviews[i].Author, p.Reviews[i].Body = strings.Clone(r.Author), strings.Clone(r.Body)
	}
	return p
}
