package bench

import (
	"time"

	"github.com/tidemark/tidemark/hist"
)

// Schema names the format of a saved run. A reader of version 1 reads every later 1.x.
const Schema = "tidemark.run/1"

// A Run is a suite executed once against one target at one commit.
type Run struct {
	Schema      string      `json:"schema"`
	ID          string      `json:"id"`
	Suite       string      `json:"suite,omitempty"`
	Started     time.Time   `json:"started"`
	Partial     bool        `json:"partial,omitempty"` // interrupted: what was measured until then
	Commit      *Commit     `json:"commit,omitempty"`
	Target      Target      `json:"target"`
	Environment Environment `json:"environment"`
	Verdict     Verdict     `json:"verdict"`
	Scenarios   []Result    `json:"scenarios"`
	Control     *Control    `json:"control,omitempty"`  // nil: the suite has none
	Imported    *Import     `json:"imported,omitempty"` // nil: it was measured here

	// Text is the document that the run was read from, with the fields that this version does not know; nil: it was made
	// here. Whoever changes a run that was read sets it to nil.
	Text []byte `json:"-"`
}

// A Commit is what was checked out where the run was started.
type Commit struct {
	SHA     string `json:"sha"`
	Branch  string `json:"branch,omitempty"`
	Subject string `json:"subject,omitempty"`
	Dirty   bool   `json:"dirty"`
}

// A Target is what was measured.
type Target struct {
	URL     string `json:"url"`
	Version string `json:"version,omitempty"` // as the target told it
}

// An Environment is where the generator ran. Runs are comparable only on like machines.
type Environment struct {
	Tidemark string `json:"tidemark"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	CPU      string `json:"cpu"`
	Cores    int    `json:"cores"`
	CI       string `json:"ci,omitempty"`
	Engine   string `json:"engine,omitempty"` // what sent the requests, as k6 v1.8.1; empty: our own generator
}

// A Result is what one scenario gave.
type Result struct {
	ID         string           `json:"id"`
	Name       string           `json:"name"`
	Load       LoadRecord       `json:"load"`
	Requests   int64            `json:"requests"`
	Errors     map[string]int64 `json:"errors"`
	Delayed    int64            `json:"delayed,omitempty"`
	Duration   float64          `json:"duration_s"`
	Throughput float64          `json:"throughput_rps"` // answers that were OK, a second
	Latency    Summary          `json:"latency_ms"`     // response time
	Service    Summary          `json:"service_ms"`
	CensoredMS float64          `json:"censored_ms,omitempty"` // percentiles from here up are at least this, not this
	Intervals  map[string]Range `json:"intervals_ms,omitempty"`
	Generator  Generator        `json:"generator"`
	Histogram  Histograms       `json:"histogram"`
	Seconds    []Second         `json:"seconds"`
	Exemplars  []Exemplar       `json:"exemplars"`
	Evidence   []Evidence       `json:"evidence,omitempty"`
	Findings   []Finding        `json:"findings,omitempty"`
	Advice     []string         `json:"advice,omitempty"` // what to switch on to learn more
	Notes      []string         `json:"notes,omitempty"`
	// Of an import alone: what else is told, and what is not.
	Distribution Distribution     `json:"distribution,omitempty"`
	Unknown      []string         `json:"unknown,omitempty"`  // metrics, or "requests", that the files do not tell
	Statuses     map[string]int64 `json:"statuses,omitempty"` // answers by status
	Thresholds   ThresholdRecord  `json:"thresholds"`
	Verdict      Verdict          `json:"verdict"`
}

// Failed is how many requests failed, in whatever way.
func (r *Result) Failed() (n int64) {
	for _, c := range r.Errors {
		n += c
	}
	return n
}

// A ThresholdRecord is the thresholds that a result was judged against.
type ThresholdRecord struct {
	P50        *float64 `json:"p50_ms,omitempty"`
	P95        *float64 `json:"p95_ms,omitempty"`
	P99        *float64 `json:"p99_ms,omitempty"`
	ErrorRate  *float64 `json:"error_rate,omitempty"` // 0 to 1
	Throughput *float64 `json:"throughput_rps,omitempty"`
}

// Latency is the budget of a percentile of response time, in milliseconds; ok is false if it has none.
func (t ThresholdRecord) Latency(metric string) (ms float64, ok bool) {
	limit := map[string]*float64{"p50": t.P50, "p95": t.P95, "p99": t.P99}[metric]
	if limit == nil {
		return 0, false
	}
	return *limit, true
}

// A LoadRecord is the load as the record tells it.
type LoadRecord struct {
	Model       string        `json:"model"` // "closed" or "open"; empty: not known, of an import
	Users       int           `json:"users,omitempty"`
	Rate        float64       `json:"rate,omitempty"`
	Stages      []StageRecord `json:"stages,omitempty"`
	Poisson     bool          `json:"poisson,omitempty"`
	InFlight    int           `json:"max_in_flight,omitempty"`
	Connections int           `json:"connections,omitempty"`
	Warmup      float64       `json:"warmup_s"`
	Duration    float64       `json:"duration_s"`
}

// A StageRecord is a stage of it.
type StageRecord struct {
	Users    int     `json:"users,omitempty"`
	Rate     float64 `json:"rate,omitempty"`
	Duration float64 `json:"duration_s"`
}

// A Summary is a distribution in milliseconds.
type Summary struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P95  float64 `json:"p95"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
}

// A Range is a 95% confidence interval, in milliseconds.
type Range struct {
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Method string  `json:"method"` // "bootstrap of seconds" or "order statistics, assuming independence"
}

// Generator says what the load generator itself did.
type Generator struct {
	CPUShare    float64 `json:"cpu_share"` // of all cores, 0 to 1
	CanaryP95   float64 `json:"canary_p95_ms"`
	LagP99      float64 `json:"lag_p99_ms"`
	GCPause     float64 `json:"gc_pause_ms"`  // all pauses of its garbage collector together
	LateSeconds int     `json:"late_seconds"` // seconds in which the canary, or a send with a slot free, was beyond the void limit
}

// Histograms are the whole distributions, in HdrHistogram's interchange format.
type Histograms struct {
	Response *hist.Histogram `json:"response"`
	Service  *hist.Histogram `json:"service"`
}

// A Second is one slice in short.
type Second struct {
	Count  int64   `json:"count"`
	Errors int64   `json:"errors"`
	P50    float64 `json:"p50"`
	P95    float64 `json:"p95"`
	P99    float64 `json:"p99"`
}
