package bench

// LoadFacts are what the load generator's own measurements show beside percentiles.
type LoadFacts struct {
	Size       *SizeFit     `json:"size,omitempty"`   // latency against the scenario's size
	Growth     *Growth      `json:"growth,omitempty"` // nil: too short to tell
	Stalls     *Stalls      `json:"stalls,omitempty"` // nil: none
	Saturation *Saturation  `json:"saturation,omitempty"`
	Phases     Phases       `json:"phases"`
	Slow       Phases       `json:"phases_slow"` // of the slowest twentieth
	Answer     SizeSummary  `json:"answer_bytes"`
	Statuses   []StatusSeen `json:"statuses,omitempty"`
	Limit      *RateLimit   `json:"rate_limit,omitempty"` // nil: no 429 came
	Modes      []Mode       `json:"modes,omitempty"`      // of a latency that has several
}

// A SizeFit is service time as a straight line of the scenario's size.
type SizeFit struct {
	Intercept float64 `json:"intercept_ms"`
	Slope     float64 `json:"slope_ms"` // for each more
	R2        float64 `json:"r2"`       // of the medians of the bins, 0 to 1
	Bins      int     `json:"bins"`
	Smallest  float64 `json:"smallest"`
	Typical   float64 `json:"typical"` // median
	Largest   float64 `json:"largest"`
	Bytes     float64 `json:"bytes"` // of the answer, for each more
}

// Growth is response time against time within the run, in windows of equal length.
type Growth struct {
	Quarters [4]float64 `json:"quarters_ms"`      // median of each quarter of the run
	P        float64    `json:"p"`                // of Mann-Kendall's test over the windows
	Windows  int        `json:"windows"`          //
	Step     float64    `json:"step_s,omitempty"` // second of a step that explains it better than a slope does; 0: none
}

// Stalls are times in which everything was slow at once.
type Stalls struct {
	Count  int     `json:"count"`
	Period float64 `json:"period_s,omitempty"` // between them; 0: not regular
	Length float64 `json:"length_ms"`          // median
	Share  float64 `json:"share"`              // of the time that they take
	Usual  float64 `json:"usual_ms"`           // median response time outside them
	Worst  float64 `json:"worst_ms"`           // median of the slowest answer of each
}

// Saturation is throughput that no longer follows the load.
type Saturation struct {
	Offered  float64 `json:"offered_rps"` // open model: arrivals when the load was highest; closed: 0
	Answered float64 `json:"answered_rps"`
	Kept     float64 `json:"kept"`     // of an open load with one level: share of the first quarter's arrivals that were answered in it
	Level    float64 `json:"level"`    // rate or users from which on throughput stays as it is; 0: the load had one level
	Light    float64 `json:"light_ms"` // median service time when the load was lowest
	Heavy    float64 `json:"heavy_ms"` // median response time when it was highest
	Workers  float64 `json:"workers"`  // as Little's law has them: throughput times service time at light load
}

// Phases are medians of the parts of a request.
type Phases struct {
	Wait      float64 `json:"wait_ms"`       // for a free slot or connection
	FirstByte float64 `json:"first_byte_ms"` // from sent to the first byte
	Body      float64 `json:"body_ms"`
}

// A SizeSummary is of answers' bodies, in bytes.
type SizeSummary struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	Max float64 `json:"max"`
}

// A StatusSeen is how often a status came.
type StatusSeen struct {
	Status int   `json:"status"`
	Count  int64 `json:"count"`
}

// A RateLimit is what answers of status 429 show.
type RateLimit struct {
	Share      float64 `json:"share"`                   // of all answers
	Passed     float64 `json:"passed_rps"`              // answers that were let through, a second
	RetryAfter float64 `json:"retry_after_s,omitempty"` // as the answers ask for; 0: they don't
}

// A Mode is a heap in a distribution.
type Mode struct {
	At    float64 `json:"at_ms"`
	Share float64 `json:"share"`
}
