package catalog

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"golang.org/x/time/rate"

	"github.com/tidemark/tidemark/examples/shop/faults"
	"github.com/tidemark/tidemark/examples/shop/web"
)

// What a crawler may have, it was thought.
const (
	limitRate  = 40 // requests a second
	limitBurst = 10
)

func newRateLimited() *faults.Fault {
	return &faults.Fault{
		Name:      "rate-limited",
		Endpoints: []string{"GET /api/v1/products/{id}"},
		Mistake:   "a limit of 40 requests a second, meant for one crawler, is shared by all callers: the others get 429",
	}
}

func newLimiter() *rate.Limiter { return rate.NewLimiter(limitRate, limitBurst) }

// admit refuses whom the limit leaves no room.
func (c *Catalog) admit(w http.ResponseWriter) error {
	if !c.rateLimited.On() {
		return nil
	}
	admitted := c.limiter.Allow()
	left := max(0, c.limiter.Tokens())
	// The fields of the IETF's draft on them: so many requests in so many seconds, and how many are left of these now.
	w.Header().Set("RateLimit-Policy", fmt.Sprintf(`"product-pages";q=%d;w=1`, limitRate))
	w.Header().Set("RateLimit", fmt.Sprintf(`"product-pages";r=%d;t=1`, int(left)))
	if admitted {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil((1-left)/limitRate))))
	return &web.Problem{Status: http.StatusTooManyRequests, Detail: fmt.Sprintf("more than %d product pages a second", limitRate)}
}
