package catalog

import (
	"context"
	"sync"

	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newSequentialCalls() *faults.Fault {
	return &faults.Fault{
		Name:      "sequential-calls",
		Endpoints: []string{"GET /api/v1/products/{id}"},
		Mistake:   "three calls that do not need each other's answers wait for each other, and for the database",
	}
}

// complete adds to a product what belongs to it. A page that cannot say how the product would come is better than none.
func (c *Catalog) complete(ctx context.Context, p *ProductDetail) error {
	if c.sequentialCalls.On() {
		return c.completeInTurn(ctx, p)
	}
	return c.completeAtOnce(ctx, p)
}

// completeAtOnce asks the inventory service while the database answers, and takes as long as the slowest of them.
func (c *Catalog) completeAtOnce(ctx context.Context, p *ProductDetail) error {
	var unknown [3]error
	var calls sync.WaitGroup
	calls.Go(func() { p.DispatchDays, unknown[0] = c.inventory.Dispatch(ctx, p.ID) })
	calls.Go(func() { p.Warehouse, unknown[1] = c.inventory.Warehouse(ctx, p.ID) })
	calls.Go(func() { p.Carriers, unknown[2] = c.inventory.Carriers(ctx, p.ID) })
	err := c.loadParts(ctx, p)
	calls.Wait()
	for _, err := range unknown {
		c.note(ctx, err)
	}
	return err
}

// completeInTurn takes as long as all together.
func (c *Catalog) completeInTurn(ctx context.Context, p *ProductDetail) error {
	err := c.loadParts(ctx, p)
	if err != nil {
		return err
	}
	p.DispatchDays, err = c.inventory.Dispatch(ctx, p.ID)
	c.note(ctx, err)
	p.Warehouse, err = c.inventory.Warehouse(ctx, p.ID)
	c.note(ctx, err)
	p.Carriers, err = c.inventory.Carriers(ctx, p.ID)
	c.note(ctx, err)
	return nil
}
