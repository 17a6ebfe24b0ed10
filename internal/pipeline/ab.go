package pipeline

import (
	"context"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/compare"
	"github.com/tidemark/tidemark/internal/gate"
)

// AB measures base and head in turns, scenario by scenario, until each is decided or its time is over; then it starts both anew and
// measures again what looked worse. When ctx ends, the comparison ends in order and is marked partial. The error is an *Unreachable, that
// of sides that could not be reset or restarted, or the generator's own failure; what was measured before comes with it, marked partial.
// What fails is explained by what watch, which may be nil, gathered of both sides meanwhile.
func AB(ctx context.Context, plan *bench.Plan, sides Sides, env map[string]string, watch *Watch, each func(ABProgress)) (*bench.Versus, error) {
	v := newVersus(plan)
	if err := reach(ctx, plan, sides, v); err != nil {
		return nil, err
	}
	each = at(sides, each)
	duels, err := screen(ctx, plan, sides, env, watch, each)
	if err == nil {
		err = confirm(ctx, sides, duels, plan.Policy.Tolerance)
	}
	for _, d := range duels {
		v.Comparisons = append(v.Comparisons, d.judge())
	}
	explain(ctx, watch, v)
	v.Verdict = gate.WholeVersus(v.Comparisons)
	if v.Partial = err != nil || ctx.Err() != nil; ctx.Err() != nil {
		err = nil // that is no failure
	}
	return v, err
}

func newVersus(plan *bench.Plan) *bench.Versus {
	return &bench.Versus{Schema: bench.ComparisonSchema, ID: ulid.Make().String(), Suite: plan.Name, Started: time.Now().UTC(), Environment: environment(),
		Comparisons: []bench.Comparison{}}
}

// forConfirmation is the share of the time that is kept for what will have to be measured again.
const forConfirmation = 0.25

// screen measures each scenario until it is decided. What one does not need of its time goes to the later ones.
func screen(ctx context.Context, plan *bench.Plan, sides Sides, env map[string]string, watch *Watch, each func(ABProgress)) ([]*duel, error) {
	all := plan.Policy.MaxTime
	if all == 0 {
		all = bench.TimeForScenario * time.Duration(len(plan.Scenarios))
	}
	end := time.Now().Add(time.Duration(float64(all) * (1 - forConfirmation)))
	var duels []*duel
	for i := range plan.Scenarios {
		d := newDuel(plan, i, env, watch, each)
		duels = append(duels, d)
		if err := d.prepare(ctx, sides); err != nil {
			return duels, err
		}
		d.until = time.Now().Add(time.Until(end) / time.Duration(len(plan.Scenarios)-i))
		if err := d.screen(ctx); err != nil || ctx.Err() != nil {
			return duels, err
		}
	}
	return duels, nil
}

// confirm measures anew what the screen made suspicious, and holds it against what was flagged there.
func confirm(ctx context.Context, sides Sides, duels []*duel, tolerance bench.Tolerance) error {
	var suspects []*duel
	for _, d := range duels {
		if gate.Suspicious(&d.c) {
			suspects = append(suspects, d)
		}
	}
	if len(suspects) == 0 || ctx.Err() != nil {
		return nil //nolint:nilerr // interrupted: what was measured is shown
	}
	if _, err := sides.Restart(ctx); err != nil {
		return err
	}
	var flagged []*bench.Effect
	for _, d := range suspects {
		if err := d.prepare(ctx, sides); err != nil {
			return err
		}
		if err := d.confirm(ctx); err != nil || ctx.Err() != nil {
			return err
		}
		for i := range d.c.Effects {
			if e := &d.c.Effects[i]; e.Flagged && e.Confirmed != nil {
				flagged = append(flagged, e)
			}
		}
	}
	compare.Hold(flagged, tolerance)
	return nil
}
