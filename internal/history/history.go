// Package history keeps runs, and finds them again.
//
// Its stance: a run's record is the truth. A store may index what it likes, and gives back what it was given, to the last
// byte: a record that was read may have fields that this version does not know.
package history

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A Store keeps runs. It is safe for concurrent use, and so is what it keeps them in: several processes may use it at once. When
// the context of a call ends, so does the call, with an error that wraps the context's; the store can be used as before.
type Store interface {
	// Add keeps runs, by their ids: all of them, or none. A run that is there already stays as it is: a record is never changed,
	// and adding it again, as after a lost answer, is no error. When Add returns nil the runs survive the end of the process,
	// and whoever opens the store from then on finds them. A run that bench.Run.Check finds fault with is an error.
	Add(ctx context.Context, runs ...*bench.Run) error

	// Run is the run with an id. The error wraps ErrNotFound if there is none.
	Run(ctx context.Context, id string) (*bench.Run, error)

	// List is the runs that a query asks for, the newest first; with equal times, the greater id (by its bytes) first. None is no
	// error.
	List(ctx context.Context, q Query) ([]Entry, error)

	// Series is the values that a metric (one of bench.Metrics; another is an error) had for a scenario, in the order of time (and
	// of ids): the newest q.Limit of those that the query asks for. Void results and partial runs are left out: they measured
	// something else; so are those that do not tell the metric.
	Series(ctx context.Context, scenario, metric string, q Query) ([]bench.Point, error)

	// Endpoints is where each scenario of each suite was measured last, among the runs that the query asks for: in the order of suites, then of
	// scenarios, by their bytes. Void results and partial runs count: they are the last that is known. q.Limit does not matter.
	Endpoints(ctx context.Context, q Query) ([]Endpoint, error)

	// Delete forgets runs. One that is not there is no error. A run may be added again afterwards.
	Delete(ctx context.Context, ids ...string) error

	// Close ends the use of the store.
	Close() error
}

// A Query says which runs are meant. What is empty does not matter. Times are told apart by the microsecond.
type Query struct {
	Suite    string
	Commit   string // its name, or how that begins, in either case
	Branch   string
	Since    time.Time // started then or later
	Until    time.Time // started before
	Scenario string    // has a result of it, void or not
	Limit    int       // 0 or less: all
}

// ErrNotFound is wrapped by errors about runs that are not there.
var ErrNotFound = errors.New("no such run")

// ErrNone is wrapped by errors about histories that do not exist yet.
var ErrNone = errors.New("there is no history yet")

// ErrLocation is wrapped by errors about locations that cannot be one of a history.
var ErrLocation = errors.New("no place for a history")

// ErrUnreachable is wrapped by errors about a server, or a remote repository, that does not answer or does not let us in.
var ErrUnreachable = errors.New("cannot reach the history")

// ErrNewer is wrapped by errors about stores that a later version has written.
var ErrNewer = errors.New("written by a newer tidemark")

// CheckFormat is the error, if any, that a store of a format gives to a version that knows formats up to another.
func CheckFormat(found, known int64) error {
	if found <= known {
		return nil
	}
	return fmt.Errorf("%w: its format is %d, and this one knows up to %d; update tidemark", ErrNewer, found, known)
}
