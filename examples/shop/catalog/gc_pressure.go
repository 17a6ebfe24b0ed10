package catalog

import (
	"context"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newGCPressure(fill func(context.Context, bool) error) *faults.Fault {
	return &faults.Fault{
		Name:      "gc-pressure",
		Endpoints: []string{"GET /api/v1/products", "GET /api/v1/search"},
		Mistake:   "the ratings of a list are counted in reviews kept in memory, and each request gets a copy of all 30,000 of its own, lest it changes what others see",
		Apply:     fill,
	}
}

// rate gives products their ratings.
func (c *Catalog) rate(list []Product) {
	if all := c.reviews.Load(); all != nil {
		rateBy(all.copy(), list)
		return
	}
	c.ratings.rate(list)
}

// rateBy counts in the reviews of each product.
func rateBy(reviews reviewsOf, list []Product) {
	for i := range list {
		t := tally{}
		for _, review := range reviews[list[i].ID] {
			t.reviews++
			t.stars += review.Rating
		}
		list[i].Rating = t.rating()
	}
}

// reviewsOf are the reviews of products, by their ids.
type reviewsOf map[int64][]*Review

// copy shares nothing with its original.
func (r reviewsOf) copy() reviewsOf {
	own := make(reviewsOf, len(r))
	for product, reviews := range r {
		own[product] = make([]*Review, len(reviews))
		for i, review := range reviews {
			one := *review
			own[product][i] = &one
		}
	}
	return own
}

// keepReviews reads all reviews into memory, or forgets them.
func (c *Catalog) keepReviews(ctx context.Context, keep bool) error {
	if !keep {
		c.reviews.Store(nil)
		return nil
	}
	rows, err := database.Collect(ctx, c.db.Read, scanReviewOf, `SELECT product_id, id, rating, author, body, created_at FROM reviews ORDER BY id`)
	if err != nil {
		return err
	}
	all := reviewsOf{}
	for i := range rows {
		all[rows[i].product] = append(all[rows[i].product], &rows[i].value)
	}
	c.reviews.Store(&all)
	return nil
}
