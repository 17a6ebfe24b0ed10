package bench

import "time"

// A Plan is what a run executes: nothing is left in it to fail for a reason the user could have been told before.
type Plan struct {
	Name      string
	Target    string // base URL, without a path
	Scenarios []Scenario
}

// A Scenario is one endpoint under one load.
type Scenario struct {
	ID         string // stays the same when the title is renamed, so that a trend does not break
	Name       string
	Load       Load
	Request    Request
	Status     []int // any of them is right; empty: any below 400
	Thresholds Thresholds
}

// A Request is what a scenario sends, again and again.
type Request struct {
	Method  string
	Path    string // path and query, escaped
	Headers []Field
	Body    string
}

// A Field is a header's name and value.
type Field struct{ Name, Value string }

// A Load says how much is sent, and when. Either Users or Rate is set.
type Load struct {
	Users       int           // closed model: users who each wait for their answer
	Rate        float64       // open model: arrivals a second, whatever the answers do
	Poisson     bool          // arrivals at random, as independent users make them, instead of evenly spaced
	MaxInFlight int           // open model: arrivals beyond it wait with their clock running
	Warmup      time.Duration // sent, watched, never counted
	Duration    time.Duration
	Timeout     time.Duration // for one request, from its first byte sent
	MaxBody     int64         // bytes of one answer; a longer one is an error
}

// What a load has when it does not say otherwise.
const (
	DefaultUsers       = 10
	DefaultWarmup      = 10 * time.Second
	DefaultDuration    = 60 * time.Second
	DefaultTimeout     = 10 * time.Second
	DefaultMaxInFlight = 2000     // a stall of a second at 2,000 a second still fits
	DefaultMaxBody     = 64 << 20 // 64 MiB
)

// Open reports whether arrivals come whether or not earlier ones were answered.
func (l Load) Open() bool { return l.Rate > 0 }
