package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/compare"
	"github.com/tidemark/tidemark/internal/gate"
	"github.com/tidemark/tidemark/internal/load"
)

// ABOptions are what an interleaved comparison needs beside its plan.
type ABOptions struct {
	Env        map[string]string // as Environment gives it
	Base, Head string            // base URLs
	Bound      gate.Bound
	MaxTime    time.Duration // for all scenarios together, shared evenly
}

// An ABProgress tells what is known after a pair of blocks.
type ABProgress struct {
	Scenario   *bench.Scenario
	Pairs      int
	Confirming bool
	P95        *bench.Effect // so far; nil as long as there is too little
}

// AB measures base and head in turns, scenario by scenario, until each is decided or its time is over. When ctx ends, the comparison
// ends in order and is marked partial. The error is an *Unreachable, or the generator's own failure.
func AB(ctx context.Context, plan *bench.Plan, o ABOptions, each func(ABProgress)) (*bench.Versus, error) {
	v := &bench.Versus{Schema: bench.ComparisonSchema, ID: ulid.Make().String(), Suite: plan.Name, Started: time.Now().UTC(), Environment: environment()}
	var targets [2]*url.URL
	for i, side := range []struct {
		text string
		to   *bench.Target
	}{{o.Base, &v.Base}, {o.Head, &v.Head}} {
		target, err := url.Parse(side.text)
		if err != nil {
			return nil, fmt.Errorf("target: %w", err)
		}
		if err := load.Probe(ctx, target); err != nil {
			return nil, &Unreachable{target.Redacted(), err}
		}
		asked := *plan
		asked.Target = side.text
		version, err := proveVersion(ctx, &asked, nil)
		if err != nil {
			return nil, &Unreachable{target.Redacted(), err}
		}
		targets[i], *side.to = target, bench.Target{URL: target.Redacted(), Version: version}
	}
	budget := o.MaxTime / time.Duration(len(plan.Scenarios))
	for i := range plan.Scenarios {
		d := &duel{scenario: &plan.Scenarios[i], targets: targets, o: o, each: each, tests: len(plan.Scenarios) * len(compare.Quantiles),
			rng: rand.New(rand.NewPCG(rand.Uint64(), 1)), until: time.Now().Add(budget)}
		c, err := d.run(ctx)
		if err != nil {
			return nil, err
		}
		v.Comparisons = append(v.Comparisons, c)
		if v.Partial = ctx.Err() != nil; v.Partial {
			break
		}
	}
	v.Verdict = gate.WholeVersus(v.Comparisons)
	return v, nil
}

// A duel is one scenario measured on both sides.
type duel struct {
	scenario *bench.Scenario
	targets  [2]*url.URL // base, head
	o        ABOptions
	each     func(ABProgress)
	tests    int // that share the error that is allowed
	rng      *rand.Rand
	until    time.Time

	block time.Duration
	c     bench.Comparison
	late  int // seconds in which the generator was late
	all   int
}

const (
	leastBlock       = time.Second
	leastOfBlock     = 50 // requests
	reopen           = 10 // a block is preceded by a tenth of its length that does not count: closed connections are opened there
	confirmationSize = 10 // pairs
	lateShare        = 0.10
)

func (d *duel) run(ctx context.Context) (bench.Comparison, error) {
	d.c = bench.Comparison{ID: d.scenario.ID, Name: d.scenario.Name, Effects: []bench.Effect{}}
	pairs, err := d.screen(ctx)
	if failed, ok := errors.AsType[*load.PrepareError](err); ok {
		d.c.Verdict = bench.Verdict{Status: bench.Fail, Reasons: []string{failed.Error()}}
		return d.c, nil
	}
	if err != nil {
		return d.c, err
	}
	if err := d.confirm(ctx); err != nil {
		return d.c, err
	}
	if float64(d.late) > lateShare*float64(d.all) {
		d.c.Verdict = bench.Verdict{Status: bench.Void, Reasons: []string{fmt.Sprintf("the load generator was late in %d of %d seconds: lower the load, or give it cores of its own", d.late, d.all)}}
		return d.c, nil
	}
	gate.Versus(&d.c, d.o.Bound, func(e bench.Effect) int {
		return compare.PairsNeeded(estimate(e), len(pairs), compare.Tolerance(d.o.Bound))
	})
	return d.c, nil
}

// screen measures pairs until every metric is decided: flagged, or shown to be within the tolerance.
func (d *duel) screen(ctx context.Context) (pairs []compare.Pair, err error) {
	sides, err := d.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { d.close(ctx, sides) }()
	if err := d.warm(ctx, sides); err != nil {
		return nil, err
	}
	for _, look := range compare.Looks {
		for len(pairs) < look {
			p, err := d.pair(ctx, sides)
			if err != nil || ctx.Err() != nil {
				return pairs, err
			}
			pairs = append(pairs, p)
			if time.Now().After(d.until) && len(pairs) >= compare.Looks[0] {
				d.look(pairs)
				return pairs, nil
			}
			d.each(ABProgress{Scenario: d.scenario, Pairs: len(pairs), P95: d.peek(pairs)})
		}
		if d.look(pairs) {
			break
		}
	}
	return pairs, nil
}

// look tests what was measured, and says whether there is nothing left to learn.
func (d *duel) look(pairs []compare.Pair) (decided bool) {
	d.c.Pairs, d.c.Effects = len(pairs), []bench.Effect{}
	decided = true
	for i, e := range compare.Compare(pairs, d.rng) {
		q := compare.Quantiles[i]
		if !compare.Comparable(q, d.c.BaseRequests-d.c.BaseErrors, d.c.HeadRequests-d.c.HeadErrors) {
			d.c.Notes = []string{q.Name + " was not compared: too few requests are beyond it"}
			continue
		}
		effect := bench.Effect{Metric: q.Name, Base: bench.Milliseconds(e.Base), Head: bench.Milliseconds(e.Head), Ratio: e.Ratio, Low: e.Low, High: e.High, P: e.P}
		effect.Flagged = e.P <= compare.Level(d.tests) && compare.Tolerance(d.o.Bound).Exceeds(e, e.Ratio)
		within := !compare.Tolerance(d.o.Bound).Exceeds(e, e.High)
		decided = decided && (effect.Flagged || within)
		d.c.Effects = append(d.c.Effects, effect)
	}
	return decided
}

// peek is p95 so far, cheaply: with no test, and no interval before there is something to resample.
func (d *duel) peek(pairs []compare.Pair) *bench.Effect {
	const leastToSee = 3
	if len(pairs) < leastToSee {
		return nil
	}
	low, ratio, high, ok := compare.Interval(pairs, 1, d.rng)
	if !ok {
		return nil
	}
	return &bench.Effect{Metric: compare.Quantiles[1].Name, Ratio: ratio, Low: low, High: high}
}

// confirm measures anew what was flagged, with new connections.
func (d *duel) confirm(ctx context.Context) error {
	var flagged []int
	for i, e := range d.c.Effects {
		if e.Flagged {
			flagged = append(flagged, i)
		}
	}
	if len(flagged) == 0 || ctx.Err() != nil {
		return nil
	}
	sides, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer func() { d.close(ctx, sides) }()
	if err := d.warm(ctx, sides); err != nil {
		return err
	}
	var pairs []compare.Pair
	for len(pairs) < confirmationSize {
		p, err := d.pair(ctx, sides)
		if err != nil || ctx.Err() != nil {
			return err
		}
		pairs = append(pairs, p)
		d.each(ABProgress{Scenario: d.scenario, Pairs: len(pairs), Confirming: true, P95: d.peek(pairs)})
	}
	estimates := compare.Compare(pairs, d.rng)
	if estimates == nil {
		return nil // nothing was answered: the errors say so
	}
	p := make([]float64, len(flagged))
	of := func(i int) compare.Estimate {
		for k, q := range compare.Quantiles {
			if q.Name == d.c.Effects[i].Metric {
				return estimates[k]
			}
		}
		return compare.Estimate{P: 1}
	}
	for k, i := range flagged {
		p[k] = of(i).P
	}
	holds := compare.Holm(p)
	for k, i := range flagged {
		e := of(i)
		d.c.Effects[i].Confirmed = &bench.Confirm{Pairs: len(pairs), Ratio: e.Ratio, P: e.P, Holds: holds[k] && compare.Tolerance(d.o.Bound).Exceeds(e, e.Ratio)}
	}
	return nil
}

func (d *duel) open(ctx context.Context) (sides [2]*load.Session, err error) {
	for i, target := range d.targets {
		if sides[i], err = load.Open(ctx, target, d.scenario, d.o.Env); err != nil {
			d.close(ctx, sides)
			return sides, err
		}
	}
	return sides, nil
}

func (d *duel) close(ctx context.Context, sides [2]*load.Session) {
	for _, s := range sides {
		if s == nil {
			continue
		}
		if err := s.Close(ctx); err != nil {
			d.c.Notes = append(d.c.Notes, err.Error())
		}
	}
}

// warm warms both sides up, and finds how long a block has to be.
func (d *duel) warm(ctx context.Context, sides [2]*load.Session) error {
	d.block = leastBlock
	for _, s := range sides {
		rec, err := s.Measure(ctx, 0, max(d.scenario.Load.Warmup, leastBlock), func(load.Progress) {})
		if err != nil {
			return err
		}
		var n int64
		for _, sl := range rec.Slices {
			n += sl.Requests()
		}
		if n > 0 && rec.Measured > 0 {
			d.block = max(d.block, time.Duration(float64(rec.Measured)*leastOfBlock/float64(n)).Round(100*time.Millisecond))
		}
	}
	d.c.BlockSeconds = d.block.Seconds()
	return nil
}

// pair measures a block of each side, in random order.
func (d *duel) pair(ctx context.Context, sides [2]*load.Session) (compare.Pair, error) {
	var results [2]bench.Result
	first := d.rng.IntN(2)
	for _, side := range []int{first, 1 - first} {
		rec, err := sides[side].Measure(ctx, d.block/reopen, d.block, func(load.Progress) {})
		if err != nil {
			return compare.Pair{}, err
		}
		r := bench.Collect(*d.scenario, rec.Slices, rec.Measured)
		d.late, d.all = d.late+r.Generator.LateSeconds, d.all+len(r.Seconds)
		var errors int64
		for _, n := range r.Errors {
			errors += n
		}
		if side == 0 {
			d.c.BaseRequests, d.c.BaseErrors = d.c.BaseRequests+r.Requests, d.c.BaseErrors+errors
		} else {
			d.c.HeadRequests, d.c.HeadErrors = d.c.HeadRequests+r.Requests, d.c.HeadErrors+errors
		}
		for _, note := range rec.Notes {
			d.note([]string{"base: ", "head: "}[side] + note)
		}
		results[side] = r
	}
	pair := compare.Pair{Base: results[0].Histogram.Response, Head: results[1].Histogram.Response}
	pair.Base.Compact()
	pair.Head.Compact()
	return pair, nil
}

const mostNotes = 10

func (d *duel) note(text string) {
	for _, n := range d.c.Notes {
		if n == text {
			return
		}
	}
	if len(d.c.Notes) < mostNotes {
		d.c.Notes = append(d.c.Notes, text)
	}
}

func estimate(e bench.Effect) compare.Estimate {
	ms := func(v float64) time.Duration { return time.Duration(v * float64(time.Millisecond)) }
	return compare.Estimate{Base: ms(e.Base), Head: ms(e.Head), Ratio: e.Ratio, Low: e.Low, High: e.High, P: e.P}
}
