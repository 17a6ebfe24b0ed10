package bench

import "time"

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
	Environment Environment  `json:"environment"`
	Verdict     Verdict      `json:"verdict"`
	Comparisons []Comparison `json:"comparisons"`
}

// A Comparison is what two sides of one endpoint showed.
type Comparison struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Pairs        int      `json:"pairs"` // of blocks, one of each side
	BlockSeconds float64  `json:"block_s"`
	BaseRequests int64    `json:"base_requests"`
	HeadRequests int64    `json:"head_requests"`
	BaseErrors   int64    `json:"base_errors"`
	HeadErrors   int64    `json:"head_errors"`
	Effects      []Effect `json:"effects"`
	Notes        []string `json:"notes,omitempty"`
	Verdict      Verdict  `json:"verdict"`
}

// An Effect is the difference of one metric between the sides.
type Effect struct {
	Metric    string   `json:"metric"`
	Base      float64  `json:"base_ms"`
	Head      float64  `json:"head_ms"`
	Ratio     float64  `json:"ratio"` // head to base; 1: no change
	Low       float64  `json:"low"`   // of its 95% interval
	High      float64  `json:"high"`
	P         float64  `json:"p"` // that swapping the sides within pairs makes head look at least as slow
	Flagged   bool     `json:"flagged,omitempty"`
	Confirmed *Confirm `json:"confirmed,omitempty"` // nil: there was nothing to confirm
}

// A Confirm is what new measurements said of an effect that was flagged.
type Confirm struct {
	Pairs int     `json:"pairs"`
	Ratio float64 `json:"ratio"`
	P     float64 `json:"p"`
	Holds bool    `json:"holds"`
}
