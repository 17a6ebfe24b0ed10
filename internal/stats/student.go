package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// StudentQuantile is the value that Student's t with so many degrees of freedom does not exceed with probability p. With infinitely
// many it is the normal distribution's.
func StudentQuantile(p, free float64) float64 {
	if math.IsInf(free, 1) {
		return distuv.UnitNormal.Quantile(p)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: free}.Quantile(p)
}

// StudentTail is the probability that it exceeds t.
func StudentTail(t, free float64) float64 {
	if math.IsInf(free, 1) {
		return distuv.UnitNormal.Survival(t)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: free}.Survival(t)
}

// Holm says which of several p-values hold together, so that with probability alpha at most any of them holds by chance, whatever
// they have to do with each other (S. Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979).
func Holm(p []float64, alpha float64) []bool {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	holds := make([]bool, len(p))
	for rank, i := range order {
		if p[i] > alpha/float64(len(p)-rank) {
			break
		}
		holds[i] = true
	}
	return holds
}
