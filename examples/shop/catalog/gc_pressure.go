package catalog

import (
	"context"

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
		return cutPage(copyAll(*cached), category, page), nil
	}
	return c.queryPage(ctx, category, page)
}

// An entry is a product in the cache, with its parts.
type entry struct {
	product  Product
	variants []*Variant
	reviews  []*Review
}

// fillCache reads the whole catalog into memory, or forgets it.
func (c *Catalog) fillCache(ctx context.Context, fill bool) error {
	if !fill {
		c.cached.Store(nil)
		return nil
	}
	whole, err := c.loadWhole(ctx, ``, ``)
	if err != nil {
		return err
	}
	entries := make([]*entry, len(whole))
	for i := range whole {
		entries[i] = &entry{product: whole[i].Product}
		for n := range whole[i].Variants {
			entries[i].variants = append(entries[i].variants, &whole[i].Variants[n])
		}
		for n := range whole[i].Reviews {
			entries[i].reviews = append(entries[i].reviews, &whole[i].Reviews[n])
		}
	}
	c.cached.Store(&entries)
	return nil
}

// copyAll copies the cache, for a caller to do with what it likes.
func copyAll(cached []*entry) (entries []*entry) {
	for _, e := range cached {
		entries = append(entries, e.copy())
	}
	return entries
}

// copy shares nothing that can be changed with its original.
func (e *entry) copy() *entry {
	own := &entry{product: e.product}
	for _, v := range e.variants {
		variant := *v
		own.variants = append(own.variants, &variant)
	}
	for _, r := range e.reviews {
		review := *r
		own.reviews = append(own.reviews, &review)
	}
	return own
}

func cutPage(entries []*entry, category string, page web.Page) listing[Product] {
	list := listing[Product]{Data: []Product{}, Page: page}
	for _, e := range entries {
		if category != "" && e.product.Category.Slug != category {
			continue
		}
		if list.Total >= page.Offset() && len(list.Data) < page.Size {
			list.Data = append(list.Data, e.product)
		}
		list.Total++
	}
	return list
}
