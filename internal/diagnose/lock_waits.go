package diagnose

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastLooks  = 10  // at sessions, for a share of them to mean something
	leastCaught = 4   // times that one was seen to wait, where a typical request does not
	slowest     = 2.0 // standard deviations above the mean: a call of a slow request
)

// lockWaits finds sessions of the database that wait for others' locks. How long a request waits, Little's law says: those who wait on the
// average, by the requests a second. Under a light load few meet, and those are the slow ones: what their calls take is seen in how much the
// statement's time varies. It is certain where the database also says who they wait for.
func lockWaits(s *Subject) (causes []cause) {
	e, rate := s.anyDatabase(), s.rate()
	if e == nil || e.Database.Looks < leastLooks || rate <= 0 {
		return nil
	}
	type waits struct {
		share float64
		worst bench.Wait
	}
	byTable := map[string]*waits{}
	var tables []string
	for _, w := range e.Database.Waits { // the commonest first
		if !strings.HasPrefix(w.Event, "Lock:") {
			continue
		}
		table := ""
		if st := statement(e, w.Query); st != nil {
			table = tableOf(*st)
		}
		if byTable[table] == nil {
			byTable[table] = &waits{worst: w}
			tables = append(tables, table)
		}
		byTable[table].share += w.Share
	}
	for _, table := range tables {
		w := byTable[table]
		waiting := w.share * e.Database.Active
		ms := waiting / rate * 1000
		st := statement(e, w.worst.Query)
		slow := s.slowShare(st)
		if s.share(ms) < leastOfRequest && (slow < leastLocked || waiting*float64(e.Database.Looks) < leastCaught) {
			continue
		}
		c := cause{about: table, Finding: bench.Finding{Kind: bench.LockContention, Confidence: bench.Likely,
			Effect:  bench.Gain{ShareP50: s.share(ms), ShareP99: slow, SavesMS: min(ms, s.Latency.P50)},
			Summary: fmt.Sprintf("requests wait for each other's locks, %s each on the average: %s", span(ms), quoted(w.worst.Query)),
			Remedy:  "lock later and for a shorter time: make what all requests write the last statement before the commit, keep reads and calls out of the transaction, or do without the shared row (a sequence, a counter for each, an INSERT)"}}
		c.Evidence = []bench.Proof{{Source: e.Source, Samples: e.Database.Looks, Text: fmt.Sprintf("in %d looks at sessions, %s of those at work waited for a lock (%s), %s at a time, at %s requests a second",
			e.Database.Looks, percent(w.share), w.worst.Event, number(waiting), number(rate))}}
		if st != nil && st.Deviation > 0 {
			c.Evidence = append(c.Evidence, told(e, "%s takes %s each on the average, with a standard deviation of %s", quoted(st.Query), span(st.Each), span(st.Deviation)))
		}
		if w.worst.Blocking != "" {
			c.Confidence = bench.Certain
			state, query, _ := strings.Cut(w.worst.Blocking, ": ")
			holder := "the session that holds it is " + state
			if query != "" {
				holder += ": " + quoted(query)
			}
			c.Evidence = append(c.Evidence, bench.Proof{Source: e.Source, Samples: e.Database.Looks, Text: holder})
			if state == "idle in transaction" {
				c.Remedy = "whoever holds the lock has its transaction open and does something else meanwhile: commit first, or " + c.Remedy
			}
		}
		causes = append(causes, c)
	}
	return causes
}

// slowShare is the part of a slow request, 0 to 1, that a statement takes whose time varies; 0: it is not known.
func (s *Subject) slowShare(st *bench.Statement) float64 {
	if st == nil || st.Deviation == 0 || s.Latency.P99 <= 0 {
		return 0
	}
	return min((spent(*st)+slowest*st.Deviation)/s.Latency.P99, 1)
}
