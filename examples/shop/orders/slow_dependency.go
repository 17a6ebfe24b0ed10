package orders

import (
	"context"
	"errors"
	"net/http"

	"github.com/tidemark/tidemark/examples/shop/faults"
	"github.com/tidemark/tidemark/examples/shop/inventory"
	"github.com/tidemark/tidemark/examples/shop/web"
)

func newSlowDependency() *faults.Fault {
	return &faults.Fault{
		Name:      "slow-dependency",
		Endpoints: []string{"POST /api/v1/orders"},
		Mistake:   "each order waits for the inventory service inside the request, and so has its tail",
	}
}

// secure sees to it that the order's goods will be there when they are packed.
func (o *Orders) secure(ctx context.Context, order *Order) error {
	if o.slowDependency.On() {
		return o.reserveNow(ctx, order)
	}
	return o.reserveLater(order)
}

// reserveLater trusts our own stock table. The reconciler tells the inventory service in the background.
func (o *Orders) reserveLater(order *Order) error {
	order.Status = Pending
	return nil
}

// reserveNow asks the inventory service while the buyer waits.
func (o *Orders) reserveNow(ctx context.Context, order *Order) error {
	err := o.inventory.Reserve(ctx, []inventory.Reservation{reservation(order.ID, order.LineItems)})
	if errors.Is(err, inventory.ErrUnavailable) {
		return &web.Problem{Status: http.StatusServiceUnavailable, Detail: "the inventory service does not answer"}
	}
	order.Status = Confirmed
	return err
}

func reservation(order string, items []LineItem) inventory.Reservation {
	r := inventory.Reservation{OrderID: order, Items: make([]inventory.Item, len(items))}
	for i, item := range items {
		r.Items[i] = inventory.Item{ProductID: item.ProductID, Quantity: item.Quantity}
	}
	return r
}
