package bench

import (
	"slices"
	"time"

	"github.com/tidemark/tidemark/hist"
)

// ComparisonSchema names the format of a saved comparison.
const ComparisonSchema = "tidemark.comparison/1"

// A Versus is base and head, measured side by side or each in saved runs.
type Versus struct {
	Schema      string       `json:"schema"`
	ID          string       `json:"id"`
	Suite       string       `json:"suite,omitempty"`
	Folder      string       `json:"folder,omitempty"`   // of the suite, from the top of its repository; empty: it is in none
	Namesake    bool         `json:"namesake,omitempty"` // another folder of the repository has a suite of the same name
	Started     time.Time    `json:"started"`
	Partial     bool         `json:"partial,omitempty"`
	Base        Target       `json:"base"`
	Head        Target       `json:"head"`
	BaseCommit  *Commit      `json:"base_commit,omitempty"`
	HeadCommit  *Commit      `json:"head_commit,omitempty"`
	Environment Environment  `json:"environment"`
	Verdict     Verdict      `json:"verdict"`
	Comparisons []Comparison `json:"comparisons"`
	BaseRuns    []RunRef     `json:"base_runs,omitempty"` // of saved runs: those of each side, in the order of time
	HeadRuns    []RunRef     `json:"head_runs,omitempty"`
	Warnings    []string     `json:"warnings,omitempty"` // what makes the sides differ beside the code, and what was left out
}

// A RunRef says which saved run is meant.
type RunRef struct {
	ID      string    `json:"id"`
	Started time.Time `json:"started"`
	Commit  string    `json:"commit,omitempty"`
	Subject string    `json:"subject,omitempty"`
}

// A Basis is what the intervals of a comparison of saved runs were made from.
type Basis string

// The bases. Only the first can carry a verdict.
const (
	BetweenRuns Basis = "between runs" // how much runs of one side differ from each other
	WithinRuns  Basis = "within runs"  // how much the seconds of one run do: less than runs do
)

// A Comparison is what two sides of one endpoint showed.
type Comparison struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	BlockSeconds float64         `json:"block_s"`
	Round                        // the screen
	Confirmation *Round          `json:"confirmation,omitempty"` // nil: there was nothing to confirm
	Effects      []Effect        `json:"effects"`
	Thresholds   ThresholdRecord `json:"thresholds"`
	Evidence     []Evidence      `json:"evidence,omitempty"`
	Findings     []Finding       `json:"findings,omitempty"`
	Advice       []string        `json:"advice,omitempty"` // what to switch on to learn more
	Notes        []string        `json:"notes,omitempty"`
	Verdict      Verdict         `json:"verdict"`

	// Distributions are the response times that the effects were read from; nil: a record that has none.
	Distributions *Distributions `json:"histograms,omitempty"`

	// Of saved runs.
	BaseRuns  int          `json:"base_runs,omitempty"`  // that the base's level is the mean of
	HeadRuns  int          `json:"head_runs,omitempty"`  // that the head's is
	NoiseRuns int          `json:"noise_runs,omitempty"` // of base and from before it, that tell the noise between runs
	Basis     Basis        `json:"basis,omitempty"`
	Spikes    int          `json:"spikes,omitempty"`         // of those, left out of level and noise, for the metric that had most
	Earlier   []float64    `json:"earlier_p95_ms,omitempty"` // p95 of base's runs and of those from before it, the newest last
	Unlike    []string     `json:"unlike,omitempty"`         // how the loads of the sides differ
	Rates     []RateEffect `json:"rates,omitempty"`
}

// Distributions are the response times of both sides, all blocks or runs of a side together.
type Distributions struct {
	Base *hist.Histogram `json:"base"`
	Head *hist.Histogram `json:"head"`
}

// A RateEffect is the difference of a metric that is no time.
type RateEffect struct {
	Metric  string         `json:"metric"` // throughput or errors
	Unit    string         `json:"unit"`   // req/s or %
	Base    float64        `json:"base"`
	Head    float64        `json:"head"`
	Change  float64        `json:"change"` // throughput: percent of base's; errors: percentage points
	Low     float64        `json:"low"`    // of its 95% interval
	High    float64        `json:"high"`
	P       float64        `json:"p"` // that head is no worse
	Flagged bool           `json:"flagged,omitempty"`
	Noise   float64        `json:"noise,omitempty"`
	Control *ControlEffect `json:"control,omitempty"`
}

// A ControlEffect is what the control says of an effect.
type ControlEffect struct {
	Ratio       float64 `json:"ratio"`                 // of the control, head to base: the machine's own change
	Coefficient float64 `json:"coefficient,omitempty"` // how much of it goes into the metric, on the log scale, as history shows
	Applied     bool    `json:"applied"`               // it was taken out; Without is the ratio with it
	Without     float64 `json:"without,omitempty"`
	WithoutLow  float64 `json:"without_low,omitempty"`
	WithoutHigh float64 `json:"without_high,omitempty"`
	Unusual     bool    `json:"unusual,omitempty"` // the control itself moved further than it does from run to run
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
	Metric      string   `json:"metric"`
	Base        float64  `json:"base_ms"`
	Head        float64  `json:"head_ms"`
	BaseLow     float64  `json:"base_low_ms"` // of the 95% interval of base itself
	BaseHigh    float64  `json:"base_high_ms"`
	HeadLow     float64  `json:"head_low_ms"`
	HeadHigh    float64  `json:"head_high_ms"`
	Ratio       float64  `json:"ratio"` // head to base; 1: no change
	Low         float64  `json:"low"`   // of its 95% interval
	High        float64  `json:"high"`
	Typical     float64  `json:"typical,omitempty"`      // ratio of the blocks of a pair: the mean over pairs without the fifth that is largest and the one that is smallest
	TypicalHigh float64  `json:"typical_high,omitempty"` // upper end of its 95% interval
	P           float64  `json:"p"`                      // that swapping the sides within pairs makes head look at least as slow
	Flagged     bool     `json:"flagged,omitempty"`
	Confirmed   *Confirm `json:"confirmed,omitempty"` // nil: there was nothing to confirm

	// Of saved runs.
	Noise   float64        `json:"noise,omitempty"`  // standard deviation from run to run, of the log: 0.05 is about 5%
	Slower  int            `json:"slower,omitempty"` // of head's runs, so many are beyond the tolerance by themselves
	Control *ControlEffect `json:"control,omitempty"`
}

// promised are the percentiles that a pass speaks of. The others fail when they are confirmed to be slower; to show that they are not
// would take many times as long.
var promised = []string{"p50", "p95"}

// Promised reports whether a pass speaks of the effect's metric.
func (e *Effect) Promised() bool { return slices.Contains(promised, e.Metric) }

// Within reports whether an effect is shown to bother nobody: its interval ends within the tolerance, or that of the typical pair does and the
// effect itself is within it. Some bad seconds of the machine make the first one wide for long; some bad seconds of head show in
// the effect itself.
func (e *Effect) Within(t Tolerance) bool {
	limit := t.Limit(e.Base)
	return e.High < limit || e.TypicalHigh > 0 && e.TypicalHigh < limit && e.Ratio < limit
}

// Settled reports whether an effect needs no further measuring: it is within the tolerance, or a pass does not speak of it.
func (e *Effect) Settled(t Tolerance) bool { return e.Within(t) || !e.Promised() }

// A Confirm is what new measurements said of an effect.
type Confirm struct {
	Base    float64 `json:"base_ms"`
	Head    float64 `json:"head_ms"`
	HeadLow float64 `json:"head_low_ms"`
	Ratio   float64 `json:"ratio"`
	P       float64 `json:"p"`
	Holds   bool    `json:"holds"` // the slowdown that was flagged is there again
}
