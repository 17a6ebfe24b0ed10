package bench

import (
	"fmt"
	"math"
)

// A Kind is a kind of cause. The names are part of the record's format.
type Kind string

// The kinds.
const (
	NPlusOne         Kind = "n-plus-one"
	RepeatingQueries Kind = "repeating-queries"
	RedundantQueries Kind = "redundant-queries"
	NPlusOneCalls    Kind = "n-plus-one-calls"
	SlowDependency   Kind = "slow-dependency"
	SequentialCalls  Kind = "sequential-calls"
	MissingIndex     Kind = "missing-index"
	PlanChange       Kind = "plan-change"
	LockContention   Kind = "lock-contention"
	PoolExhaustion   Kind = "pool-exhaustion"
	CPUHotspot       Kind = "cpu-hotspot"
	GCPressure       Kind = "gc-pressure"
	OversizedAnswer  Kind = "oversized-answer"
	RateLimited      Kind = "rate-limited"
	PeriodicStall    Kind = "periodic-stall"
	GrowthInRun      Kind = "growth"
	SaturationKind   Kind = "saturation"
	GeneratorLimit   Kind = "generator-limit"
)

// A Finding is a cause with what proves it and what mends it.
type Finding struct {
	Kind       Kind       `json:"kind"`
	Confidence Confidence `json:"confidence"`
	Effect     Gain       `json:"effect"`
	Summary    string     `json:"summary"` // one sentence with its numbers
	Remedy     string     `json:"remedy"`
	Evidence   []Proof    `json:"evidence"`
	Suspect    *Suspect   `json:"suspect,omitempty"`
}

// A Confidence says how much a finding stands on.
type Confidence string

// The confidences.
const (
	Certain  Confidence = "certain"  // several sources say it, or one proves it
	Likely   Confidence = "likely"   // one source says it
	Possible Confidence = "possible" // it fits, and something else may as well
)

// A Gain is how much of the latency a cause accounts for, and what its remedy would bring, computed from the evidence.
type Gain struct {
	ShareP50 float64 `json:"share_p50"` // of a typical request, 0 to 1; 0: none, or not known
	ShareP99 float64 `json:"share_p99"` // of a slow one
	SavesMS  float64 `json:"saves_ms"`  // of a typical request, by the remedy; 0: not known
}

// Explains says the shares that are known; empty: none.
func (g Gain) Explains() string {
	typical, slow := math.Round(100*g.ShareP50), math.Round(100*g.ShareP99)
	switch {
	case typical > 0 && slow > 0:
		return fmt.Sprintf("Explains %.0f%% of a typical request, %.0f%% of a slow one.", typical, slow)
	case typical > 0:
		return fmt.Sprintf("Explains %.0f%% of a typical request.", typical)
	case slow > 0:
		return fmt.Sprintf("Explains %.0f%% of a slow request.", slow)
	}
	return ""
}

// A Proof is one row of evidence, as a reader sees it.
type Proof struct {
	Source  Source `json:"source"`
	Text    string `json:"text"`
	Samples int64  `json:"samples,omitempty"`
}

// A Suspect is the change or the place that a cause comes from.
type Suspect struct {
	Commit  string `json:"commit,omitempty"`
	Subject string `json:"subject,omitempty"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	// Function is where the evidence leads, in the words of the program: the suspected change is in it, or calls it.
	Function string `json:"function,omitempty"`
	Hunk     string `json:"hunk,omitempty"`
}
