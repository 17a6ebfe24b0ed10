package bench

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
