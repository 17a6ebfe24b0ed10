package catalog

import (
	"context"
	"database/sql"
	"math"
	"sync"
	"time"

	"github.com/tidemark/tidemark/examples/shop/database"
)

// ratingsEvery is how old a rating in a list may be; reviews are not written by the second.
const ratingsEvery = time.Minute

// A Rating is what buyers think of a product together.
type Rating struct {
	Stars   float64 `json:"stars"` // from 1 to 5, to the tenth
	Reviews int     `json:"reviews"`
}

// A tally is a rating in the making.
type tally struct {
	product        int64
	reviews, stars int
}

// rating is nil if nobody rated.
func (t tally) rating() *Rating {
	if t.reviews == 0 {
		return nil
	}
	return &Rating{Stars: math.Round(10*float64(t.stars)/float64(t.reviews)) / 10, Reviews: t.reviews}
}

func ratingOf(reviews []Review) *Rating {
	t := tally{reviews: len(reviews)}
	for _, r := range reviews {
		t.stars += r.Rating
	}
	return t.rating()
}

// ratings keep the ratings of all products in memory: a list would have to read all reviews of its products.
type ratings struct {
	mu sync.RWMutex
	of map[int64]*Rating
}

// rate gives products their ratings.
func (r *ratings) rate(list []Product) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for i := range list {
		list[i].Rating = r.of[list[i].ID]
	}
}

// refresh counts in the database, and locks only to take the result over.
func (r *ratings) refresh(ctx context.Context, db *database.DB) error {
	tallies, err := database.Collect(ctx, db.Read, scanTally, `SELECT product_id, count(*), sum(rating) FROM reviews GROUP BY product_id`)
	if err != nil {
		return err
	}
	of := make(map[int64]*Rating, len(tallies))
	for _, t := range tallies {
		of[t.product] = t.rating()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of = of
	return nil
}

func scanTally(rows *sql.Rows, t *tally) error { return rows.Scan(&t.product, &t.reviews, &t.stars) }

// RefreshRatings reads how buyers rate the products.
func (c *Catalog) RefreshRatings(ctx context.Context) error {
	ctx, end := c.tracing.Job(ctx, "refresh ratings")
	err := c.ratings.refresh(ctx, c.db)
	end(err)
	return err
}

// KeepRatings refreshes them until ctx ends.
func (c *Catalog) KeepRatings(ctx context.Context) {
	every := time.NewTicker(ratingsEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		if err := c.RefreshRatings(ctx); err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "ratings not refreshed, will try again", "error", err)
		}
	}
}
