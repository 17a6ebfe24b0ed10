// Package historytest holds what every history.Store has to do, as tests.
package historytest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Run is a run, some hours after the first, of two scenarios: a, whose p95 is given, and b, which is void.
func Run(hours int, sha, branch string, status bench.Status, p95 time.Duration) *bench.Run {
	s := bench.NewSlice(0)
	for range 100 {
		s.Record(bench.Measurement{Done: p95, Sent: 1})
	}
	s.Keep(bench.Exemplar{Method: "GET", Path: "/a", Outcome: bench.OK, Response: p95, Start: time.Second})
	a := bench.Collect(bench.Scenario{ID: "a", Name: "GET /a", Load: bench.Load{Users: 5}}, []*bench.Slice{s}, time.Second)
	a.Verdict = bench.Verdict{Status: status, Reasons: []string{"because"}}
	b := bench.Collect(bench.Scenario{ID: "b", Name: "GET /b"}, []*bench.Slice{s}, time.Second)
	b.Verdict = bench.Verdict{Status: bench.Void, Reasons: []string{}}
	return &bench.Run{Schema: bench.Schema, ID: fmt.Sprintf("01ARZ3NDEKTSV4RRFFQ69G%04d", hours), Suite: "s", Started: epoch.Add(time.Duration(hours) * time.Hour),
		Commit: &bench.Commit{SHA: sha, Branch: branch, Subject: "subject of " + sha}, Target: bench.Target{URL: "http://a"},
		Environment: bench.Environment{OS: "linux"}, Verdict: bench.Verdict{Status: status, Reasons: []string{"because"}}, Scenarios: []bench.Result{a, b}}
}

// Conform runs the tests against stores that open returns: each an empty one, and with the same name the same one again.
func Conform(t *testing.T, open func(t *testing.T, name string) history.Store) {
	t.Run("what is added comes back", func(t *testing.T) {
		s := open(t, "back")
		defer closeStore(t, s)
		want := Run(1, "aaaa1111", "main", bench.Pass, 20*time.Millisecond)
		add(t, s, want)
		add(t, s, want) // again: no error, and nothing new
		got, err := s.Run(t.Context(), want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Scenarios[0].Histogram.Response.Quantile(.5) != want.Scenarios[0].Histogram.Response.Quantile(.5) {
			t.Error("another histogram came back")
		}
		got.Scenarios, want.Scenarios = dropHistograms(got.Scenarios), dropHistograms(want.Scenarios)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		if all := list(t, s, history.Query{}); len(all) != 1 {
			t.Errorf("%d runs", len(all))
		}
		if _, err := s.Run(t.Context(), "nothing"); !errors.Is(err, history.ErrNotFound) {
			t.Errorf("an unknown id: %v", err)
		}
	})
	t.Run("queries", func(t *testing.T) {
		s := open(t, "queries")
		defer closeStore(t, s)
		add(t, s, Run(3, "cccc3333", "main", bench.Fail, 40*time.Millisecond))
		add(t, s, Run(1, "aaaa1111", "main", bench.Pass, 20*time.Millisecond))
		add(t, s, Run(2, "bbbb2222", "other", bench.Pass, 30*time.Millisecond))
		for name, c := range map[string]struct {
			q    history.Query
			want string // hours of those found, in their order
		}{
			"all":      {history.Query{}, "3 2 1"},
			"branch":   {history.Query{Branch: "main"}, "3 1"},
			"commit":   {history.Query{Commit: "bbbb"}, "2"},
			"since":    {history.Query{Since: epoch.Add(2 * time.Hour)}, "3 2"},
			"until":    {history.Query{Until: epoch.Add(2 * time.Hour)}, "1"},
			"scenario": {history.Query{Scenario: "a", Limit: 2}, "3 2"},
			"nothing":  {history.Query{Scenario: "c"}, ""},
			"wildcard": {history.Query{Commit: "%"}, ""},
		} {
			found := list(t, s, c.q)
			got := make([]string, 0, len(found))
			for _, e := range found {
				got = append(got, fmt.Sprint(e.Started.Sub(epoch).Hours()))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: %v, want %s", name, got, c.want)
			}
		}
		e := list(t, s, history.Query{Commit: "cccc3333"})[0]
		if e.Status != bench.Fail || e.Suite != "s" || e.Target != "http://a" || e.Scenarios != 2 || e.Commit.Subject != "subject of cccc3333" {
			t.Errorf("%+v", e)
		}
	})
	t.Run("series", func(t *testing.T) {
		s := open(t, "series")
		defer closeStore(t, s)
		for i := range 5 {
			add(t, s, Run(i, fmt.Sprintf("%08d", i), "main", bench.Pass, time.Duration(20+i)*time.Millisecond))
		}
		partial := Run(9, "99999999", "main", bench.Pass, time.Second)
		partial.Partial = true
		add(t, s, partial)
		points, err := s.Series(t.Context(), "a", "p95", history.Query{Limit: 3})
		if err != nil || len(points) != 3 || !points[0].Time.Equal(epoch.Add(2*time.Hour)) || points[2].Value < 23.9 || points[2].Value > 24.1 || points[1].Commit != "00000003" || points[1].Subject == "" || points[1].Run == "" {
			t.Errorf("%+v, %v", points, err)
		}
		if points, err := s.Series(t.Context(), "b", "p95", history.Query{}); err != nil || len(points) != 0 {
			t.Errorf("void results: %v, %v", points, err)
		}
		if _, err := s.Series(t.Context(), "a", "p96", history.Query{}); err == nil {
			t.Error("an unknown metric is no error")
		}
	})
	t.Run("what is deleted is gone", func(t *testing.T) {
		s := open(t, "deleted")
		defer closeStore(t, s)
		one, two := Run(1, "aaaa1111", "main", bench.Pass, time.Millisecond), Run(2, "aaaa1111", "main", bench.Pass, time.Millisecond)
		add(t, s, one)
		add(t, s, two)
		if err := s.Delete(t.Context(), one.ID, "nothing"); err != nil {
			t.Fatal(err)
		}
		points, err := s.Series(t.Context(), "a", "p95", history.Query{})
		if all := list(t, s, history.Query{}); err != nil || len(all) != 1 || all[0].ID != two.ID || len(points) != 1 {
			t.Errorf("%v, %v, %v", all, points, err)
		}
	})
	t.Run("writers lose nothing", func(t *testing.T) {
		const writers, each = 4, 5
		var all sync.WaitGroup
		for w := range writers {
			s := open(t, "writers") // a connection of its own, as another process has
			all.Go(func() {
				for i := range each {
					if err := s.Add(t.Context(), Run(w*each+i, "aaaa1111", "main", bench.Pass, time.Millisecond)); err != nil {
						t.Error(err)
					}
				}
				closeStore(t, s)
			})
		}
		all.Wait()
		s := open(t, "writers")
		defer closeStore(t, s)
		if n := len(list(t, s, history.Query{})); n != writers*each {
			t.Errorf("%d of %d runs are there", n, writers*each)
		}
	})
	t.Run("runs are found by what people write", func(t *testing.T) {
		s := open(t, "find")
		defer closeStore(t, s)
		one, two := Run(1, "aaaa1111", "main", bench.Pass, time.Millisecond), Run(2, "bbbb2222", "main", bench.Pass, time.Millisecond)
		add(t, s, one)
		add(t, s, two)
		for reference, want := range map[string]string{one.ID: one.ID, strings.ToLower(one.ID): one.ID, "aaaa": one.ID, "BBBB22": two.ID, "last": two.ID, "01ARZ": "", "cccc": "", "": ""} {
			got, err := history.Find(t.Context(), s, reference)
			if want == "" && !errors.Is(err, history.ErrNotFound) || want != "" && (err != nil || got.ID != want) {
				t.Errorf("%q: %v, want %q", reference, err, want)
			}
		}
	})
	t.Run("pruning keeps the last good baseline", func(t *testing.T) {
		s := open(t, "prune")
		defer closeStore(t, s)
		for i, status := range []bench.Status{bench.Pass, bench.Pass, bench.Fail, bench.Fail, bench.Void} {
			add(t, s, Run(i, "aaaa1111", "main", status, time.Millisecond))
		}
		add(t, s, Run(7, "bbbb2222", "other", bench.Pass, time.Millisecond))
		gone, err := history.Prune(t.Context(), s, history.Policy{KeepLast: 2})
		if err != nil || len(gone) != 2 { // of main's five the two newest stay, and the good one of hour 1
			t.Errorf("%d gone, %v", len(gone), err)
		}
		gone, err = history.Prune(t.Context(), s, history.Policy{Before: epoch.Add(time.Hour * 24)})
		if left := list(t, s, history.Query{}); err != nil || len(left) != 2 || left[0].Commit.Branch != "other" || !left[1].Started.Equal(epoch.Add(time.Hour)) {
			t.Errorf("%d gone, left %+v, %v", len(gone), left, err)
		}
	})
}

func dropHistograms(results []bench.Result) []bench.Result {
	out := append([]bench.Result(nil), results...)
	for i := range out {
		out[i].Histogram = bench.Histograms{}
	}
	return out
}

func add(t *testing.T, s history.Store, run *bench.Run) {
	t.Helper()
	if err := s.Add(t.Context(), run); err != nil {
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

func closeStore(t *testing.T, s history.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
