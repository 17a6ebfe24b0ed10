package bench

import "time"

// A Plan is what a run executes: nothing is left in it to fail for a reason the user could have been told before. It is a plain
// value. Texts marked as templates may hold expressions, as ${users.id}; package template says what they mean.
type Plan struct {
	Name      string
	Target    string // base URL, without a path
	Version   VersionProbe
	Env       []EnvUse
	Evidence  EvidenceConfig
	Service   *Service // nil: the suite does not say how one is started
	Policy    Policy
	Scenarios []Scenario
	Control   *Scenario // measured between the scenarios, to know the machine's own drift; nil: none
}

// A VersionProbe says how the target proves which commit answers.
type VersionProbe struct {
	Path   string // empty: it does not
	Header string // the answer's header that holds it; empty: the body does
	JSON   string // JSONPath into the body; empty: the whole body, or its member version, commit or sha
}

// An EnvUse is an environment variable that an expression needs.
type EnvUse struct {
	Name, File string
	Optional   bool // without it something is not known, and all the rest is measured
}

// A Scenario is one endpoint, or one flow of several, under one load.
type Scenario struct {
	ID         string // stays the same when the title is renamed, so that a trend does not break
	Name       string
	Load       Load
	Auth       Auth
	Data       []Data
	Setup      []Step // once, before the warm-up, never counted
	Steps      []Step // one iteration
	Teardown   []Step // once, after the measurement
	Size       string // template: a number that the cost may grow with
	Thresholds Thresholds
}

// A Step is one request, and what its answer has to be.
type Step struct {
	Name    string
	Request Request
	Expect  Expect
	Save    []Save
	Think   Think // after it, before the next step
}

// A Request is what a step sends.
type Request struct {
	Method  string
	Path    string  // template: path and query
	Headers []Field // values are templates
	Body    string  // template
	JSON    bool    // the body is JSON: expressions in it become JSON values
}

// A Save takes a value out of a JSON answer: the one that a singular JSONPath (RFC 9535) points at, or else a list of all.
type Save struct{ Name, Path string }

// A Think is a pause, drawn evenly from Min to Max.
type Think struct{ Min, Max time.Duration }
