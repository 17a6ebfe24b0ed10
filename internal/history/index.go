package history

import (
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// An Index is what a store finds a run by, and follows it with. It is a view of the record: it can be made anew from there.
type Index struct {
	Entry   Entry         `json:"run"`
	Results []IndexResult `json:"results"`
}

// An Entry is a run in short.
type Entry struct {
	ID        string       `json:"id"`
	Suite     string       `json:"suite,omitempty"`
	Started   time.Time    `json:"started"` // to the microsecond
	Commit    bench.Commit `json:"commit"`
	Target    string       `json:"target"`
	Partial   bool         `json:"partial,omitempty"`
	Status    bench.Status `json:"status"`
	Scenarios int          `json:"scenarios"`
}

// An Endpoint is a scenario of a suite, and its newest run.
type Endpoint struct {
	Suite    string    `json:"suite,omitempty"`
	Scenario string    `json:"scenario"`
	Run      string    `json:"run"`
	Started  time.Time `json:"started"` // to the microsecond
}

// Good reports whether the run can be a baseline.
func (e Entry) Good() bool {
	return !e.Partial && (e.Status == bench.Pass || e.Status == bench.Close)
}

// An IndexResult is one scenario's part of it.
type IndexResult struct {
	Scenario string    `json:"scenario"`
	Counts   bool      `json:"counts"` // belongs in a series: not void, nor of a partial run
	Values   []float64 `json:"values"` // in the order of bench.Metrics; Untold: it was not measured
}

// Untold stands for the value of a metric that was not measured, as in a run that another tool made. It belongs in no series.
const Untold = -1.0

// IndexOf makes a run's index.
func IndexOf(run *bench.Run) Index {
	commit := bench.Commit{}
	if run.Commit != nil {
		commit = *run.Commit
	}
	ix := Index{Entry: Entry{ID: run.ID, Suite: clean(run.Suite), Started: Microseconds(run.Started),
		Commit: bench.Commit{SHA: clean(commit.SHA), Branch: clean(commit.Branch), Subject: clean(commit.Subject), Dirty: commit.Dirty},
		Target: clean(run.Target.URL), Partial: run.Partial, Status: run.Verdict.Status, Scenarios: len(run.Scenarios)}}
	for i := range run.Scenarios {
		r := &run.Scenarios[i]
		values := make([]float64, len(bench.Metrics))
		for m, name := range bench.Metrics {
			value, _, told := r.Metric(name)
			if !told {
				value = Untold
			}
			values[m] = value
		}
		ix.Results = append(ix.Results, IndexResult{clean(r.ID), r.Verdict.Status != bench.Void && !run.Partial, values})
	}
	return ix
}

// Microseconds is t in UTC, as exact as stores tell times apart.
func Microseconds(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// clean is text that every store can hold: a commit's subject may be in any encoding, and PostgreSQL has no zero byte. The record
// keeps what JSON made of it.
func clean(s string) string {
	return strings.ReplaceAll(string([]rune(s)), "\x00", "\uFFFD")
}
