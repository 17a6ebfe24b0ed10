package bench

import "time"

// A Live is how far a run or a comparison is, for whoever watches it. Nothing is judged by it.
type Live struct {
	Key       string    `json:"key"` // tells those that go on at once apart
	Suite     string    `json:"suite,omitempty"`
	Target    string    `json:"target"`
	Commit    *Commit   `json:"commit,omitempty"`
	Started   time.Time `json:"started"`
	Scenario  string    `json:"scenario,omitempty"` // its name; empty: none has begun
	Number    int       `json:"number"`             // of the scenario among all, from 1
	Of        int       `json:"of"`
	Elapsed   float64   `json:"elapsed_s"` // since the scenario's load began
	Length    float64   `json:"length_s"`  // of warm-up and measurement
	Warmup    bool      `json:"warmup,omitempty"`
	Rate      int64     `json:"rate"` // requests in the last second
	P95       float64   `json:"p95_ms,omitempty"`
	Threshold float64   `json:"threshold_ms,omitempty"` // of p95; 0: none
	Errors    int64     `json:"errors,omitempty"`
	Seconds   []float64 `json:"seconds,omitempty"` // p95 of each second so far
	Done      bool      `json:"done,omitempty"`    // it is over, or nobody tells any longer

	// Comparison is nil for a run. In a comparison what stands above is head's, so that it makes sense to who knows runs alone: Elapsed is what its pairs took and
	// Length what they take at most, Warmup says that they have not begun, and Rate, P95 and Errors are of all its blocks so far.
	Comparison *LiveComparison `json:"comparison,omitempty"`
}
