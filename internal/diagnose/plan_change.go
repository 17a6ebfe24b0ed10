package diagnose

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const leastSlower = 2 // times, that a statement takes with its new plan

// planChange finds a statement that takes a fifth of the request and whose plan is not the one that its tables are made for: there is an index
// on the very column, which the statement as it is written cannot use (a function or a cast around the column, a pattern, an index that was
// never finished); or, in a comparison, the same statement has another plan than on the other side and takes twice as long.
func planChange(s *Subject) (causes []cause) {
	e := s.anyDatabase()
	if e == nil {
		return nil
	}
	for _, ix := range e.Database.Indexes {
		st := statement(e, ix.Query)
		if st == nil || ix.Exists == "" || s.share(spent(*st)) < leastOfRequest || !scanned(e, ix.Table) {
			continue
		}
		c := planCause(s, e, st, ix.Table)
		c.names = append(ix.Columns, ix.Exists)
		c.Summary = fmt.Sprintf("%s is read from end to end though there is the index %s: %s", ix.Table, ix.Exists, ix.Why)
		c.Remedy = "write the condition on the column as it is, so that the index serves it"
		switch {
		case strings.Contains(ix.Why, "invalid"):
			c.Remedy = fmt.Sprintf("`REINDEX INDEX CONCURRENTLY %s`", ix.Exists)
		case ix.Create == "":
			c.Confidence = bench.Likely // the pattern itself was not seen
			c.Remedy = "let the pattern begin with a letter, or make an index for patterns (`USING gin (… gin_trgm_ops)`)"
		default:
			c.Remedy += fmt.Sprintf(", or make one on the expression: `%s`", ix.Create)
		}
		if ix.After > 0 {
			c.Confidence = bench.Certain
			c.Effect.SavesMS = spent(*st) * (1 - ix.After/ix.Before)
			c.Evidence = append([]bench.Proof{told(e, "cost %s -> %s with `%s`, by the planner with a hypothetical index", planCost(ix.Before), planCost(ix.After), ix.Create)}, c.Evidence...)
		}
		causes = append(causes, c)
	}
	return append(causes, otherPlans(s, e)...)
}

// otherPlans finds statements that are planned otherwise than on the other side of a comparison.
func otherPlans(s *Subject, e *bench.Evidence) (causes []cause) {
	if s.Base == nil {
		return nil
	}
	base := s.base().anyDatabase()
	for i := range e.Database.Statements {
		st := &e.Database.Statements[i]
		was := statement(base, st.Query)
		if was == nil || was.Plan == "" || st.Plan == "" || was.Plan == st.Plan || st.Each < leastSlower*was.Each || s.share(spent(*st)) < leastOfRequest || indexed(e, st.Query) {
			continue
		}
		c := planCause(s, e, st, tableOf(*st))
		c.Confidence = bench.Certain
		c.Effect.SavesMS = spent(*st) - st.Calls*was.Each
		c.Summary = fmt.Sprintf("%s has another plan than on base, and takes %s instead of %s", quoted(st.Query), span(st.Each), span(was.Each))
		c.Remedy = "see what of the plan went: an index that was dropped, statistics that are old (`ANALYZE`), a condition that was added"
		c.Evidence = append(c.Evidence, told(base, "base: %s", oneLine(was.Plan)), told(e, "head: %s", oneLine(st.Plan)))
		causes = append(causes, c)
	}
	return causes
}

// indexed reports whether an index was found for a statement: then that says more than its plan.
func indexed(e *bench.Evidence, query string) bool {
	for _, ix := range e.Database.Indexes {
		if ix.Query == query {
			return true
		}
	}
	return false
}

func planCause(s *Subject, e *bench.Evidence, st *bench.Statement, table string) cause {
	return cause{about: bare(table), Finding: bench.Finding{Kind: bench.PlanChange, Confidence: bench.Likely, Suspect: suspect(st.Code),
		Effect: bench.Gain{ShareP50: s.share(spent(*st)), SavesMS: spent(*st)}, Evidence: scanProofs(e, st, table)}}
}

// oneLine is a plan in a line.
func oneLine(plan string) string {
	lines := strings.Split(plan, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, " <- ")
}
