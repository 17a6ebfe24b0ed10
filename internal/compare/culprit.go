package compare

import (
	"math"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/stats"
)

// A Culprit is the search for the first of some commits that is slower than what comes before all of them, by a step that is known. Commits
// are numbered from 0; the last one is slower.
type Culprit struct {
	*stats.Bisection
	step float64 // log ratio
}

// leastError is what a trial's log ratio is uncertain by at least: blocks do not tell all the noise that there is between two processes.
const leastError = 0.01

// normalWidth is that of a 95% interval, in standard errors.
const normalWidth = 2 * 1.959964

// NewCulprit looks among n commits for the one that an effect comes from.
func NewCulprit(n int, of bench.Effect) *Culprit {
	return &Culprit{stats.NewBisection(n), math.Log(of.Ratio)}
}

// Measured takes the effect of commit i: how much likelier is it of a commit with the whole step than of one with none, if errors are normal?
func (c *Culprit) Measured(i int, e bench.Effect) {
	x, se := math.Log(e.Ratio), max((math.Log(e.High)-math.Log(e.Low))/normalWidth, leastError)
	c.Update(i, (x*x-(x-c.step)*(x-c.step))/(2*se*se))
}
