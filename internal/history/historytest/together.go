package historytest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// Writers that work at once, and what each of them adds.
const atOnce, each = 4, 5

func contexts(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	add(t, s, plain(1))
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for method, err := range map[string]error{
		"Add":       s.Add(over, plain(2)),
		"Run":       second(s.Run(over, id(1))),
		"List":      second(s.List(over, history.Query{})),
		"Series":    second(s.Series(over, "a", "p95", history.Query{})),
		"Endpoints": second(s.Endpoints(over, history.Query{})),
		"Delete":    s.Delete(over, id(1)),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", method, err)
		}
	}
	late, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	if err := s.Add(late, plain(2)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Add too late: %v", err)
	}
	add(t, s, plain(3))
	if got := ids(list(t, s, history.Query{})); got != "3 1" {
		t.Errorf("%s are there", got)
	}
	if never, err := open(over, "never_"+name); err == nil {
		err = errors.Join(never.Add(over, plain(1)), never.Close())
		if !errors.Is(err, context.Canceled) {
			t.Errorf("opened: %v", err)
		}
	} else if !errors.Is(err, context.Canceled) {
		t.Errorf("opened: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// A call that is cut off has done all or nothing, and the next one finds the store in order.
func contextsMeanwhile(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	whole := map[string]bool{}
	for i := range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		patience := time.Duration(rand.Int64N(int64(10 * time.Millisecond)))
		timer := time.AfterFunc(patience, cancel)
		err := s.Add(ctx, plain(2*i), plain(2*i+1))
		timer.Stop()
		cancel()
		if err == nil {
			whole[id(2*i)], whole[id(2*i+1)] = true, true
		} else if !errors.Is(err, context.Canceled) {
			t.Errorf("after %v: %v", patience, err)
		}
	}
	listed, series := map[string]bool{}, 0
	for range 100 { // what was cut off on its way to another machine may still be done there
		clear(listed)
		for _, e := range list(t, s, history.Query{}) {
			listed[e.ID] = true
		}
		if series = len(points(t, s, "a", "p95", history.Query{})); series == len(listed) {
			break
		}
	}
	for id := range listed {
		if _, err := s.Run(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	for i := range 20 {
		if one, two := listed[id(2*i)], listed[id(2*i+1)]; one != two || whole[id(2*i)] && !one {
			t.Errorf("of pair %d one is there: %t, and the other: %t; Add said so: %t", i, one, two, whole[id(2*i)])
		}
	}
	if series != len(listed) {
		t.Errorf("%d runs, and %d in the series", len(listed), series)
	}
}

func openedAtOnce(t *testing.T, open Open, name string) {
	var all sync.WaitGroup
	for i := range 2 * atOnce {
		all.Go(func() {
			s, err := open(t.Context(), name)
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(s.Add(t.Context(), plain(i)), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(list(t, opened(t, open, name), history.Query{})); n != 2*atOnce {
		t.Errorf("%d of %d runs are there", n, 2*atOnce)
	}
}

func writers(t *testing.T, open Open, name string) {
	var writing, reading sync.WaitGroup
	added := make(chan string, atOnce*each)
	for w := range atOnce {
		s := opened(t, open, name) // a connection of its own, as another process has
		writing.Go(func() {
			for i := range each {
				run := plain(w*each + i)
				if err := s.Add(t.Context(), run); err != nil {
					t.Error(err)
				}
				added <- run.ID
			}
		})
	}
	reader := opened(t, open, name)
	reading.Go(func() { // while others write, what is listed can be read
		for range added {
			all, err := reader.List(t.Context(), history.Query{})
			if err == nil && len(all) > 0 {
				_, err = reader.Run(t.Context(), all[0].ID)
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
	writing.Wait()
	close(added)
	reading.Wait()
	s := opened(t, open, name)
	if n := len(list(t, s, history.Query{})); n != atOnce*each {
		t.Errorf("%d of %d runs are there", n, atOnce*each)
	}
	for i := range atOnce * each {
		if _, err := s.Run(t.Context(), id(i)); err != nil {
			t.Error(err)
		}
	}
}

func goroutines(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	var all sync.WaitGroup
	for w := range atOnce {
		all.Go(func() {
			for i := range each {
				n := w*each + i
				err := s.Add(t.Context(), plain(n), plain(1000)) // the second one is everybody's
				if err == nil {
					_, err = s.Run(t.Context(), id(n))
				}
				if err == nil {
					_, err = s.Series(t.Context(), "a", "p95", history.Query{Limit: 3})
				}
				if err == nil && i == 0 {
					err = s.Delete(t.Context(), id(n))
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := len(list(t, s, history.Query{})); n != atOnce*(each-1)+1 {
		t.Errorf("%d runs are there, want %d", n, atOnce*(each-1)+1)
	}
}

func find(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	one, two, three := Run(1, "aaaa1111", "main", bench.Pass, time.Millisecond), Run(2, "bbbb2222", "main", bench.Pass, time.Millisecond), Run(3, "aaaa1111", "main", bench.Fail, time.Millisecond)
	add(t, s, one, two, three)
	for reference, want := range map[string]string{one.ID: one.ID, "01arz3ndektsv4rrffq6000001": one.ID, "01ARZ3NDEKTSV4RRFFQ6000002": two.ID, "aaaa": three.ID, "BBBB22": two.ID,
		"last": three.ID, "01ARZ": "", "cccc": "", "bbb": "", "": ""} {
		got, err := history.Find(t.Context(), s, reference)
		if want == "" && !errors.Is(err, history.ErrNotFound) || want != "" && (err != nil || got.ID != want) {
			t.Errorf("%q: %v, want %q", reference, err, want)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := history.Find(over, s, "last"); !errors.Is(err, context.Canceled) {
		t.Errorf("what went wrong is said to be %v", err)
	}
}

func prune(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	verdicts := []bench.Status{bench.Pass, bench.Close, bench.Fail, bench.Fail, bench.Void}
	runs := make([]*bench.Run, 0, len(verdicts)+3)
	for i, status := range verdicts {
		runs = append(runs, Run(i, "aaaa1111", "main", status, time.Millisecond))
	}
	partial := Run(5, "aaaa1111", "main", bench.Pass, time.Millisecond)
	partial.Partial = true
	elsewhere := Run(6, "aaaa1111", "main", bench.Pass, time.Millisecond)
	elsewhere.Suite = "another"
	add(t, s, append(runs, partial, elsewhere, Run(7, "bbbb2222", "other", bench.Pass, time.Millisecond))...)
	for _, step := range []struct {
		policy     history.Policy
		gone, left string
	}{
		{history.Policy{}, "", "7 6 5 4 3 2 1 "},
		// Of main's six runs the two newest stay, and the newest good one: that of hour 1.
		{history.Policy{KeepLast: 2}, "3 2 ", "7 6 5 4 1"},
		// Of those before hour 5 the good one stays, though by age it could go; that of hour 5 is not before it.
		{history.Policy{Before: epoch.Add(5 * time.Hour)}, "4", "7 6 5 1"},
		// Both limits: the newest is old enough, but among the one that stays.
		{history.Policy{KeepLast: 1, Before: epoch.Add(24 * time.Hour)}, "", "7 6 5 1"},
		{history.Policy{Before: epoch.Add(24 * time.Hour)}, "5", "7 6 1"},
	} {
		gone, err := history.Prune(t.Context(), s, step.policy)
		if left := ids(list(t, s, history.Query{})); err != nil || ids(gone) != step.gone || left != step.left {
			t.Errorf("%+v: gone %q, left %q, %v; want %q and %q", step.policy, ids(gone), left, err, step.gone, step.left)
		}
	}
}
