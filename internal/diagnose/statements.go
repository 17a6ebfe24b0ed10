package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// spent is the milliseconds of a request that a statement takes in the database. What the network adds to each call is not in it.
func spent(st bench.Statement) float64 { return st.Calls * st.Each }

// tableOf is the table that a statement is about: the first that it names.
func tableOf(st bench.Statement) string {
	if len(st.Tables) == 0 {
		return ""
	}
	return st.Tables[0]
}

// rate is how many requests were answered a second while evidence was collected; 0: it is not known.
func (s *Subject) rate() float64 {
	if s.Requests > 0 && s.Seconds > 0 {
		return float64(s.Requests) / float64(s.Seconds)
	}
	for _, e := range s.Evidence {
		if seconds := e.To.Sub(e.From).Seconds(); seconds > 0 && e.Samples > 0 && (e.Database != nil || e.Load != nil) {
			return float64(e.Samples) / seconds
		}
	}
	return 0
}

// share is a part of the typical request, 0 to 1.
func (s *Subject) share(ms float64) float64 {
	if s.Latency.P50 <= 0 {
		return 0
	}
	return min(ms/s.Latency.P50, 1)
}

// bare is a table's name without its schema, in lower case.
func bare(table string) string {
	return strings.ToLower(table[strings.LastIndexByte(table, '.')+1:])
}

// told is a proof from a database's evidence.
func told(e *bench.Evidence, format string, args ...any) bench.Proof {
	return bench.Proof{Source: e.Source, Samples: e.Samples, Text: fmt.Sprintf(format, args...)}
}

// statement is the one with a text; nil: the evidence has none.
func statement(e *bench.Evidence, query string) *bench.Statement {
	if e == nil || e.Database == nil {
		return nil
	}
	if i := slices.IndexFunc(e.Database.Statements, func(st bench.Statement) bool { return st.Query == query }); i >= 0 {
		return &e.Database.Statements[i]
	}
	return nil
}
