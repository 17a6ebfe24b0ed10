// Package evidence is the contract of what is learned about a target, beside its latency, while it is under load.
//
// Its stance: evidence is optional. A source that is not there, or refuses, or breaks, is told in the evidence and never ends a
// run; and no source may disturb what is measured for longer than it takes to look.
package evidence

import (
	"context"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A Collector gathers the evidence of one source from one target. Its methods are called by one goroutine at a time.
type Collector interface {
	// Begin is called when the warm-up of a scenario is over, while its load goes on: what is counted from here on belongs to it. It
	// takes as short a time as it can. What goes wrong is kept for End to tell.
	Begin(ctx context.Context, s *bench.Scenario)
	// End is called when the last answer has come, and returns what the source told since Begin, with its Source, From, To and Samples
	// set. What could not be had is evidence with Missing set: why, and what would make it work. It holds no secret: no password of a
	// URL, no parameter of a statement. It may be called after ctx has ended, as after an interrupt; it then returns what it has.
	End(ctx context.Context, span Span) bench.Evidence
	// Close frees what the collector holds. Begin and End are not called afterwards.
	Close() error
}

// A Span is what the load generator did between Begin and End.
type Span struct {
	From     time.Time // when the warm-up was over
	To       time.Time // when the last answer had come
	Requests int64     // sent in between
	Service  float64   // median service time of them, in milliseconds; 0: not known
	TraceIDs []string  // of some of them, drawn evenly from the slowest to the fastest
}

// A Follower is a collector that tells measured requests from all others by their trace ids.
type Follower interface {
	Collector
	// Follow is called before the load begins, with what the ids of measured requests will begin with: eight letters.
	Follow(mark string)
}

// Between is how many of the requests were sent between two times, as if they had come evenly: a source that counts what happened in a
// stretch of its own divides by it. It is 0 when there were none.
func (s Span) Between(from, to time.Time) float64 {
	if from.Before(s.From) {
		from = s.From
	}
	if to.After(s.To) {
		to = s.To
	}
	if whole := s.To.Sub(s.From); whole > 0 && to.After(from) {
		return float64(s.Requests) * float64(to.Sub(from)) / float64(whole)
	}
	return 0
}

// Missing is evidence of a source that told nothing, with what went wrong and what would mend it.
func Missing(source bench.Source, span Span, why string) bench.Evidence {
	return bench.Evidence{Source: source, From: span.From, To: span.To, Missing: why}
}
