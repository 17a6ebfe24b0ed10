package pipeline

import (
	"context"
	"math"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history/remote"
)

// AnnounceComparison tells where a history is served how far a comparison is, from now on. It is nil where nobody is there to be told: an empty location,
// a file, a branch, a database. The error says what is wrong with the location; nothing is asked for it.
func AnnounceComparison(ctx context.Context, location string, plan *bench.Plan) (*Announcer, error) {
	if location == "" {
		return nil, nil
	}
	l, err := parseLocation(location)
	if err != nil || !l.served {
		return nil, err
	}
	store, err := remote.Open(location, historyToken())
	if err != nil {
		return nil, err
	}
	return announceComparison(ctx, plan, store.Tell, store.Close), nil
}

func announceComparison(ctx context.Context, plan *bench.Plan, tell func(context.Context, bench.Live) error, done func() error) *Announcer {
	a := announce(ctx, plan, nil, tell, done)
	a.now.Target, a.now.Comparison = "", &bench.LiveComparison{} // what is measured is not known yet
	a.say(a.now)
	return a
}

// EachAB takes what a comparison tells.
func (a *Announcer) EachAB(p ABProgress) {
	if a == nil {
		return
	}
	c := &bench.LiveComparison{Base: p.Targets[0], Head: p.Targets[1], BaseCommit: copied(p.Commits[0]), HeadCommit: copied(p.Commits[1]),
		Doing: p.Doing, Pairs: p.Pairs, Confirming: p.Confirming, Bisection: copied(p.Bisection)}
	if c.Bisection != nil {
		c.Bisection.Suspect = copied(c.Bisection.Suspect)
	}
	l := bench.Live{Key: a.now.Key, Suite: a.now.Suite, Started: a.now.Started, Of: a.now.Of, Target: c.Head, Commit: c.HeadCommit,
		Elapsed: p.Elapsed.Seconds(), Length: p.Length.Seconds(), Errors: p.Head.Errors, Comparison: c}
	if s := p.Scenario; s != nil {
		l.Scenario, l.Number, l.Of, l.Warmup = s.Name, p.Number, p.Of, p.Doing != ""
		if t := s.Thresholds.P95; t != nil {
			l.Threshold = bench.Milliseconds(*t)
		}
	}
	if p.Head.Seconds > 0 {
		l.Rate = int64(math.Round(float64(p.Head.Requests) / p.Head.Seconds))
	}
	if e := p.P95; e != nil {
		l.P95, c.Ratio, c.Low, c.High = e.Head, e.Ratio, e.Low, e.High
	}
	a.now = l
	a.say(l)
}

// copied is a value of its own, which another goroutine may read while the first changes.
func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
