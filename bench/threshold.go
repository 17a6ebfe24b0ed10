package bench

import "time"

// Thresholds are absolute budgets. A nil field is no budget.
type Thresholds struct {
	P50        *time.Duration
	P95        *time.Duration
	P99        *time.Duration
	ErrorRate  *float64 // share of requests, 0 to 1
	Throughput *float64 // requests a second, at least
}
