package pipeline

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load"
)

func TestAnAnnouncerTellsTheNewest(t *testing.T) {
	limit := 300 * time.Millisecond
	plan := &bench.Plan{Name: "shop", Target: "http://a", Scenarios: []bench.Scenario{{ID: "a", Name: "GET /a"}, {ID: "b", Name: "GET /b",
		Load: bench.Load{Warmup: time.Second, Duration: 9 * time.Second}, Thresholds: bench.Thresholds{P95: &limit}}}}
	told, release := make(chan bench.Live), make(chan struct{})
	closed := false
	a := announce(t.Context(), plan, nil, func(_ context.Context, l bench.Live) error {
		<-release // whoever is told is slow
		told <- l
		return errors.New("and fails, which is nobody's business")
	}, func() error { closed = true; return nil })
	second := func(n int, warmup bool) Progress {
		s := bench.NewSlice(n)
		for range 20 {
			s.Record(bench.Measurement{Done: 250 * time.Millisecond})
		}
		s.Record(bench.Measurement{Outcome: bench.Reset})
		return Progress{&plan.Scenarios[1], load.Progress{Elapsed: time.Duration(n+1) * time.Second, Warmup: warmup, Slice: s}}
	}
	a.Each(second(0, true))
	for n := 1; n <= 5; n++ { // nobody waits for whoever is slow
		a.Each(second(n, false))
	}
	close(release)
	l := <-told
	if l.Elapsed < 6 { // the first, that was on its way, or the second, while others came
		l = <-told
	}
	if l.Suite != "shop" || l.Scenario != "GET /b" || l.Number != 2 || l.Of != 2 || l.Elapsed != 6 || l.Length != 10 || l.Warmup || l.Rate != 21 || l.Errors != 5 || len(l.Seconds) != 5 ||
		l.P95 < 249 || l.P95 > 251 || l.Threshold != 300 || l.Done {
		t.Errorf("told %+v", l)
	}
	a.Each(second(0, true)) // it is measured once more
	if l := <-told; l.Elapsed != 1 || len(l.Seconds) != 0 || l.Errors != 0 || l.Number != 2 {
		t.Errorf("of the second time told %+v", l)
	}
	go func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		close(told)
	}()
	if l := <-told; !l.Done || l.Key == "" {
		t.Errorf("at the end told %+v", l)
	}
	if _, more := <-told; more || !closed {
		t.Error("it goes on after its end")
	}
	var nobody *Announcer
	nobody.Each(second(1, false))
	if err := nobody.Close(); err != nil {
		t.Error(err)
	}
	if a := Announce(t.Context(), "runs.db", plan, ""); a != nil {
		t.Error("a file is told")
	}
}

// While nothing new comes, as before the last answers do, what is known is told again, and not before there is anything.
func TestAnAnnouncerRepeatsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := &bench.Plan{Name: "shop", Scenarios: []bench.Scenario{{ID: "a", Name: "GET /a"}}}
		var told []bench.Live
		a := announce(t.Context(), plan, nil, func(_ context.Context, l bench.Live) error { told = append(told, l); return nil }, func() error { return nil })
		time.Sleep(3 * heartbeat)
		synctest.Wait()
		if len(told) != 0 {
			t.Errorf("before anything told %+v", told)
		}
		a.Each(Progress{&plan.Scenarios[0], load.Progress{Elapsed: time.Second}})
		time.Sleep(2*heartbeat + time.Second)
		synctest.Wait()
		if len(told) != 3 || told[2].Elapsed != 1 || told[2].Done {
			t.Errorf("told %+v", told)
		}
		if err := a.Close(); err != nil || len(told) != 4 || !told[3].Done {
			t.Errorf("at the end told %+v, %v", told, err)
		}
	})
}
