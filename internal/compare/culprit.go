package compare

import (
	"math"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/stats"
)

// A Culprit is the search for the first of some commits that is slower than what comes before all of them, by a step that is roughly known.
// Commits are numbered from 0; the last one is slower.
type Culprit struct {
	*stats.Bisection
	step    float64 // log ratio
	without float64 // standard deviations of the effect of commits without the step,
	with    float64 // and with it
}

const (
	// leastError is what a trial's log ratio is uncertain by at least: blocks do not tell all the noise that there is between two processes.
	leastError = 0.01
	// Commits before the culprit may have a small part of the step; the step itself is not the same on a machine that got busier since it was
	// measured. Both are standard deviations, as parts of the step.
	partBefore = 0.1
	partOfStep = 0.25
	// normalWidth is that of a 95% interval, in standard errors.
	normalWidth = 2 * 1.959964
)

// NewCulprit looks among n commits for the one that an effect comes from.
func NewCulprit(n int, of bench.Effect) *Culprit {
	step := math.Log(of.Ratio)
	return &Culprit{stats.NewBisection(n), step, partBefore * step, math.Hypot(partOfStep*step, standardError(of))}
}

// Measured takes the effect of commit i: how much likelier is it of a commit with the step than of one without, if errors are normal?
func (c *Culprit) Measured(i int, e bench.Effect) {
	x, se := math.Log(e.Ratio), max(standardError(e), leastError)
	c.Update(i, logNormal(x-c.step, math.Hypot(se, c.with))-logNormal(x, math.Hypot(se, c.without)))
}

// standardError is that of an effect's log ratio.
func standardError(e bench.Effect) float64 { return (math.Log(e.High) - math.Log(e.Low)) / normalWidth }

// logNormal is the log of the normal density, but for a constant.
func logNormal(x, deviation float64) float64 {
	return -x*x/(2*deviation*deviation) - math.Log(deviation)
}
