package generator

import (
	"net/http"
	"strconv"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// rateLimit is what answers of status 429 show; nil: there were none.
func rateLimit(r *bench.Result, o bench.Observations) *bench.RateLimit {
	refused := o.Statuses[http.StatusTooManyRequests]
	if refused == 0 || r.Requests == 0 {
		return nil
	}
	l := &bench.RateLimit{Share: float64(refused) / float64(r.Requests), Passed: r.Throughput}
	var waits []float64
	for _, m := range o.Sample.Requests {
		if m.Status != http.StatusTooManyRequests {
			continue
		}
		if s, err := strconv.ParseFloat(m.RetryAfter, 64); err == nil && s >= 0 {
			waits = append(waits, s)
		} else if at, err := http.ParseTime(m.RetryAfter); err == nil {
			waits = append(waits, max(time.Until(at).Seconds(), 0))
		}
	}
	l.RetryAfter = median(waits)
	return l
}
