// Package historytest holds what every history.Store has to do, as tests.
package historytest

import (
	"context"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// An Open opens a store: with a new name an empty one, and with the same name the same one again, as another process would.
type Open func(ctx context.Context, name string) (history.Store, error)

// A test of the contract.
type test struct {
	name string
	test func(*testing.T, Open, string)
}

var (
	alone = []test{
		{"a record that was read comes back to the last byte", toTheLastByte},
		{"all are added or none", allOrNone},
		{"whatever text people write", anyText},
		{"queries", queries},
		{"equal times", equalTimes},
		{"entries", entries},
		{"series", series},
		{"what is no part of a series", noPartOfSeries},
		{"where endpoints were measured last", endpoints},
		{"a context that has ended", contexts},
		{"runs are found by what people write", find},
		{"pruning keeps the last good baseline", prune},
	}
	together = []test{
		{"what is added comes back", comesBack},
		{"a run that is there stays as it is", staysAsItIs},
		{"what is deleted is gone", deleted},
		{"a context that ends meanwhile", contextsMeanwhile},
		{"opened by many at once", openedAtOnce},
		{"writers lose nothing", writers},
		{"one store for many goroutines", goroutines},
	}
)

// Conform runs the tests: one for each sentence of history.Store's contract, and for what is built on it.
func Conform(t *testing.T, open Open) {
	conform(t, open, alone)
	Together(t, open)
}

// Together runs those about several who use a store, at once or one after another: all that can differ where only the way to the same place
// does.
func Together(t *testing.T, open Open) { conform(t, open, together) }

func conform(t *testing.T, open Open, tests []test) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.test(t, open, strings.ReplaceAll(test.name, " ", "_")) })
	}
}

// opened is a store that is closed at the end of the test.
func opened(t *testing.T, open Open, name string) history.Store {
	t.Helper()
	s, err := open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func add(t *testing.T, s history.Store, runs ...*bench.Run) {
	t.Helper()
	if err := s.Add(t.Context(), runs...); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, s history.Store, q history.Query) []history.Entry {
	t.Helper()
	all, err := s.List(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func points(t *testing.T, s history.Store, scenario, metric string, q history.Query) []bench.Point {
	t.Helper()
	all, err := s.Series(t.Context(), scenario, metric, q)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// ids are those of entries, each by its end, which tells test runs apart.
func ids(entries []history.Entry) string {
	words := make([]string, len(entries))
	for i, e := range entries {
		words[i] = strings.TrimLeft(e.ID[len(e.ID)-6:], "0")
	}
	return strings.Join(words, " ")
}

// runsOf are those of points.
func runsOf(points []bench.Point) string {
	words := make([]string, len(points))
	for i, p := range points {
		words[i] = strings.TrimLeft(p.Run[len(p.Run)-6:], "0")
	}
	return strings.Join(words, " ")
}
