package bench

import (
	"math/rand/v2"
	"slices"
)

// Observations are what the generator keeps of a measurement beside its slices.
type Observations struct {
	Sample   Sample
	Timeline Timeline
	Statuses map[int]int64 // 0: no answer
}

// A Sample is some of a scenario's measured requests, failed ones included, drawn so that each had the same chance.
type Sample struct {
	Requests []Sampled // in no order
	Of       int64     // how many there were
}

// A Sampled is one of them, with what is known of it beside its times.
type Sampled struct {
	Measurement
	TraceID      string
	Grows        float64 // the scenario's size for it; NaN: it has none
	ServerTiming string  // value of the answer's header; empty: it had none
	RetryAfter   string
}

// MaxSample is how many requests a sample has at most: its percentiles up to p99 stand on forty of them.
const MaxSample = 4096

// Add makes s a sample of what both were drawn from. Where they are too many, or one stands for more requests than the other, some are left
// out, at random.
func (s *Sample) Add(other Sample, rng *rand.Rand) {
	total := float64(s.Of + other.Of)
	if total == 0 {
		return
	}
	// As many from each as it stands for: no more than both have of their share.
	most := float64(MaxSample)
	for _, part := range []*Sample{s, &other} {
		if part.Of > 0 {
			most = min(most, float64(len(part.Requests))*total/float64(part.Of))
		}
	}
	draw := func(part *Sample) []Sampled {
		n := min(int(most*float64(part.Of)/total+0.5), len(part.Requests))
		if n == len(part.Requests) {
			return part.Requests
		}
		rng.Shuffle(len(part.Requests), func(i, j int) { part.Requests[i], part.Requests[j] = part.Requests[j], part.Requests[i] })
		return part.Requests[:n]
	}
	s.Requests, s.Of = slices.Concat(draw(s), draw(&other)), s.Of+other.Of
}
