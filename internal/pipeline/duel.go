package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/compare"
	"github.com/tidemark/tidemark/internal/gate"
	"github.com/tidemark/tidemark/internal/load"
)

// A duel is one scenario measured on both sides, in rounds of pairs of blocks.
type duel struct {
	scenario *bench.Scenario
	number   int // of the scenario, from 1
	of       int
	policy   bench.Policy
	env      map[string]string
	tests    int // that share the error that is allowed
	each     func(ABProgress)
	rng      *rand.Rand
	until    time.Time // when the screen ends, decided or not

	confirming bool

	targets [2]*url.URL // base, head
	block   time.Duration
	c       bench.Comparison
	failed  string // why it could not be measured
	late    int    // seconds in which the generator was late
	seconds int

	watch *Watch
	both  [2]*witness // of the round that goes on
	heard bool        // the comparison has their evidence
}

// leastBlock is a variable for tests alone, which would take minutes.
var leastBlock = time.Second

const (
	leastOfBlock = 50 // requests
	reopen       = 10 // a block is preceded by a tenth of its length that does not count: closed connections are opened there
	lateShare    = 0.10
	leastToWatch = 3 // pairs
	mostNotes    = 10
)

func newDuel(plan *bench.Plan, scenario int, env map[string]string, watch *Watch, each func(ABProgress)) *duel {
	s := &plan.Scenarios[scenario]
	return &duel{scenario: s, number: scenario + 1, of: len(plan.Scenarios), policy: plan.Policy, env: env, watch: watch, tests: len(plan.Scenarios) * len(compare.Quantiles), each: each, rng: rand.New(rand.NewPCG(rand.Uint64(), 1)),
		c: bench.Comparison{ID: s.ID, Name: s.Name, Thresholds: s.Thresholds.Record(), Effects: []bench.Effect{}}}
}

// prepare makes the sides ready for a round.
func (d *duel) prepare(ctx context.Context, sides Sides) error {
	d.targets = sides.Targets()
	return sides.Reset(ctx)
}

// screen measures pairs until every metric is decided: flagged, or shown to be within the tolerance.
func (d *duel) screen(ctx context.Context) error {
	screen := compare.Screen{Tests: d.tests, Tolerance: d.policy.Tolerance, Rng: d.rng}
	err := d.round(ctx, &d.c.Round, func(pair compare.Pair) (over bool) {
		over = screen.Add(pair)
		d.tell(screen.Pairs(), &d.c.Round)
		return over || len(screen.Pairs()) > compare.Looks[0].Pairs && time.Now().After(d.until)
	})
	screen.End()
	d.c.Effects = append(d.c.Effects, screen.Effects...)
	for _, metric := range screen.TooFew {
		d.note(metric + " was not compared: too few requests are beyond it")
	}
	return err
}

// confirm measures the effects of the screen again.
func (d *duel) confirm(ctx context.Context) error {
	d.confirming = true
	again := &bench.Round{}
	pairs, err := d.few(ctx, again)
	if err != nil || ctx.Err() != nil || d.failed != "" {
		return err
	}
	d.c.Confirmation = again
	compare.Again(d.c.Effects, pairs, d.rng)
	return nil
}

// sample measures a few pairs, on which nothing is decided.
func (d *duel) sample(ctx context.Context) ([]compare.Pair, error) { return d.few(ctx, &bench.Round{}) }

// few measures as many pairs as the first look has.
func (d *duel) few(ctx context.Context, r *bench.Round) (pairs []compare.Pair, err error) {
	err = d.round(ctx, r, func(pair compare.Pair) bool {
		pairs = append(pairs, pair)
		d.tell(pairs, r)
		return len(pairs) == compare.Looks[0].Pairs
	})
	return pairs, err
}

// doing tells what has to be done before pairs can be measured.
func (d *duel) doing(what string) { d.each(d.progress(ABProgress{Doing: what})) }

func (d *duel) progress(p ABProgress) ABProgress {
	p.Scenario, p.Number, p.Of, p.Confirming = d.scenario, d.number, d.of, d.confirming
	return p
}

// tell tells how far a round is: p95 so far, cheaply.
func (d *duel) tell(pairs []compare.Pair, r *bench.Round) {
	p := d.progress(ABProgress{Pairs: len(pairs), Head: r.Head})
	p.Elapsed, p.Length = d.span(len(pairs))
	if len(pairs) >= leastToWatch {
		for _, e := range compare.Watch(pairs, d.rng) {
			if e.Metric == "p95" {
				p.P95 = &e
			}
		}
	}
	d.each(p)
}

// span is how long the pairs of a round took, and take at most. Only a screen may have more than the first look has, as long as there is time.
func (d *duel) span(pairs int) (elapsed, most time.Duration) {
	pair := 2 * (d.block + d.block/reopen)
	elapsed, most = time.Duration(pairs)*pair, time.Duration(compare.Looks[0].Pairs)*pair
	if !d.confirming {
		last := compare.Looks[len(compare.Looks)-1].Pairs
		most = max(most, min(elapsed+time.Until(d.until), time.Duration(last)*pair))
	}
	return elapsed, most
}

// judge is the comparison with its verdict.
func (d *duel) judge() bench.Comparison {
	switch {
	case d.failed != "":
		d.c.Verdict = bench.Verdict{Status: bench.Fail, Reasons: []string{d.failed}}
	case float64(d.late) > lateShare*float64(d.seconds):
		d.c.Verdict = bench.Verdict{Status: bench.Void, Reasons: []string{fmt.Sprintf("the load generator was late by more than a quarter of p95 in %d of %d seconds: lower the load, or give it cores of its own", d.late, d.seconds)}}
	default:
		gate.Versus(&d.c, d.policy, func(e bench.Effect) int { return compare.PairsNeeded(e, d.c.Pairs, d.policy.Tolerance) })
	}
	return d.c
}

// round opens both sides, warms them up, and measures pairs until over says that it is enough, or ctx ends. A side that cannot be
// prepared (a login or set-up that fails) is the target's failure and no error.
func (d *duel) round(ctx context.Context, r *bench.Round, over func(compare.Pair) bool) error {
	var sessions [2]*load.Session
	defer func() { d.close(ctx, sessions) }()
	d.doing("setting up")
	for i, target := range d.targets {
		session, err := load.Open(ctx, target, d.scenario, d.env)
		if failed, ok := errors.AsType[*load.PrepareError](err); ok {
			d.failed = []string{"base: ", "head: "}[i] + failed.Error()
			return nil
		}
		if err != nil {
			return err
		}
		sessions[i] = session
	}
	d.doing("warming up")
	if err := d.warm(ctx, sessions); err != nil {
		return err
	}
	d.both = d.witnesses(ctx, d.targets, sessions)
	defer func() { d.hear(ctx, d.both) }() // before the teardown
	for ctx.Err() == nil {
		pair, err := d.pair(ctx, sessions, r)
		if err != nil || ctx.Err() != nil || over(pair) {
			return err
		}
	}
	return nil
}

func (d *duel) close(ctx context.Context, sessions [2]*load.Session) {
	for i, s := range sessions {
		if s == nil {
			continue
		}
		if err := s.Close(ctx); err != nil {
			d.note([]string{"base: ", "head: "}[i] + err.Error())
		}
	}
}

// warm warms both sides up at the same time, and finds how long a block has to be.
func (d *duel) warm(ctx context.Context, sessions [2]*load.Session) error {
	var both sync.WaitGroup
	var blocks [2]time.Duration
	var errs [2]error
	for i, s := range sessions {
		both.Go(func() {
			rec, err := s.Measure(ctx, 0, max(d.scenario.Load.Warmup, leastBlock), func(load.Progress) {})
			errs[i] = err
			var n int64
			for _, sl := range rec.Slices {
				n += sl.Requests()
			}
			if n > 0 {
				blocks[i] = time.Duration(float64(rec.Measured) * leastOfBlock / float64(n)).Round(100 * time.Millisecond)
			}
		})
	}
	both.Wait()
	d.block = max(d.block, leastBlock, blocks[0], blocks[1])
	d.c.BlockSeconds = d.block.Seconds()
	return errors.Join(errs[:]...)
}

// pair measures a block of each side, in random order.
func (d *duel) pair(ctx context.Context, sessions [2]*load.Session, r *bench.Round) (compare.Pair, error) {
	var results [2]bench.Result
	first := d.rng.IntN(2)
	for _, side := range []int{first, 1 - first} {
		rec, err := sessions[side].Measure(ctx, d.block/reopen, d.block, func(load.Progress) {})
		if err != nil {
			return compare.Pair{}, err
		}
		results[side] = bench.Collect(*d.scenario, rec.Slices, rec.Measured)
		d.both[side].saw(rec, d.rng)
		for _, s := range rec.Slices {
			if d.seconds++; s.Late(bench.ComparisonLateness) {
				d.late++
			}
		}
		for _, note := range rec.Notes {
			d.note([]string{"base: ", "head: "}[side] + note)
		}
	}
	if ctx.Err() != nil {
		return compare.Pair{}, nil //nolint:nilerr // interrupted: half a pair is none
	}
	r.Pairs++
	for side, tally := range []*bench.Tally{&r.Base, &r.Head} {
		result := &results[side]
		tally.Requests += result.Requests
		tally.Errors += result.Failed()
		tally.Seconds += result.Duration
	}
	pair := compare.Pair{Base: results[0].Histogram.Response, Head: results[1].Histogram.Response}
	pair.Base.Compact()
	pair.Head.Compact()
	return pair, nil
}

// note adds to what a reader should know, once.
func (d *duel) note(text string) {
	if !slices.Contains(d.c.Notes, text) && len(d.c.Notes) < mostNotes {
		d.c.Notes = append(d.c.Notes, text)
	}
}
