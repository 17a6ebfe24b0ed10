package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"text/tabwriter"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/compare"
	policy "github.com/tidemark/tidemark/internal/gate"
)

// A tally is how decisions fell out.
type tally struct {
	decisions, fail, undecided, void int
	seconds                          []float64 // each side was measured, until the decision
}

// judge decides with each method, thousands of times, on stretches of the recordings, and prints a table.
func judge(w io.Writer, paths []string, decisions int) error {
	recorded, err := read(paths)
	if err != nil {
		return err
	}
	var factors []float64
	for f := range recorded {
		factors = append(factors, f)
	}
	slices.Sort(factors)
	for _, f := range factors {
		pairs, late, tooLate := 0, 0, 0
		for _, epoch := range recorded[f] {
			for _, b := range epoch {
				pairs++
				late += b.Late
				tooLate += b.TooLate
			}
		}
		fmt.Fprintf(w, "factor %g: %d epochs, %d pairs, the generator was later than a run may be in %d of %d seconds, than a comparison may be in %d\n", f, len(recorded[f]), pairs, late, 2*pairs, tooLate)
	}
	usual := usualP95(recorded[1])
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nmethod\tslowdown\tdecisions\tfail\t95% bounds\tinconclusive\tvoid\tseconds a side (median)")
	for _, m := range methods(usual) {
		for _, f := range factors {
			rng := rand.New(rand.NewPCG(uint64(1000*f), 7)) //nolint:gosec // seeded, so that it can be repeated
			t := tally{}
			for range decisions {
				status, seconds := m.decide(recorded, f, rng)
				t.decisions++
				switch status {
				case bench.Fail:
					t.fail++
				case bench.Inconclusive:
					t.undecided++
				case bench.Void:
					t.void++
				}
				t.seconds = append(t.seconds, float64(seconds))
			}
			low, high := bounds(t.fail, t.decisions)
			slices.Sort(t.seconds)
			fmt.Fprintf(table, "%s\t%+.0f%%\t%d\t%.2f%%\t%.2f to %.2f%%\t%.1f%%\t%.1f%%\t%.0f\n", m.name, 100*(f-1), t.decisions, share(t.fail, t.decisions), 100*low, 100*high,
				share(t.undecided, t.decisions), share(t.void, t.decisions), t.seconds[len(t.seconds)/2])
		}
	}
	return table.Flush()
}

func share(n, of int) float64 { return 100 * float64(n) / float64(of) }

// bounds are the 95% limits of a proportion (C. Clopper and E. Pearson, The Use of Confidence or Fiducial Limits, Biometrika 1934). They
// take decisions for independent; those here share recordings, so the truth is wider.
func bounds(n, of int) (low, high float64) {
	high = 1
	if n > 0 {
		low = distuv.Beta{Alpha: float64(n), Beta: float64(of - n + 1)}.Quantile(0.025)
	}
	if n < of {
		high = distuv.Beta{Alpha: float64(n + 1), Beta: float64(of - n)}.Quantile(0.975)
	}
	return low, high
}

// lateShare is that of the seconds above which a comparison is void.
const lateShare = 0.10

// interleaved decides as `ab` does: a screen on the pairs from some place of an epoch on, and a confirmation by the first ones of another
// epoch, whose servers are other processes. Where both sides are the same program, which is called head is drawn.
func interleaved(epochs [][]block, rng *rand.Rand) (bench.Status, int) {
	e := rng.IntN(len(epochs))
	epoch := epochs[e]
	longest := compare.Looks[len(compare.Looks)-1].Pairs
	from := rng.IntN(max(len(epoch)-longest, 0) + 1)
	swapped := rng.IntN(2) == 1
	screen := compare.Screen{Tests: suiteOf4, Tolerance: bench.DefaultPolicy().Tolerance, Rng: rng}
	late := 0
	for i := from; i < len(epoch); i++ {
		late += epoch[i].TooLate
		if screen.Add(epoch[i].side(swapped)) {
			break
		}
	}
	screen.End()
	c := bench.Comparison{Effects: screen.Effects, Round: bench.Round{Pairs: len(screen.Pairs())}}
	seconds := c.Pairs
	if policy.Suspicious(&c) {
		again := epochs[(e+1+rng.IntN(max(len(epochs)-1, 1)))%len(epochs)]
		swapped = rng.IntN(2) == 1
		pairs := make([]compare.Pair, 0, compare.Looks[0].Pairs)
		for i := range compare.Looks[0].Pairs {
			late += again[i].TooLate
			pairs = append(pairs, again[i].side(swapped))
		}
		compare.Again(c.Effects, pairs, rng)
		var flagged []*bench.Effect
		for i := range c.Effects {
			if c.Effects[i].Flagged {
				flagged = append(flagged, &c.Effects[i])
			}
		}
		compare.Hold(flagged, bench.DefaultPolicy().Tolerance)
		c.Confirmation = &bench.Round{Pairs: len(pairs)}
		seconds += len(pairs)
	}
	if float64(late) > lateShare*float64(2*seconds) {
		return bench.Void, seconds
	}
	policy.Versus(&c, bench.Policy{Tolerance: bench.DefaultPolicy().Tolerance}, func(bench.Effect) int { return 0 })
	return c.Verdict.Status, seconds
}
