// Package history keeps runs, and finds them again.
//
// Its stance: a run's record is the truth. A store may index what it likes, and gives back what it was given, to the last
// field that it did not know.
package history

import (
	"context"
	"errors"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A Store keeps runs. It is safe for concurrent use, and so is what it keeps them in: several processes may use it at once.
type Store interface {
	// Add keeps a run, by its id. A run that is there already stays as it is: a record is never changed, and adding it
	// again, as after a lost answer, is no error. When Add returns nil the run survives the end of the process.
	Add(ctx context.Context, run *bench.Run) error

	// Run is the run with an id. The error wraps ErrNotFound if there is none.
	Run(ctx context.Context, id string) (*bench.Run, error)

	// List is the runs that a query asks for, the newest first; with equal times, the greater id first. None is no error.
	List(ctx context.Context, q Query) ([]Entry, error)

	// Series is the values that a metric (one of bench.Metrics) had for a scenario, in the order of time: the newest
	// q.Limit of those that the query asks for. Void results and partial runs are left out: they measured something else.
	Series(ctx context.Context, scenario, metric string, q Query) ([]bench.Point, error)

	// Delete forgets runs. One that is not there is no error.
	Delete(ctx context.Context, ids ...string) error

	// Close ends the use of the store.
	Close() error
}

// A Query says which runs are meant. What is empty does not matter.
type Query struct {
	Commit   string // its name, or how that begins
	Branch   string
	Since    time.Time // started then or later
	Until    time.Time // started before
	Scenario string    // has a result of it
	Limit    int       // 0: all
}

// An Entry is a run in short.
type Entry struct {
	ID        string       `json:"id"`
	Suite     string       `json:"suite,omitempty"`
	Started   time.Time    `json:"started"`
	Commit    bench.Commit `json:"commit"`
	Target    string       `json:"target"`
	Partial   bool         `json:"partial,omitempty"`
	Status    bench.Status `json:"status"`
	Scenarios int          `json:"scenarios"`
}

// Good reports whether the run can be a baseline.
func (e Entry) Good() bool {
	return !e.Partial && (e.Status == bench.Pass || e.Status == bench.Close)
}

// ErrNotFound is wrapped by errors about runs that are not there.
var ErrNotFound = errors.New("no such run")

// ErrNewer is wrapped by errors about stores that a later version has written.
var ErrNewer = errors.New("written by a newer tidemark")
