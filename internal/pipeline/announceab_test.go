package pipeline

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/remote"
)

func TestAComparisonIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := 300 * time.Millisecond
		plan := &bench.Plan{Name: "shop", Target: "http://of-suite.yml", Scenarios: []bench.Scenario{{ID: "a", Name: "GET /a"}, {ID: "b", Name: "GET /b", Thresholds: bench.Thresholds{P95: &limit}}}}
		var told []bench.Live
		a := announceComparison(t.Context(), plan, func(_ context.Context, l bench.Live) error { told = append(told, l); return nil }, func() error { return nil })
		tell := func(p ABProgress) {
			a.EachAB(p)
			synctest.Wait()
		}
		synctest.Wait()
		base, head, suspect := bench.Commit{SHA: "b45e"}, bench.Commit{SHA: "4ead"}, bench.Commit{SHA: "5u5"}
		p := ABProgress{Commits: [2]*bench.Commit{&base, &head}, Bisection: &bench.LiveBisection{Step: 2, Suspect: &suspect}, Doing: "building head"}
		tell(p)
		p.Targets, p.Doing, p.Scenario, p.Number, p.Of = [2]string{"http://b", "http://h"}, "warming up", &plan.Scenarios[1], 2, 2
		tell(p)
		// 301 requests of head in 3 s are 100 a second.
		p.Doing, p.Pairs, p.Confirming, p.Elapsed, p.Length, p.Head = "", 3, true, 7*time.Second, 22*time.Second, bench.Tally{Requests: 301, Errors: 4, Seconds: 3}
		p.P95 = &bench.Effect{Metric: "p95", Base: 200, Head: 250, Ratio: 1.25, Low: 1.1, High: 1.4}
		tell(p)
		base.SHA, head.SHA, suspect.SHA, p.Bisection.Step, p.P95.Ratio = "x", "x", "x", 9, 9 // whoever reads what was told has values of its own
		if err := a.Close(); err != nil || a.Untold() != nil {
			t.Error(err, a.Untold())
		}
		key, started := told[0].Key, told[0].Started
		if key == "" || started.IsZero() {
			t.Errorf("the first is %+v", told[0])
		}
		live := func(l bench.Live, c bench.LiveComparison) bench.Live {
			l.Key, l.Suite, l.Started, l.Of, l.Comparison = key, "shop", started, 2, &c
			return l
		}
		commits := bench.LiveComparison{BaseCommit: &bench.Commit{SHA: "b45e"}, HeadCommit: &bench.Commit{SHA: "4ead"}, Bisection: &bench.LiveBisection{Step: 2, Suspect: &bench.Commit{SHA: "5u5"}}}
		built, warm, pair := commits, commits, commits
		built.Doing = "building head"
		warm.Base, warm.Head, warm.Doing = "http://b", "http://h", "warming up"
		pair.Base, pair.Head, pair.Pairs, pair.Confirming, pair.Ratio, pair.Low, pair.High = "http://b", "http://h", 3, true, 1.25, 1.1, 1.4
		of := bench.Live{Target: "http://h", Commit: commits.HeadCommit, Scenario: "GET /b", Number: 2, Threshold: 300}
		warming, measured := of, of
		warming.Warmup = true
		measured.Elapsed, measured.Length, measured.Rate, measured.P95, measured.Errors = 7, 22, 100, 250, 4
		over := measured
		over.Done = true
		want := []bench.Live{live(bench.Live{}, bench.LiveComparison{}), live(bench.Live{Commit: commits.HeadCommit}, built), live(warming, warm), live(measured, pair), live(over, pair)}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Error(diff)
		}
	})
	var nobody *Announcer
	nobody.EachAB(ABProgress{})
	if err := nobody.Untold(); err != nil {
		t.Error(err)
	}
}

// Without anything new it is told again and again, from the start: what is built takes minutes.
func TestAComparisonIsToldFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := 0
		a := announceComparison(t.Context(), &bench.Plan{}, func(context.Context, bench.Live) error { told++; return nil }, func() error { return nil })
		time.Sleep(3*heartbeat + time.Second)
		synctest.Wait()
		if told != 4 {
			t.Errorf("told %d times", told)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A server that refuses is not asked again, one that fails is. Either way it can be said at the end, if nothing was ever told.
func TestAComparisonThatCannotBeTold(t *testing.T) {
	refuses, fails := error(remote.Denied{}), history.ErrUnreachable
	for _, c := range []struct {
		answers []error // the last for all that follow
		asked   int     // at the start, by three changes and at the end, if it goes on
		untold  error
	}{
		{[]error{nil}, 5, nil},
		{[]error{refuses}, 1, refuses},
		{[]error{nil, refuses}, 2, nil},
		{[]error{fails}, 5, fails},
		{[]error{fails, nil}, 5, nil},
		{[]error{fails, refuses}, 2, refuses},
	} {
		synctest.Test(t, func(t *testing.T) {
			asked := 0
			a := announceComparison(t.Context(), &bench.Plan{}, func(context.Context, bench.Live) error {
				asked++
				return c.answers[min(asked, len(c.answers))-1]
			}, func() error { return nil })
			for range 3 {
				synctest.Wait()
				a.EachAB(ABProgress{})
			}
			synctest.Wait()
			if err := a.Close(); err != nil {
				t.Error(err)
			}
			if untold := a.Untold(); asked != c.asked || !errors.Is(untold, c.untold) || (untold != nil) != (c.untold != nil) {
				t.Errorf("%v: asked %d times, want %d; %v, want %v", c.answers, asked, c.asked, untold, c.untold)
			}
		})
	}
}

func TestWhoIsToldOfAComparison(t *testing.T) {
	for _, location := range []string{"", "runs.db", "git:runs", "postgres://me:hunter22@db/runs"} {
		if a, err := AnnounceComparison(t.Context(), location, &bench.Plan{}); a != nil || err != nil {
			t.Errorf("%q: %v, %v", location, a, err)
		}
	}
	for _, location := range []string{"http://perf.example.com", "https://", "mysql://db", "https://me:hunter22@perf.example.com"} {
		if a, err := AnnounceComparison(t.Context(), location, &bench.Plan{}); a != nil || !errors.Is(err, history.ErrLocation) || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%q: %v, %v", location, a, err)
		}
	}
}
