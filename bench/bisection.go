package bench

import "time"

// BisectionSchema names the format of a saved bisection.
const BisectionSchema = "tidemark.bisection/1"

// A Bisection is the search for the commit that made a scenario slower.
type Bisection struct {
	Schema      string    `json:"schema"`
	ID          string    `json:"id"`
	Started     time.Time `json:"started"`
	Partial     bool      `json:"partial,omitempty"`
	Good        Commit    `json:"good"`
	Bad         Commit    `json:"bad"`
	Scenario    string    `json:"scenario,omitempty"` // id; empty: none is slower at bad
	Metric      string    `json:"metric,omitempty"`   // that it was searched by
	Whole       *Versus   `json:"whole"`              // good against bad
	Trials      []Trial   `json:"trials"`
	Suspects    []Commit  `json:"suspects,omitempty"` // the last is the culprit, or those before it that could not be measured are
	Probability float64   `json:"probability"`
	Proof       *Versus   `json:"proof,omitempty"` // what comes before the suspects against the last of them
	Diff        string    `json:"diff,omitempty"`  // that they make
}

// Proved reports whether there is a culprit, and the comparison with what comes before it fails.
func (b *Bisection) Proved() bool { return b.Proof != nil && b.Proof.Verdict.Status == Fail }

// A Trial is one commit measured against good.
type Trial struct {
	Commit  Commit  `json:"commit"`
	Skipped string  `json:"skipped,omitempty"` // why it could not be measured
	Ratio   float64 `json:"ratio,omitempty"`   // of the commit to good
	Low     float64 `json:"low,omitempty"`
	High    float64 `json:"high,omitempty"`
}
