package catalog

import (
	"context"
	"sync"
	"time"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
)

// How the ratings are rebuilt.
const (
	rebuildEvery = 3 * time.Second
	rebuildBatch = 200 // reviews of one query
)

func newPeriodicStall(turn func(context.Context, bool) error) *faults.Fault {
	return &faults.Fault{
		Name:      "periodic-stall",
		Endpoints: []string{"GET /api/v1/products", "GET /api/v1/search"},
		Mistake:   "every three seconds a job reads all reviews to rebuild the ratings, and holds the lock meanwhile that each list needs",
		Apply:     turn,
	}
}

// rebuild counts every review anew. It locks first, so that nobody reads ratings that are half done.
func (r *ratings) rebuild(ctx context.Context, db *database.DB) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	tallies := map[int64]tally{}
	for offset := 0; ; offset += rebuildBatch {
		reviews, err := database.Collect(ctx, db.Read, scanTally,
			`SELECT product_id, 1, rating FROM reviews ORDER BY id LIMIT $1 OFFSET $2`, rebuildBatch, offset)
		if err != nil {
			return err
		}
		for _, one := range reviews {
			t := tallies[one.product]
			tallies[one.product] = tally{one.product, t.reviews + one.reviews, t.stars + one.stars}
		}
		if len(reviews) < rebuildBatch {
			break
		}
	}
	r.of = make(map[int64]*Rating, len(tallies))
	for product, t := range tallies {
		r.of[product] = t.rating()
	}
	return nil
}

// A rebuilder is the job, while there is one.
type rebuilder struct {
	mu   sync.Mutex
	stop func() // returns when the job has ended; nil: there is none
}

// turnRebuilder starts or stops the job.
func (c *Catalog) turnRebuilder(_ context.Context, on bool) error {
	c.rebuilder.mu.Lock()
	defer c.rebuilder.mu.Unlock()
	switch {
	case on && c.rebuilder.stop == nil:
		ctx, cancel := context.WithCancel(context.Background())
		var job sync.WaitGroup
		job.Go(func() { c.keepRebuilding(ctx) })
		c.rebuilder.stop = func() {
			cancel()
			job.Wait()
		}
	case !on && c.rebuilder.stop != nil:
		c.rebuilder.stop()
		c.rebuilder.stop = nil
	}
	return nil
}

func (c *Catalog) keepRebuilding(ctx context.Context) {
	every := time.NewTicker(rebuildEvery)
	defer every.Stop()
	for {
		job, end := c.tracing.Job(ctx, "rebuild ratings")
		err := c.ratings.rebuild(job, c.db)
		end(err)
		if err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "ratings not rebuilt, will try again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}
