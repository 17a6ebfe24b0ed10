package stats

import (
	"cmp"
	"math"
	"slices"
)

// A Bisection looks for the first of n ordered things that is bad, by measurements that may be wrong: probabilistic bisection (M. Horstein,
// Sequential Transmission Using Noiseless Feedback, 1963; R. Waeber, P. Frazier and S. Henderson, Bisection Search with Noisy
// Responses, SIAM 2013). It assumes that exactly one of them is the first bad one, that all after it are bad too, and that measurements are
// independent. Things are numbered from 0; before any measurement each is as likely as the others.
type Bisection struct {
	posterior []float64
	untested  []bool // cannot be measured
}

// NewBisection looks among n things, at least one.
func NewBisection(n int) *Bisection {
	b := &Bisection{posterior: make([]float64, n), untested: make([]bool, n)}
	for i := range b.posterior {
		b.posterior[i] = 1 / float64(n)
	}
	return b
}

// surest is how much one measurement may count at most, as log odds: what is 999 times in 1,000 right is believed so, however clear it
// looks. A model of noise is never quite the noise.
var surest = math.Log(999)

// Update takes what a measurement of thing i says: the log of how much likelier it is if i is bad than if it is good.
func (b *Bisection) Update(i int, logOdds float64) {
	bad := math.Exp(max(min(logOdds, surest), -surest))
	sum := 0.0
	for k := range b.posterior {
		if k <= i {
			b.posterior[k] *= bad
		}
		sum += b.posterior[k]
	}
	for k := range b.posterior {
		b.posterior[k] /= sum
	}
}

// Skip says that thing i cannot be measured.
func (b *Bisection) Skip(i int) { b.untested[i] = true }

// Next is the thing whose measurement tells most: at which it is most open whether the first bad one comes after it. The last one is
// known to be bad and is never asked for. ok is false when none is left that could be measured.
func (b *Bisection) Next() (next int, ok bool) {
	most, upTo := 0.0, 0.0
	for i := range b.posterior[:len(b.posterior)-1] {
		upTo += b.posterior[i]
		if open := min(upTo, 1-upTo); !b.untested[i] && open > most {
			next, most, ok = i, open, true
		}
	}
	return next, ok
}

// Best is the stretch of things, first to last, that the first bad one is in, and how probable that is. It is one thing, or one with those
// before it that could not be measured.
func (b *Bisection) Best() (first, last int, probability float64) {
	from, sum := 0, 0.0
	for i := range b.posterior {
		sum += b.posterior[i]
		if b.untested[i] && i < len(b.posterior)-1 {
			continue
		}
		if sum > probability {
			first, last, probability = from, i, sum
		}
		from, sum = i+1, 0
	}
	return first, last, probability
}

// Left is how many things the first bad one is among with a probability: the likeliest, and all that are as likely as the last of them.
func (b *Bisection) Left(probability float64) int {
	sorted := slices.SortedFunc(slices.Values(b.posterior), func(p, q float64) int { return cmp.Compare(q, p) })
	sum := 0.0
	for i, p := range sorted {
		if sum >= probability && p < sorted[i-1] {
			return i
		}
		sum += p
	}
	return len(sorted)
}
