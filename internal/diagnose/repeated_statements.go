package diagnose

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const (
	sameNumber  = 0.15 // two counts that differ by no more belong together
	leastGroups = 2    // statements that are repeated together
	leastFew    = 0.1  // of a request, that the database itself spends on them
	leastMany   = 10   // calls: so many round trips cost more than what the database spends, which it does not see
)

// repeatedStatements finds, by the counts of the database alone, statements that each request makes five times or more (Sentry's and
// perf-sentinel's number). Counts do not show parameters, so three kinds are told apart by what they look like. A statement without a
// parameter is the same each time: redundant. Two or more that come equally often are a repeating group. One that comes as often as another
// returns rows is made once for each of them: N+1. Unless it returns exactly one row, as a look-up by key does: that may as well be the same
// row again and again, which traces would tell: then nothing is said but that. Traces know all this better; where there are some, this rule is silent.
func repeatedStatements(s *Subject) (causes []cause) {
	e := s.anyDatabase()
	if e == nil || s.traces() != nil {
		return nil
	}
	var all []bench.Statement
	for _, st := range e.Database.Statements {
		if st.Calls >= leastRepeated && strings.HasPrefix(st.Query, "SELECT") && !writes(st.Query) {
			all = append(all, st)
		}
	}
	for len(all) > 0 {
		group := slices.DeleteFunc(slices.Clone(all), func(st bench.Statement) bool { return !about(st.Calls, all[0].Calls) })
		all = slices.DeleteFunc(all, func(st bench.Statement) bool { return about(st.Calls, group[0].Calls) })
		if c := s.repeated(e, group); c != nil {
			causes = append(causes, *c)
		}
	}
	return causes
}

// about reports whether two counts are the same but for what is on its way at the edges.
func about(a, b float64) bool { return math.Abs(a-b) <= sameNumber*max(a, b) }

// repeated is the cause that a group of statements of one number is; nil: they matter too little.
func (s *Subject) repeated(e *bench.Evidence, group []bench.Statement) *cause {
	first, ms := group[0], 0.0
	for _, st := range group {
		ms += spent(st)
	}
	share, how := s.share(ms), fmt.Sprintf("%s in the database, beside the network's part of each round trip", span(ms))
	if f := s.load().Size; f != nil && f.R2 >= goodFit && f.Slope > 0 {
		if grown := s.share(f.Slope * f.Typical); grown > share {
			share, how = grown, fmt.Sprintf("%s; latency grows by %s for each of the scenario's size (r² %.2f)", how, span(f.Slope), f.R2)
		}
	}
	source := sourceOf(e.Database.Statements, first)
	if share < leastFew && (source == nil || first.Calls*float64(len(group)) < leastMany) {
		return nil
	}
	saves := s.Latency.P50 * share * (1 - 1/first.Calls)
	c := &cause{about: tableOf(first), Finding: bench.Finding{Effect: bench.Gain{ShareP50: share, SavesMS: saves}, Suspect: suspect(first.Code)}}
	c.Evidence = []bench.Proof{told(e, "%s calls a request, %s rows and %s each: %s%s", number(first.Calls), number(first.Rows), span(first.Each), how, where(first.Code))}
	switch {
	case !strings.Contains(first.Query, "?") && len(group) == 1:
		c.Kind, c.Confidence = bench.RedundantQueries, bench.Certain
		c.Summary = fmt.Sprintf("the same query is made %s times a request: %s", number(first.Calls), quoted(first.Query))
		c.Remedy = "ask once and keep the answer for the rest of the request: at least " + faster(s.Latency.P50, saves)
	case len(group) >= leastGroups:
		names := make([]string, len(group))
		for i, st := range group {
			names[i] = quoted(st.Query)
		}
		c.Kind, c.Confidence = bench.RepeatingQueries, bench.Likely
		c.Summary = fmt.Sprintf("%d statements are made together %s times a request: %s", len(group), number(first.Calls), strings.Join(names[:min(len(names), 4)], ", "))
		c.Remedy = fmt.Sprintf("read all with %d queries instead of %s, with joins or `IN (…)`: at least %s", len(group), number(first.Calls*float64(len(group))), faster(s.Latency.P50, saves))
		if source == nil {
			c.Confidence = bench.Possible
		}
	default:
		c.Kind, c.Confidence = bench.NPlusOne, bench.Likely
		c.Summary = fmt.Sprintf("%s queries a request read %s one by one: %s", number(first.Calls), orRows(tableOf(first)), quoted(first.Query))
		c.Remedy = fmt.Sprintf("%s; as 1 instead of %s it would take at least %s", together(bench.Operation{Name: first.Query, About: tableOf(first)}), number(first.Calls), faster(s.Latency.P50, saves))
		if source == nil || about(first.Rows, 1) {
			return nil // it may be the same query again and again: the advice says who would tell
		}
	}
	if source != nil {
		c.Evidence = append(c.Evidence, told(e, "%s returns %s rows a request: as many as there are calls", quoted(source.Query), number(source.Calls*source.Rows)))
	}
	return c
}

// sourceOf is the statement that returns about as many rows a request as another is called; nil: there is none.
func sourceOf(all []bench.Statement, of bench.Statement) *bench.Statement {
	for i := range all {
		if st := &all[i]; st.Query != of.Query && st.Calls < of.Calls/2 && strings.HasPrefix(st.Query, "SELECT") && about(st.Calls*st.Rows, of.Calls) {
			return st
		}
	}
	return nil
}

func orRows(table string) string {
	if table == "" {
		return "rows"
	}
	return table
}
