package pipeline

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
	"github.com/tidemark/tidemark/internal/history/remote"
)

// An Announcer tells how far a run or a comparison is to somebody who shows it. It never holds the run up: what cannot be told at once is left out. A nil one tells nobody.
type Announcer struct {
	tell    func(context.Context, bench.Live) error
	close   func() error
	plan    *bench.Plan
	now     bench.Live
	latency *hist.Histogram // of the scenario so far, without the warm-up

	newest chan bench.Live // holds one at most
	ended  sync.WaitGroup

	// They belong to who tells, until it has ended.
	told   bool  // something was
	failed error // to be told, the last time
}

const (
	telling   = 2 * time.Second // that a server may take to be told something
	heartbeat = 5 * time.Second // after which the newest is told again: who is silent for long is taken for over
)

// Announce tells where a history is served how far runs of a plan are; the commit is that of Options. It is nil where nobody is there to be told: a
// file, a branch and a database show nothing.
func Announce(ctx context.Context, location string, plan *bench.Plan, tag string) *Announcer {
	store, err := remote.Open(location, historyToken())
	if err != nil {
		return nil // whoever keeps the run there says why
	}
	return announce(ctx, plan, commit(ctx, tag), store.Tell, store.Close)
}

// AnnounceTo tells it to somebody in this process, of runs at a commit.
func AnnounceTo(ctx context.Context, tell func(bench.Live), plan *bench.Plan, at *bench.Commit) *Announcer {
	return announce(ctx, plan, at, func(_ context.Context, l bench.Live) error { tell(l); return nil }, func() error { return nil })
}

func announce(ctx context.Context, plan *bench.Plan, c *bench.Commit, tell func(context.Context, bench.Live) error, done func() error) *Announcer {
	a := &Announcer{tell: tell, close: done, plan: plan, newest: make(chan bench.Live, 1)}
	a.now = bench.Live{Key: ulid.Make().String(), Suite: plan.Name, Target: plan.Target, Commit: c, Started: time.Now().UTC(), Of: len(plan.Scenarios)}
	ctx = context.WithoutCancel(ctx) // that an interrupted run is over is told too
	a.ended.Go(func() {
		beat := time.NewTicker(heartbeat)
		defer beat.Stop()
		for last := (bench.Live{}); ; {
			select {
			case l, more := <-a.newest:
				if !more {
					return
				}
				last = l
				beat.Reset(heartbeat)
			case <-beat.C:
			}
			if last.Key == "" { // nothing has begun
				continue
			}
			ctx, cancel := context.WithTimeout(ctx, telling)
			err := a.tell(ctx, last) // it holds nothing up: what is measured is what counts
			cancel()
			if err == nil {
				a.told = true
				continue
			}
			a.failed = err
			if _, denied := errors.AsType[remote.Denied](err); denied {
				return // asked again the server would say no again
			}
		}
	})
	return a
}

// Each takes what one more second has brought.
func (a *Announcer) Each(p Progress) {
	if a == nil {
		return
	}
	l := &a.now
	if l.Scenario != p.Scenario.Name || p.Elapsed.Seconds() < l.Elapsed { // another, or the same once more
		a.latency = hist.New()
		*l = bench.Live{Key: l.Key, Suite: l.Suite, Target: l.Target, Commit: l.Commit, Started: l.Started, Of: l.Of, Number: l.Number, Scenario: p.Scenario.Name}
		for i := range a.plan.Scenarios {
			if a.plan.Scenarios[i].ID == p.Scenario.ID {
				l.Number = i + 1
			}
		}
		if t := p.Scenario.Thresholds.P95; t != nil {
			l.Threshold = bench.Milliseconds(*t)
		}
	}
	l.Elapsed, l.Length, l.Warmup = p.Elapsed.Seconds(), (p.Scenario.Load.Warmup + p.Scenario.Load.Duration).Seconds(), p.Warmup
	if l.Rate = 0; p.Slice != nil {
		l.Rate = p.Slice.Requests()
		if !p.Warmup {
			a.latency.Add(p.Slice.Response)
			l.Errors += p.Slice.Errors()
			l.P95 = bench.Milliseconds(a.latency.Quantile(.95))
			l.Seconds = append(l.Seconds, bench.Milliseconds(p.Slice.Response.Quantile(.95)))
		}
	}
	a.say(*l)
}

// say puts away what is to be told, in place of what was not told yet.
func (a *Announcer) say(l bench.Live) {
	l.Seconds = append([]float64(nil), l.Seconds...) // another goroutine reads them
	select {
	case <-a.newest:
	default:
	}
	a.newest <- l // only one goroutine fills it, so there is room
}

// Close tells that it is over.
func (a *Announcer) Close() error {
	if a == nil {
		return nil
	}
	l := a.now
	l.Done = true
	a.say(l)
	close(a.newest)
	a.ended.Wait()
	return a.close()
}

// Untold is why nothing could ever be told, once it is closed; nil: something was, or nobody is there to be told.
func (a *Announcer) Untold() error {
	if a == nil || a.told {
		return nil
	}
	return a.failed
}
