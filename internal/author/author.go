// Package author writes suites for people who have something else already: a few lines of prose, an OpenAPI document, a capture,
// seed data.
//
// Its stance: it writes what a careful colleague would have written, and says where that colleague guessed. Each source is read by
// a package of its own into what is Known of the API; Merge puts several together; Compose decides what the suite holds; Files writes
// it. Only Compose decides: a reader says what its source says. No secret of a source gets into a file.
package author

import "time"

// Known is what a source tells of an API, or several sources together.
type Known struct {
	Source    Source
	Endpoints []Endpoint // in the source's order
	Flows     []Flow
	Auth      *Auth // of endpoints that don't say otherwise; nil: not told
	Load      Load  // likewise
	Limits    Limits
	ByClass   map[Class]Wish // what is wanted of all reads, all writes …
	Tables    []Table
	Totals    map[string]int // how many there are of a thing, by its noun in the singular
	Secrets   []string       // that the source holds: the last thing done before writing is to look for them
	Notes     []string       // what was chosen, learned or left out, in words for the user
	Unclear   []string       // what was not understood
}

// A Source is a kind of thing that suites are written from.
type Source string

// The sources.
const (
	Brief     Source = "the brief"
	OpenAPI   Source = "the OpenAPI document"
	HAR       Source = "the capture"
	Probe     Source = "the running API"
	AccessLog Source = "the access log"
)

// An Endpoint is what is known of one method and path.
type Endpoint struct {
	Method  string
	Path    string // with parameters in braces, as /users/{id}/orders
	Summary string
	Class   Class // empty: worked out from method and path
	Params  []Param
	Body    *Body
	Items   []Items // how many of what a body holds, as 3 to 5 line items, where Body does not say
	Fields  []string
	Answer  Answer
	Auth    *Auth
	Wish
	Pages    *Pages
	Total    int    // elements that a list has in all; 0: not told
	PageSize int    // 0: not told
	Samples  *Table // what requests asked, one row for each: parameters name its columns
	Mix      string // which parameters were asked with how often, in words; empty: always the same
	Also     bool   // another way to ask for the same as an endpoint before it, with other parameters
	Avoid    string // why a colleague would not choose it unasked: deprecated, takes an upload
	Weight   float64
	Chosen   bool // it becomes a scenario

	Described bool // a document or a capture says what it takes: what that leaves out it does not take
}

// A Wish is the load and the budgets that somebody wants.
type Wish struct {
	Load   Load
	Limits Limits
}

// A Load is what is known of how much is sent. Zero values: not told.
type Load struct {
	Users    int
	Rate     string // as 120/s
	Warmup   time.Duration
	Duration time.Duration
	ThinkMin time.Duration
	ThinkMax time.Duration
	Note     string // how it came about
}

// Limits are thresholds as thresholds.json has them: p95 as 300ms.
type Limits map[string]string

// A Param is a parameter of a path, a query or a header.
type Param struct {
	Name     string
	In       string // path, query or header
	Required bool
	Value    Value // nil: not known
	Kind     Kind
	Note     string
	Column   string // of Samples that has its values; empty: none
}

// Pages says how a list is had page by page.
type Pages struct {
	Number  string // the parameter for a page's number; empty: none
	First   int    // number of the first page
	Offset  string // the parameter for how many to leave out; empty: none
	Size    string // the parameter for how many; empty: none
	Most    int    // that Size may be; 0: not told
	Guessed bool   // names are a guess
}

// A Body is what a request carries.
type Body struct {
	Type  string // media type; empty: application/json
	Value Value
	Note  string
}

// Items says that a body holds from Low to High of something.
type Items struct {
	Noun      string // as line items
	Low, High int
}

// An Answer is what is known of a successful answer.
type Answer struct {
	Status  int
	Told    bool     // what it holds is known: what is not below, it does not have
	List    string   // JSONPath to the elements of a list, as $.data[*]
	Members []string // of the elements: those with plain values, nested ones with points
	ID      string   // JSONPath to the id of the one thing that the answer is
}

// A Flow is requests that belong together, in order.
type Flow struct {
	Name  string
	About string
	Steps []FlowStep
}

// A FlowStep is one request of a flow.
type FlowStep struct {
	Endpoint
	Save  []Save
	Think time.Duration
}

// A Save takes a value out of an answer.
type Save struct{ Name, Path string }

// An Auth is how requests prove who sends them. Values are templates over environment variables, never secrets.
type Auth struct {
	Kind   AuthKind
	Header string // for a header: its name
	Value  string // template: of the bearer, the header, the query parameter or the password
	User   string // template: for basic
	Login  *FlowStep
	Note   string
}

// An AuthKind is a way to prove it.
type AuthKind string

// The ways.
const (
	NoAuth AuthKind = "none" // said to need none
	Bearer AuthKind = "bearer"
	Basic  AuthKind = "basic"
	Header AuthKind = "header"
	Query  AuthKind = "query" // Header names the parameter
)

// A Table is seed data.
type Table struct {
	Name    string // the file's stem
	File    string
	Columns []string
	Rows    [][]string
}
