package catalog

import (
	"context"

	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newNPlusOneCalls() *faults.Fault {
	return &faults.Fault{
		Name:      "n-plus-one-calls",
		Endpoints: []string{"GET /api/v1/products", "GET /api/v1/search"},
		Mistake:   "the inventory service is called for each product of a list: 20 calls for 20 products instead of 1",
	}
}

// promise says of each product when it would leave the warehouse. A list that cannot say it is better than none.
func (c *Catalog) promise(ctx context.Context, list []Product) {
	if len(list) == 0 {
		return
	}
	if c.nPlusOneCalls.On() {
		c.askForEach(ctx, list)
	} else {
		c.askForAll(ctx, list)
	}
}

// askForAll makes one call.
func (c *Catalog) askForAll(ctx context.Context, list []Product) {
	ids := make([]int64, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	days, err := c.inventory.DispatchDays(ctx, ids)
	c.note(ctx, err)
	for i := range list {
		list[i].DispatchDays = days[list[i].ID]
	}
}

// askForEach makes a call for each product.
func (c *Catalog) askForEach(ctx context.Context, list []Product) {
	for i := range list {
		var err error
		list[i].DispatchDays, err = c.inventory.Dispatch(ctx, list[i].ID)
		c.note(ctx, err)
	}
}

// note logs that the inventory service did not say what an answer now lacks.
func (c *Catalog) note(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "answered without the inventory service", "error", err)
	}
}
