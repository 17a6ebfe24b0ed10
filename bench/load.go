package bench

import "time"

// A Load says how much is sent, and when. Users, Rate or Stages is set.
type Load struct {
	Users       int     // closed model: users who each wait for their answer
	Rate        float64 // open model: iterations started a second, whatever the answers do
	Stages      []Stage
	Poisson     bool          // arrivals at random, as independent users make them, instead of evenly spaced
	MaxInFlight int           // open model: arrivals beyond it wait with their clock running
	Connections int           // shared by all users, who wait for a free one; 0: one for each
	Think       Think         // closed model: between a user's iterations
	Warmup      time.Duration // sent, watched, never counted
	Duration    time.Duration // of the measurement; with stages, their sum
	Timeout     time.Duration // for one request, from its first byte sent
	MaxBody     int64         // bytes of one answer, also when decompressed; a longer one is an error
	Redirects   int           // followed at most so many, within the target; 0: a redirect is an answer like any other
}

// A Stage is a level of load and how long it takes. The first holds its level, in the warm-up too; each later one moves
// evenly from the level before to its own.
type Stage struct {
	Users    int
	Rate     float64
	Duration time.Duration
}

// What a load has when it does not say otherwise.
const (
	DefaultUsers       = 10
	DefaultWarmup      = 10 * time.Second
	DefaultDuration    = 60 * time.Second
	DefaultTimeout     = 10 * time.Second
	DefaultMaxInFlight = 2000     // a stall of a second at 2,000 a second still fits
	DefaultMaxBody     = 64 << 20 // 64 MiB
)

// Open reports whether arrivals come whether or not earlier ones were answered.
func (l Load) Open() bool { return l.Rate > 0 || len(l.Stages) > 0 && l.Stages[0].Rate > 0 }

// MostUsers is how many users a closed model has at its height.
func (l Load) MostUsers() int {
	most := l.Users
	for _, s := range l.Stages {
		most = max(most, s.Users)
	}
	return most
}
