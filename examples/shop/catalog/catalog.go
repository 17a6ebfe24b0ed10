package catalog

import (
	"context"
	"database/sql"
	"log/slog"
	"sync/atomic"

	"golang.org/x/time/rate"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
	"github.com/tidemark/tidemark/examples/shop/inventory"
	"github.com/tidemark/tidemark/examples/shop/telemetry"
	"github.com/tidemark/tidemark/examples/shop/web"
)

// A Catalog answers from a database, and from the inventory service what only the warehouse knows.
type Catalog struct {
	db        *database.DB
	inventory *inventory.Client
	tracing   *telemetry.Tracing
	log       *slog.Logger
	ratings   ratings
	limiter   *rate.Limiter
	cached    atomic.Pointer[[]*entry] // the whole catalog, by id; nil: nothing is kept
	rebuilder rebuilder

	repeatingQueries *faults.Fault
	nPlusOneCalls    *faults.Fault
	sequentialCalls  *faults.Fault
	planChange       *faults.Fault
	cpuHotspot       *faults.Fault
	gcPressure       *faults.Fault
	oversizedAnswer  *faults.Fault
	rateLimited      *faults.Fault
	periodicStall    *faults.Fault
}

// New returns the catalog of a database. It has no ratings until RefreshRatings, and the same ones unless KeepRatings runs.
func New(db *database.DB, inventory *inventory.Client, tracing *telemetry.Tracing, log *slog.Logger) *Catalog {
	c := &Catalog{
		db:               db,
		inventory:        inventory,
		tracing:          tracing,
		log:              log,
		limiter:          newLimiter(),
		repeatingQueries: newRepeatingQueries(),
		nPlusOneCalls:    newNPlusOneCalls(),
		sequentialCalls:  newSequentialCalls(),
		planChange:       newPlanChange(),
		cpuHotspot:       newCPUHotspot(),
		oversizedAnswer:  newOversizedAnswer(),
		rateLimited:      newRateLimited(),
	}
	c.gcPressure = newGCPressure(c.fillCache)
	c.periodicStall = newPeriodicStall(c.turnRebuilder)
	return c
}

// Faults are the mistakes that can be made with the catalog.
func (c *Catalog) Faults() []*faults.Fault {
	return []*faults.Fault{
		c.repeatingQueries, c.nPlusOneCalls, c.sequentialCalls, c.planChange, c.cpuHotspot, c.gcPressure,
		c.oversizedAnswer, c.rateLimited, c.periodicStall,
	}
}

// Close stops what a fault may have started.
func (c *Catalog) Close() error { return c.turnRebuilder(context.Background(), false) }

// A listing is one page of products, and how many there are in all.
type listing[P Product | ProductDetail] struct {
	Data []P `json:"data"`
	web.Page
	Total int `json:"total"`
}

const productColumns = `p.id, p.name, p.price_cents, c.id, c.slug, c.name`

func scanProduct(rows *sql.Rows, p *Product) error {
	return rows.Scan(&p.ID, &p.Name, &p.PriceCents, &p.Category.ID, &p.Category.Slug, &p.Category.Name)
}
