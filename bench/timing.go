package bench

// A Timing is a Server-Timing metric.
type Timing struct {
	Name        string  `json:"name"`
	Mean        float64 `json:"mean_ms"`
	P50         float64 `json:"p50_ms"`
	P95         float64 `json:"p95_ms"`
	Share       float64 `json:"share"`           // of the service time of typical requests, 0 to 1
	ShareSlow   float64 `json:"share_slow"`      // and of the slowest twentieth
	Count       float64 `json:"count,omitempty"` // that its description tells, a typical request; 0: none
	CountSlow   float64 `json:"count_slow,omitempty"`
	CountBySize float64 `json:"count_by_size,omitempty"` // for each that the scenario's size is larger
}
