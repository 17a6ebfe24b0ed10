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

// Traces are the spans of many requests, in short. A typical trace is one of the middle half by duration, a slow one of the slowest fiftieth.
type Traces struct {
	Joined     int64       `json:"joined"`     // traces that belong to measured requests
	Used       int64       `json:"used"`       // of them, that the rest stands on: a sample where there are many
	Incomplete int64       `json:"incomplete"` // without a root or with orphans, and so not used
	Spans      int64       `json:"spans"`
	Dropped    int64       `json:"dropped,omitempty"` // for the bounds on memory, or malformed
	Foreign    int64       `json:"foreign,omitempty"` // spans of no request of ours
	Typical    float64     `json:"typical_ms"`        // duration of the server's part of a typical trace
	Slow       float64     `json:"slow_ms"`
	Operations []Operation `json:"operations"` // by their time in slow traces, longest first
	Groups     []Group     `json:"groups,omitempty"`
	Sequences  []Sequence  `json:"sequences,omitempty"`
	Slowest    *Waterfall  `json:"slowest,omitempty"` // of the traces used
}

// A Waterfall is the spans of one request.
type Waterfall struct {
	TraceID  string  `json:"trace_id"`
	Duration float64 `json:"ms"`
	Spans    []Span  `json:"spans"`              // each after the one that it is part of; the root first
	LeftOut  int     `json:"left_out,omitempty"` // shorter ones
}

// A Span is a part of a request. Its name tells no parameters.
type Span struct {
	Kind     string  `json:"kind"`
	Name     string  `json:"name"`
	Service  string  `json:"service,omitempty"`
	Depth    int     `json:"depth"`    // 0: the root
	Start    float64 `json:"start_ms"` // from the root's start
	Duration float64 `json:"ms"`
	Failed   bool    `json:"failed,omitempty"`
}

// Kinds of operations.
const (
	QueryOperation    = "query"    // a statement of a database
	CallOperation     = "call"     // of another service
	WaitOperation     = "wait"     // for a connection
	ServeOperation    = "serve"    // what a service does for one request beside what its child spans show
	InternalOperation = "internal" // the same of a span within it
)

// An Operation is what one kind of span does in each request: statements of one fingerprint, calls of one route of one service.
type Operation struct {
	Kind      string  `json:"kind"`
	Name      string  `json:"name"` // the statement's fingerprint, or method, service and route
	Service   string  `json:"service,omitempty"`
	System    string  `json:"system,omitempty"`  // of a database: postgresql, sqlite …
	About     string  `json:"about,omitempty"`   // the table or the service that it is about
	Library   string  `json:"library,omitempty"` // that made the spans, as its instrumentation scope says
	Parent    string  `json:"parent,omitempty"`  // name of the span that it is a child of
	After     string  `json:"after,omitempty"`   // the query or call that comes before the first of them, as an N+1's source query does
	Calls     float64 `json:"calls"`             // a typical request
	CallsSlow float64 `json:"calls_slow"`
	CallsLow  float64 `json:"calls_low"` // a tenth of all traces has so few, or fewer
	CallsHigh float64 `json:"calls_high"`
	// Distinct is how many of a request's calls have parameters that no earlier one had, as a share of those after the first, 0 to 1; -1: not known.
	Distinct   float64 `json:"distinct"`
	Sequential float64 `json:"sequential"` // share of its calls that began after the one before had ended
	Each       float64 `json:"each_ms"`    // mean duration of one call
	EachLow    float64 `json:"each_low_ms"`
	EachHigh   float64 `json:"each_high_ms"` // of a tenth of all traces, the mean call takes so long, or longer
	Time       float64 `json:"ms"`           // of a typical request that it alone accounts for: its part of the critical path
	TimeSlow   float64 `json:"ms_slow"`
	Share      float64 `json:"share"` // the same, of the whole, 0 to 1
	ShareSlow  float64 `json:"share_slow"`
	Lead       float64 `json:"lead_ms,omitempty"`      // time of a typical request just before its spans in which nothing else is known to happen
	LeadSlow   float64 `json:"lead_slow_ms,omitempty"` // as when a connection is waited for
	LeadLow    float64 `json:"lead_low_ms,omitempty"`  // a tenth of all traces has as little
	// Between is the part of Lead that passes between its calls, after the first: what a loop does beside them, or waits for.
	Between     float64   `json:"between_ms,omitempty"`
	BetweenSlow float64   `json:"between_slow_ms,omitempty"`
	Failed      float64   `json:"failed,omitempty"` // share of calls with an error
	Code        *Location `json:"code,omitempty"`
	Example     string    `json:"example,omitempty"` // trace id of a slow one
}

// A Group is queries or calls that are repeated together: A B A B A B.
type Group struct {
	Names     []string `json:"names"` // of operations, in order
	About     []string `json:"about"` // of each
	After     string   `json:"after,omitempty"`
	Repeats   float64  `json:"repeats"` // in a typical request
	Time      float64  `json:"ms"`      // all together, in a typical request, with what passes between them
	TimeSlow  float64  `json:"ms_slow"`
	Share     float64  `json:"share"`
	ShareSlow float64  `json:"share_slow"`
}

// A Sequence is calls that are made one after another.
type Sequence struct {
	Names   []string `json:"names"`
	About   []string `json:"about"`
	Sum     float64  `json:"sum_ms"` // of their durations in a typical request
	Longest float64  `json:"longest_ms"`
	Share   float64  `json:"share"` // of the sum, of a typical request
	Seen    float64  `json:"seen"`  // share of traces that have it
	// SumSlow and LongestSlow are of slow requests.
	SumSlow     float64   `json:"sum_slow_ms"`
	LongestSlow float64   `json:"longest_slow_ms"`
	Code        *Location `json:"code,omitempty"`
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
	Looks      int64       `json:"looks"`             // how often sessions were looked at
	Active     float64     `json:"active"`            // sessions at work, on the average
	Idle       float64     `json:"idle_in_transaction"`
	Gaps       []string    `json:"gaps,omitempty"` // parts that could not be had, and what would make them
}

// A Statement is one fingerprint, by what the database counted between the start and the end of the load.
type Statement struct {
	Query  string    `json:"query"`
	Tables []string  `json:"tables,omitempty"` // that it names, in lower case, without schema
	Calls  float64   `json:"calls"`            // a request
	Rows   float64   `json:"rows"`             // a call
	Each   float64   `json:"each_ms"`          // of one call, in the database
	Read   float64   `json:"blocks"`           // touched by a call
	Plan   string    `json:"plan,omitempty"`   // for any parameters, a line for each step
	Cost   float64   `json:"cost,omitempty"`   // of it, in the planner's units
	Scans  []Scan    `json:"scans,omitempty"`  // sequential scans in its plan
	Code   *Location `json:"code,omitempty"`   // as a comment in it says
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

// An Index is one that is missing, or one that is there and of no use to a statement.
type Index struct {
	Create  string   `json:"create,omitempty"` // the statement; empty: no index would help
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
	Before  float64  `json:"cost_before"`
	After   float64  `json:"cost_after"` // as the planner says of a hypothetical one; 0: not proved
	Query   string   `json:"query"`
	Exists  string   `json:"exists,omitempty"` // an index on the same columns that the plan does not use
	Why     string   `json:"why,omitempty"`    // the plan does not use it
}

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

// What a gauge means to a diagnosis. Those in seconds or bytes that only grow are given as rates a second.
const (
	PoolWaitSeconds = "pool-wait-seconds" // that callers waited for a connection together, a second
	PoolWaits       = "pool-waits"        // callers who had to, a second
	PoolPending     = "pool-pending"      // who wait now
	PoolInUse       = "pool-in-use"
	PoolMax         = "pool-max"
	CPUSeconds      = "cpu-seconds"      // a second: cores at work
	CPUWaitSeconds  = "cpu-wait-seconds" // a second: threads that could run and found no core free
	Cores           = "cores"            // that the process may use
	GCSeconds       = "gc-seconds"       // in which the collector stopped the program, a second
	GCCPUSeconds    = "gc-cpu-seconds"
	GCCycles        = "gc-cycles"   // a second
	AllocatedBytes  = "alloc-bytes" // a second
	HeapBytes       = "heap-bytes"
	ResidentBytes   = "resident-bytes"
	Goroutines      = "goroutines"
	Threads         = "threads"
	EventLoopLag    = "event-loop-lag-seconds"
)

// A Gauge is a metric of the target while the load ran.
type Gauge struct {
	Name   string  `json:"name"`
	Labels string  `json:"labels,omitempty"`
	Kind   string  `json:"kind"`  // what it means to a diagnosis
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
	Kind  string  `json:"kind"`            // cpu, alloc, or gc: allocating and collecting garbage as a whole
	Flat  float64 `json:"flat"`            // share, 0 to 1, in the function itself and what of libraries it calls
	Total float64 `json:"total"`           // share, with what it calls
	Bytes float64 `json:"bytes,omitempty"` // allocated a request
}

// A Hunk is a changed place between two commits that may bear on speed.
type Hunk struct {
	File    string   `json:"file"`
	Line    int      `json:"line"`  // in the new file; of a removal, where it was
	Lines   int      `json:"lines"` // that it has there, 1 at least
	Commit  string   `json:"commit,omitempty"`
	Subject string   `json:"subject,omitempty"`
	Kinds   []Kind   `json:"kinds"` // of findings that it can explain
	Why     string   `json:"why"`   // such as "eager loading of line_items was removed (ActiveRecord includes)"
	Names   []string `json:"names"` // tables, columns, associations or services that it speaks of, to be held against run-time evidence
	Text    string   `json:"text"`  // of the hunk, at most some twenty lines
}

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
