package bench

import "time"

// Evidence is what one source told of one scenario while its load ran. Which members are set depends on the source. It is part of the
// record: what is diagnosed today can be diagnosed again tomorrow, by other rules.
type Evidence struct {
	Source  Source    `json:"source"`
	Side    string    `json:"side,omitempty"` // base or head, in a comparison
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Samples int64     `json:"samples"`           // requests, traces, scrapes … that it stands on
	Missing string    `json:"missing,omitempty"` // why the source told nothing, and what would make it

	Traces    *Traces    `json:"traces,omitempty"`
	Database  *Database  `json:"database,omitempty"`
	Timings   []Timing   `json:"timings,omitempty"`
	Gauges    []Gauge    `json:"gauges,omitempty"`
	Functions []Function `json:"functions,omitempty"`
	Hunks     []Hunk     `json:"hunks,omitempty"`
	Load      *LoadFacts `json:"load,omitempty"`
}

// A Source is where evidence comes from.
type Source string

// The sources.
const (
	FromGenerator    Source = "generator" // what the load generator itself measured
	FromServerTiming Source = "server-timing"
	FromTraces       Source = "traces"
	FromPostgres     Source = "postgres"
	FromMySQL        Source = "mysql"
	FromMetrics      Source = "metrics"
	FromProfile      Source = "profile"
	FromDiff         Source = "diff"
)

// Traces are the spans of many requests, in short.
type Traces struct {
	Joined     int64       `json:"joined"`     // traces that belong to measured requests
	Incomplete int64       `json:"incomplete"` // of them, without a root or with orphans
	Spans      int64       `json:"spans"`
	Dropped    int64       `json:"dropped,omitempty"` // for the bound on memory
	Typical    float64     `json:"typical_ms"`        // duration of the server's part of traces around p50
	Slow       float64     `json:"slow_ms"`           // and of those from p95 up
	Operations []Operation `json:"operations"`        // by their time in slow traces, longest first
}

// An Operation is what one kind of span does in each request: statements of one fingerprint, calls of one route of one service.
type Operation struct {
	Kind       string     `json:"kind"` // query, call, or internal
	Name       string     `json:"name"` // the statement's fingerprint, or method, service and route
	Service    string     `json:"service,omitempty"`
	System     string     `json:"system,omitempty"` // of a database: postgresql, sqlite …
	Parent     string     `json:"parent,omitempty"` // name of the span that it is a child of
	Source     string     `json:"after,omitempty"`  // the operation that comes before the first of them, as an N+1's source query does
	Calls      float64    `json:"calls"`            // a request, on the average
	CallsSlow  float64    `json:"calls_slow"`       // of slow traces
	Distinct   float64    `json:"distinct"`         // share of a request's calls whose parameters differ, 0 to 1; -1: parameters are not known
	Sequential float64    `json:"sequential"`       // share of its calls that began after the sibling before had ended
	Each       float64    `json:"each_ms"`          // duration of one call
	Share      float64    `json:"share"`            // of a typical trace's time that it alone accounts for (critical path), 0 to 1
	ShareSlow  float64    `json:"share_slow"`
	Failed     float64    `json:"failed,omitempty"` // share of calls with an error
	Groups     [][]string `json:"groups,omitempty"` // sequences of operations that repeat together, each by names
	Code       *Location  `json:"code,omitempty"`
	Example    string     `json:"example,omitempty"` // trace id of a slow one
}

// A Location is a place in the service's source.
type Location struct {
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Function string `json:"function,omitempty"`
}

// A Database is what the database's own statistics say.
type Database struct {
	Statements []Statement `json:"statements"` // by their time, longest first
	Waits      []Wait      `json:"waits,omitempty"`
	Tables     []Table     `json:"tables,omitempty"`
	Indexes    []Index     `json:"indexes,omitempty"` // that would help, proved or likely
	Active     float64     `json:"active"`            // sessions at work, on the average
	Idle       float64     `json:"idle_in_transaction"`
}

// A Statement is one fingerprint, by what the database counted between the start and the end of the load.
type Statement struct {
	Query string  `json:"query"`
	Calls float64 `json:"calls"`   // a request
	Rows  float64 `json:"rows"`    // a call
	Each  float64 `json:"each_ms"` // of one call, in the database
	Read  float64 `json:"blocks"`  // touched by a call
	Plan  string  `json:"plan,omitempty"`
	Scans []Scan  `json:"scans,omitempty"` // sequential scans in its plan
}

// A Scan is a table read from end to end.
type Scan struct {
	Table  string  `json:"table"`
	Filter string  `json:"filter,omitempty"`
	Rows   float64 `json:"rows"` // that are read
	Kept   float64 `json:"kept"` // of them
}

// A Wait is what sessions were waiting for when they were looked at.
type Wait struct {
	Event    string  `json:"event"` // such as Lock:transactionid
	Share    float64 `json:"share"` // of all looks at sessions at work, 0 to 1
	Query    string  `json:"query,omitempty"`
	Blocking string  `json:"blocking,omitempty"` // what the session that holds it was doing
}

// A Table is how a table was read.
type Table struct {
	Name       string  `json:"name"`
	Rows       float64 `json:"rows"`
	Sequential float64 `json:"sequential_scans"` // a request
	RowsRead   float64 `json:"rows_read"`        // by them, a request
}

// An Index is one that is missing.
type Index struct {
	Create string  `json:"create"` // the statement
	Before float64 `json:"cost_before"`
	After  float64 `json:"cost_after"` // as the planner says of a hypothetical one; 0: not proved
	Query  string  `json:"query"`
	Exists string  `json:"exists,omitempty"` // an index on the same columns that the plan does not use
}

// A Timing is a Server-Timing metric.
type Timing struct {
	Name  string  `json:"name"`
	Mean  float64 `json:"mean_ms"`
	P50   float64 `json:"p50_ms"`
	P95   float64 `json:"p95_ms"`
	Share float64 `json:"share"` // of the service time, 0 to 1
	Count float64 `json:"count"` // that its description tells, a request; 0: none
}

// A Gauge is a metric of the target while the load ran.
type Gauge struct {
	Name   string  `json:"name"`
	Labels string  `json:"labels,omitempty"`
	Kind   string  `json:"kind"`  // what it means to a diagnosis, such as pool-wait-seconds, gc-cpu-share, heap-bytes
	First  float64 `json:"first"` // at the start of the load; of a counter, the rate a second over its first quarter
	Last   float64 `json:"last"`
	Mean   float64 `json:"mean"` // of a counter, the rate a second
	Max    float64 `json:"max"`
}

// A Function is where the target's CPU or memory went.
type Function struct {
	Name  string  `json:"name"`
	File  string  `json:"file,omitempty"`
	Line  int     `json:"line,omitempty"`
	Kind  string  `json:"kind"`            // cpu or alloc
	Flat  float64 `json:"flat"`            // share, 0 to 1, in the function itself
	Total float64 `json:"total"`           // share, with what it calls
	Base  float64 `json:"base_total"`      // of the other side; 0 where there is none
	Bytes float64 `json:"bytes,omitempty"` // allocated a request
}

// A Hunk is a changed place between two commits that may bear on speed.
type Hunk struct {
	File    string   `json:"file"`
	Line    int      `json:"line"` // in the new file; of a removal, where it was
	Commit  string   `json:"commit,omitempty"`
	Subject string   `json:"subject,omitempty"`
	Kinds   []Kind   `json:"kinds"` // of findings that it can explain
	Why     string   `json:"why"`   // such as "eager loading of line_items was removed (ActiveRecord includes)"
	Names   []string `json:"names"` // tables, columns, associations or services that it speaks of, to be held against run-time evidence
	Text    string   `json:"text"`  // of the hunk, at most some twenty lines
}

// LoadFacts are what the load generator's own measurements show beside percentiles.
type LoadFacts struct {
	Size        *SizeFit     `json:"size,omitempty"` // latency against the scenario's size
	Growth      *Growth      `json:"growth,omitempty"`
	Stalls      *Stalls      `json:"stalls,omitempty"`
	Saturation  *Saturation  `json:"saturation,omitempty"`
	Phases      Phases       `json:"phases"`
	AnswerSize  SizeSummary  `json:"answer_bytes"`
	Statuses    []StatusSeen `json:"statuses,omitempty"`
	Modes       []Mode       `json:"modes,omitempty"` // of a latency that has several
	RetryAfterS float64      `json:"retry_after_s,omitempty"`
}

// A SizeFit is latency as a straight line of the scenario's size.
type SizeFit struct {
	Intercept float64 `json:"intercept_ms"`
	Slope     float64 `json:"slope_ms"` // for each more
	R2        float64 `json:"r2"`       // of the medians of the bins, 0 to 1
	Bins      int     `json:"bins"`
	Smallest  float64 `json:"smallest"`
	Largest   float64 `json:"largest"`
}

// Growth is latency against time within the run.
type Growth struct {
	First float64 `json:"first_ms"`         // median of p50 over the first quarter
	Last  float64 `json:"last_ms"`          // and over the last
	P     float64 `json:"p"`                // of Mann-Kendall's test over the seconds
	Step  float64 `json:"step_s,omitempty"` // second at which a step happened; 0: it is gradual
}

// Stalls are times in which everything was slow at once.
type Stalls struct {
	Count  int     `json:"count"`
	Period float64 `json:"period_s"` // between them; 0: not regular
	Length float64 `json:"length_ms"`
	Factor float64 `json:"factor"` // of p50 outside them
}

// Saturation is throughput that no longer follows the load.
type Saturation struct {
	Offered  float64 `json:"offered_rps"`
	Answered float64 `json:"answered_rps"`
	Workers  float64 `json:"workers"` // as Little's law has them: throughput times service time at light load
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

// A Mode is a heap in a distribution.
type Mode struct {
	At    float64 `json:"at_ms"`
	Share float64 `json:"share"`
}
