package orders

import (
	"log/slog"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
	"github.com/tidemark/tidemark/examples/shop/inventory"
)

// Orders takes and shows orders.
type Orders struct {
	db        *database.DB
	inventory *inventory.Client
	log       *slog.Logger
	placed    chan struct{} // wakes the reconciler; one waiting signal stands for any number of orders

	nPlusOne       *faults.Fault
	slowDependency *faults.Fault
}

// New returns the orders of a database. Reconcile must run for them to be confirmed.
func New(db *database.DB, inventory *inventory.Client, log *slog.Logger) *Orders {
	return &Orders{
		db:             db,
		inventory:      inventory,
		log:            log,
		placed:         make(chan struct{}, 1),
		nPlusOne:       newNPlusOne(),
		slowDependency: newSlowDependency(),
	}
}

// Faults are the mistakes that can be made with orders.
func (o *Orders) Faults() []*faults.Fault { return []*faults.Fault{o.nPlusOne, o.slowDependency} }
