package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

const almostAll = 0.9 // of a pool's connections

// poolWaits finds requests that wait for a connection, by what the pool itself counts: the time waited, by the requests a second; or those
// who wait at a time, by Little's law. Where the pool also says how many connections it may have, they have to be in use.
func poolWaits(s *Subject) (causes []cause) {
	e, rate := of(s.Evidence, bench.FromMetrics), s.rate()
	if e == nil || rate <= 0 {
		return nil
	}
	for _, g := range e.Gauges {
		if g.Kind != bench.PoolWaitSeconds && g.Kind != bench.PoolPending {
			continue
		}
		inUse, most := pool(e, bench.PoolInUse, g.Labels), pool(e, bench.PoolMax, g.Labels)
		ms := g.Mean / rate * 1000
		if s.share(ms) < leastOfRequest || most != nil && inUse != nil && inUse.Max < almostAll*most.Max {
			continue
		}
		c := cause{Finding: bench.Finding{Kind: bench.PoolExhaustion, Confidence: bench.Certain, Effect: bench.Gain{ShareP50: s.share(ms), SavesMS: min(ms, s.Latency.P50)}}}
		c.Summary = fmt.Sprintf("requests wait %s each for a connection of the pool", span(ms))
		c.Remedy = "keep connections for a shorter time (no call and no work of your own while one is held), or allow more of them"
		text := fmt.Sprintf("%s: waited %s a second together, at %s requests a second", g.Name, span(g.Mean*1000), number(rate))
		if g.Kind == bench.PoolPending {
			c.Confidence = bench.Likely
			text = fmt.Sprintf("%s: %s wait at a time, at %s requests a second", g.Name, number(g.Mean), number(rate))
		}
		c.Evidence = []bench.Proof{{Source: bench.FromMetrics, Samples: e.Samples, Text: text}}
		if most != nil && most.Max > 0 {
			c.Summary = fmt.Sprintf("requests wait %s each for one of the pool's %s", span(ms), plural(most.Max, "connection"))
			if inUse != nil {
				c.Evidence = append(c.Evidence, bench.Proof{Source: bench.FromMetrics, Samples: e.Samples, Text: fmt.Sprintf("%s of %s connections were in use at most, %s on the average", number(inUse.Max), number(most.Max), number(inUse.Mean))})
			}
		}
		if db := s.anyDatabase(); db != nil && most != nil && db.Database.Looks >= leastLooks && db.Database.Idle >= most.Max/2 {
			c.Evidence = append(c.Evidence, told(db, "%s sessions on the average were idle in a transaction: connections are held while something else is done", number(db.Database.Idle)))
			c.Remedy = "commit before calls and before work of your own: the connections are idle while they are held. More of them would only help so far"
		}
		return []cause{c} // of several gauges of one pool, one is enough
	}
	return nil
}

// pool is a gauge of the pool that another one is of; nil: it has none.
func pool(e *bench.Evidence, kind, labels string) *bench.Gauge {
	for i := range e.Gauges {
		if g := &e.Gauges[i]; g.Kind == kind && g.Labels == labels {
			return g
		}
	}
	return nil
}

func plural(n float64, what string) string {
	if n == 1 {
		return "single " + what
	}
	return number(n) + " " + what + "s"
}
