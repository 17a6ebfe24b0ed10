package orders

import (
	"log/slog"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
	"github.com/tidemark/tidemark/examples/shop/inventory"
	"github.com/tidemark/tidemark/examples/shop/telemetry"
)

// Orders takes and shows orders.
type Orders struct {
	db        *database.DB
	inventory *inventory.Client
	tracing   *telemetry.Tracing
	log       *slog.Logger
	placed    chan struct{} // wakes the reconciler; one waiting signal stands for any number of orders
	audit     audit         // empty but for growth

	nPlusOne         *faults.Fault
	redundantQueries *faults.Fault
	slowDependency   *faults.Fault
	lockContention   *faults.Fault
	growth           *faults.Fault
}

// New returns the orders of a database. Reconcile must run for them to be confirmed.
func New(db *database.DB, inventory *inventory.Client, tracing *telemetry.Tracing, log *slog.Logger) *Orders {
	o := &Orders{
		db:               db,
		inventory:        inventory,
		tracing:          tracing,
		log:              log,
		placed:           make(chan struct{}, 1),
		nPlusOne:         newNPlusOne(),
		redundantQueries: newRedundantQueries(),
		slowDependency:   newSlowDependency(),
		lockContention:   newLockContention(),
	}
	o.growth = newGrowth(o.audit.forget)
	return o
}

// Faults are the mistakes that can be made with orders.
func (o *Orders) Faults() []*faults.Fault {
	return []*faults.Fault{o.nPlusOne, o.redundantQueries, o.slowDependency, o.lockContention, o.growth}
}
