package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastOfRequest = 0.2  // that the statement takes, in the database
	leastScans     = 0.05 // of requests, in which the table was in fact read from end to end: a plan is only a plan
)

// missingIndex finds a statement that takes a fifth of the request and reads a table from end to end, where an index would do. It is certain
// where the planner itself says so of a hypothetical one, which has to halve the cost (Dexter's demand; the collector sees to it); without
// HypoPG, and in MySQL, it is likely: the table is large and next to nothing of it is kept.
func missingIndex(s *Subject) (causes []cause) {
	e := s.anyDatabase()
	if e == nil {
		return nil
	}
	for _, ix := range e.Database.Indexes {
		st := statement(e, ix.Query)
		if st == nil || ix.Create == "" || ix.Exists != "" || s.share(spent(*st)) < leastOfRequest || !scanned(e, ix.Table) {
			continue
		}
		saves := spent(*st)
		c := cause{about: bare(ix.Table), names: ix.Columns, Finding: bench.Finding{Kind: bench.MissingIndex, Confidence: bench.Likely, Suspect: suspect(st.Code),
			Effect:  bench.Gain{ShareP50: s.share(saves), SavesMS: saves},
			Summary: fmt.Sprintf("%s is read from end to end for lack of an index on %s: %s of a typical request", ix.Table, strings.Join(ix.Columns, ", "), percent(s.share(saves)))}}
		c.Remedy = fmt.Sprintf("`%s` (in PostgreSQL with CONCURRENTLY, so that nobody waits)", ix.Create)
		if ix.After > 0 {
			c.Confidence = bench.Certain
			c.Effect.SavesMS = saves * (1 - ix.After/ix.Before)
			c.Remedy += ": " + faster(s.Latency.P50, c.Effect.SavesMS)
			c.Evidence = append(c.Evidence, told(e, "cost %s -> %s with `%s`, by the planner with a hypothetical index", planCost(ix.Before), planCost(ix.After), ix.Create))
		}
		c.Evidence = append(c.Evidence, scanProofs(e, st, ix.Table)...)
		causes = append(causes, c)
	}
	return causes
}

// planCost is a planner's cost, as people quote it: 4,210 or 8.3.
func planCost(cost float64) string {
	if cost < 100 {
		return fmt.Sprintf("%.1f", cost)
	}
	return bench.Thousands(cost)
}

// scanned reports whether a table was in fact read from end to end while the load ran. MySQL counts that with each statement.
func scanned(e *bench.Evidence, table string) bool {
	return e.Source == bench.FromMySQL || slices.ContainsFunc(e.Database.Tables, func(t bench.Table) bool { return t.Name == table && t.Sequential >= leastScans })
}

// scanProofs say what was read, of a statement and of its table.
func scanProofs(e *bench.Evidence, st *bench.Statement, table string) (all []bench.Proof) {
	text := fmt.Sprintf("%s: %s calls a request, %s each", quoted(st.Query), number(st.Calls), span(st.Each)) + where(st.Code)
	for _, scan := range st.Scans {
		if scan.Table == table {
			text = fmt.Sprintf("%s; of %s rows of %s it keeps %s", text, number(scan.Rows), table, number(scan.Kept))
			break
		}
	}
	all = append(all, told(e, "%s", text))
	for _, t := range e.Database.Tables {
		if t.Name == table {
			all = append(all, told(e, "%s was read from end to end %s times a request, %s rows in all", table, number(t.Sequential), number(t.RowsRead)))
		}
	}
	return all
}
