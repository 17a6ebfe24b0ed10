// Package k6 reads what k6 measured: its metric stream (--out json), its end-of-test summary, and the options of a script.
//
// Its stance: a point of http_req_duration is one request, and that is all that a stream tells of it. When a request was due it does not say, so response
// time is service time, and what waited for a virtual user or a connection is not in it. What the stream leaves open is said in the notes of each
// result; lines that are none of k6's are counted, and never end the reading.
package k6

import (
	"fmt"
	"slices"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// Options say how a stream becomes results.
type Options struct {
	By     By
	Warmup time.Duration // of each scenario: requests so soon after its first are not counted
	Script *Script       // nil: what the script says is not known, but for what the stream repeats of it
	Each   func(Request) // is told of each, in the order of the stream; nil: nobody wants to know
}

// A Request is one of a stream.
type Request struct {
	Scenario, Group, Name string
	Start                 time.Time
	Took                  time.Duration
	Outcome               bench.Outcome
	Status                int  // 0: no answer, or not told
	Measured              bool // not of the set-up, the teardown or a warm-up
}

// A By says what a result is made of.
type By string

// The kinds. Auto is a result for each request name where the script has the scenario `default` alone, and else one for each scenario.
const (
	Auto       By = ""
	ByScenario By = "scenario"
	ByName     By = "name"
	ByGroup    By = "group"
)

// ParseBy reads a By.
func ParseBy(text string) (By, error) {
	if by := By(text); slices.Contains([]By{Auto, ByScenario, ByName, ByGroup}, by) {
		return by, nil
	}
	return Auto, fmt.Errorf("%q is no way to sort requests: write scenario, name or group", text)
}

// A Result is one of a stream, not judged yet.
type Result struct {
	bench.Result
	Slices     []*bench.Slice
	Thresholds bench.Thresholds // taken over from the script
	Scenarios  []string         // of k6's, whose requests it is made of
	Statuses   map[int]int64    // 0: no answer
	Dropped    int64            // iterations of them that k6 did not start
	Iterations int64            // that it did
}

// Series are the slices of results.
func Series(results []Result) (all []bench.Series) {
	for _, r := range results {
		all = append(all, bench.Series{Scenario: r.ID, Slices: r.Slices})
	}
	return all
}

// defaultScenario is what k6 calls the scenario of a script that has none of its own.
const defaultScenario = "default"

// unknown is what every result from k6 has to say of itself.
const unknown = "measured by k6: response time begins when a request was sent, not when it was due, so what waited for a virtual user or a connection is not in it"
