package pipeline

import (
	"context"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/diagnose"
	"github.com/tidemark/tidemark/internal/evidence/diff"
	"github.com/tidemark/tidemark/internal/load"
)

// A witness gathers the evidence of one side of a duel over the blocks of a round.
type witness struct {
	*watched
	all      *bench.Slice // what all blocks counted
	seconds  float64
	observed bench.Observations
}

// witnesses are those of both sides of a round that begins.
func (d *duel) witnesses(ctx context.Context, targets [2]*url.URL, sessions [2]*load.Session) (both [2]*witness) {
	for i, side := range sideNames {
		var others *bench.EvidenceConfig
		if i == 1 {
			others = d.watch.filledFor(targets[0], sideNames[0])
		} else {
			others = d.watch.filledFor(targets[1], sideNames[1])
		}
		both[i] = &witness{watched: d.watch.of(ctx, targets[i], side, others), all: bench.NewSlice(0), observed: bench.Observations{Statuses: map[int]int64{}}}
		both[i].follow(sessions[i])
	}
	for _, w := range both {
		w.begin(ctx, d.scenario)
	}
	return both
}

var sideNames = [2]string{"base", "head"}

// saw adds a block to what the witness has seen.
func (w *witness) saw(rec load.Recording, rng *rand.Rand) {
	for _, s := range rec.Slices {
		w.all.Add(s)
	}
	w.seconds += rec.Measured.Seconds()
	w.observed.Sample.Add(rec.Observed.Sample, rng)
	for status, n := range rec.Observed.Statuses {
		w.observed.Statuses[status] += n
	}
}

// hear is what both witnesses of a round say. What was said of the first round counts: it is the longest.
func (d *duel) hear(ctx context.Context, both [2]*witness) {
	if !d.heard {
		d.c.Distributions = &bench.Distributions{Base: both[0].all.Response, Head: both[1].all.Response}
	}
	for _, w := range both {
		r := bench.Collect(*d.scenario, []*bench.Slice{w.all}, time.Duration(w.seconds*float64(time.Second)))
		said := append(w.end(ctx, &r, w.observed), w.shape(&r, w.observed))
		if err := w.close(); err != nil {
			d.note(w.side + ": " + err.Error())
		}
		if !d.heard {
			d.c.Evidence = append(d.c.Evidence, said...)
		}
	}
	d.heard = true
}

// explain looks for the causes of what got slower, in what both sides told and in the change between their commits.
func explain(ctx context.Context, w *Watch, v *bench.Versus) {
	var change *bench.Evidence
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		if c.Verdict.Status != bench.Fail {
			continue
		}
		if change == nil && v.BaseCommit != nil && v.HeadCommit != nil {
			e := diff.Between(context.WithoutCancel(ctx), w.repository(), v.BaseCommit.SHA, v.HeadCommit.SHA)
			change = &e
		}
		if change != nil {
			c.Evidence = append(c.Evidence, *change)
		}
		ExplainComparison(c)
	}
}

// ExplainComparison looks for the causes of a comparison that failed.
func ExplainComparison(c *bench.Comparison) {
	c.Findings, c.Advice = nil, nil
	if c.Verdict.Status == bench.Fail {
		c.Findings, c.Advice = diagnose.Explain(diagnose.OfComparison(c))
	}
}
