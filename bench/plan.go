package bench

import (
	"encoding/json"
	"time"
)

// A Plan is a suite read and checked: nothing is left in it to fail for a reason the user could have been told before.
// It holds the sources of templates, never secrets: those are in the environment of whoever executes it.
type Plan struct {
	Name      string
	Target    string // base URL, without a trailing slash; empty when it has to be given on the command line
	Version   *VersionProbe
	Strict    bool     // a threshold that the interval straddles fails
	Env       []EnvUse // environment variables that templates name
	Scenarios []Scenario
}

// An EnvUse is the place where a suite names an environment variable.
type EnvUse struct{ Name, File string }

// A VersionProbe says where the target tells its version: in a header, or in the body of the answer to GET Path.
type VersionProbe struct {
	Path   string // "/" when only a header is given
	Header string
	JSON   string // RFC 9535 JSONPath into the body; the whole trimmed body when empty
}

// A Scenario is one endpoint, or a short flow of steps, under one load.
type Scenario struct {
	ID         string // the file's stem: renaming the title must not break a trend
	Name       string
	Load       Load
	Auth       *Auth
	Setup      []Step
	Teardown   []Step
	Data       []Data
	Steps      []Step
	Thresholds Thresholds
}

// A Load says how much is sent, and when.
type Load struct {
	Users       int           // closed model: users who each wait for their answer
	Rate        float64       // open model: arrivals a second, whatever the answers do
	Poisson     bool          // arrivals at random, as independent users make them, instead of evenly spaced
	Stages      []Stage       // a load that changes; replaces Duration
	MaxInFlight int           // open model: arrivals beyond it wait with their clock running
	Warmup      time.Duration // sent, watched, never counted
	Duration    time.Duration
	ThinkMin    time.Duration // pause of a user after a flow, uniform from ThinkMin to ThinkMax
	ThinkMax    time.Duration
	Timeout     time.Duration // for one request, from its first byte sent
	Redirects   int           // how many are followed; 0: a redirect is the answer
	MaxBody     int64         // bytes of one answer; a longer one is an error
}

// Open reports whether arrivals come whether or not earlier ones were answered.
func (l Load) Open() bool { return l.Rate > 0 || (len(l.Stages) > 0 && l.Stages[0].Rate != nil) }

// A Stage moves the load in a straight line to Users, or to Rate, over Duration.
type Stage struct {
	Duration time.Duration
	Users    *int
	Rate     *float64
}

// Auth is how requests prove who sends them. One field is set.
type Auth struct {
	Bearer   string // template
	User     string // template; with Password
	Password string // template
	Header   string // with Value
	Value    string // template
	Login    *Login
}

// A Login is a step whose saved "token" is sent as a bearer token, and taken anew after Refresh.
type Login struct {
	Step    Step
	Refresh time.Duration // 0: once
}

// Data is a table of values that templates take rows from.
type Data struct {
	Name  string
	Order string // "sequential", "random" or "unique": one row for each user
	Rows  []map[string]any
}

// A Step is one request of a scenario. All strings are templates, but for Name, Method and the names of saved values.
type Step struct {
	Name    string
	Method  string
	Path    string
	Headers []Field
	Body    string          // text; excludes JSON
	JSON    json.RawMessage // a tree whose strings are templates
	Expect  Expect
	Save    []Save
	Think   time.Duration // pause before the next step
}

// A Field is a name and a template.
type Field struct{ Name, Value string }

// Expect is what an answer must be, or count as an error.
type Expect struct {
	Status   []int // any of them; empty: any below 400
	Headers  []Field
	Contains []string
	JSON     []JSONExpect
	MaxSize  int64 // bytes; 0: any
}

// A JSONExpect holds what a JSONPath must find: something, or one value.
type JSONExpect struct {
	Path   string
	Exists bool
	Want   json.RawMessage
}

// A Save keeps what a JSONPath, or a header, of an answer holds, under Name.
type Save struct{ Name, Path, Header string }
