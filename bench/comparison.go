package bench

import (
	"slices"
	"time"
)

// ComparisonSchema names the format of a saved comparison.
const ComparisonSchema = "tidemark.comparison/1"

// A Versus is base and head measured side by side.
type Versus struct {
	Schema      string       `json:"schema"`
	ID          string       `json:"id"`
	Suite       string       `json:"suite,omitempty"`
	Started     time.Time    `json:"started"`
	Partial     bool         `json:"partial,omitempty"`
	Base        Target       `json:"base"`
	Head        Target       `json:"head"`
	BaseCommit  *Commit      `json:"base_commit,omitempty"`
	HeadCommit  *Commit      `json:"head_commit,omitempty"`
	Environment Environment  `json:"environment"`
	Verdict     Verdict      `json:"verdict"`
	Comparisons []Comparison `json:"comparisons"`
}

// A Comparison is what two sides of one endpoint showed.
type Comparison struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	BlockSeconds float64         `json:"block_s"`
	Round                        // the screen
	Confirmation *Round          `json:"confirmation,omitempty"` // nil: there was nothing to confirm
	Effects      []Effect        `json:"effects"`
	Thresholds   ThresholdRecord `json:"thresholds"`
	Notes        []string        `json:"notes,omitempty"`
	Verdict      Verdict         `json:"verdict"`
}

// A Round is pairs of blocks that were measured without a restart in between.
type Round struct {
	Pairs int   `json:"pairs"` // one block of each side
	Base  Tally `json:"base"`
	Head  Tally `json:"head"`
}

// A Tally is what one side was asked in a round.
type Tally struct {
	Requests int64   `json:"requests"`
	Errors   int64   `json:"errors"`
	Seconds  float64 `json:"seconds"` // measured
}

// ErrorRate is the share of requests that failed, 0 to 1.
func (t Tally) ErrorRate() float64 { return float64(t.Errors) / float64(max(t.Requests, 1)) }

// Throughput is answers that were OK, a second.
func (t Tally) Throughput() float64 {
	if t.Seconds <= 0 {
		return 0
	}
	return float64(t.Requests-t.Errors) / t.Seconds
}

// An Effect is the difference of one percentile of response time between the sides.
type Effect struct {
	Metric    string   `json:"metric"`
	Base      float64  `json:"base_ms"`
	Head      float64  `json:"head_ms"`
	BaseLow   float64  `json:"base_low_ms"` // of the 95% interval of base itself
	BaseHigh  float64  `json:"base_high_ms"`
	HeadLow   float64  `json:"head_low_ms"`
	HeadHigh  float64  `json:"head_high_ms"`
	Ratio     float64  `json:"ratio"` // head to base; 1: no change
	Low       float64  `json:"low"`   // of its 95% interval
	High      float64  `json:"high"`
	P         float64  `json:"p"` // that swapping the sides within pairs makes head look at least as slow
	Flagged   bool     `json:"flagged,omitempty"`
	Confirmed *Confirm `json:"confirmed,omitempty"` // nil: there was nothing to confirm
}

// promised are the percentiles that a pass speaks of. The others fail when they are confirmed to be slower; to show that they are not
// would take many times as long.
var promised = []string{"p50", "p95"}

// Promised reports whether a pass speaks of the effect's metric.
func (e *Effect) Promised() bool { return slices.Contains(promised, e.Metric) }

// Settled reports whether an effect needs no further measuring: it is within the tolerance, or a pass does not speak of it.
func (e *Effect) Settled(t Tolerance) bool { return e.High < t.Limit(e.Base) || !e.Promised() }

// A Confirm is what new measurements said of an effect.
type Confirm struct {
	Base    float64 `json:"base_ms"`
	Head    float64 `json:"head_ms"`
	HeadLow float64 `json:"head_low_ms"`
	Ratio   float64 `json:"ratio"`
	P       float64 `json:"p"`
	Holds   bool    `json:"holds"` // the slowdown that was flagged is there again
}
