package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/tidemark/tidemark/internal/evidence"
)

// A step is one step of a plan, as EXPLAIN (VERBOSE, FORMAT JSON) tells it. VERBOSE names the table of each column.
type step struct {
	Type       string   `json:"Node Type"`
	Schema     string   `json:"Schema"`
	Relation   string   `json:"Relation Name"`
	Alias      string   `json:"Alias"`
	Index      string   `json:"Index Name"`
	Filter     string   `json:"Filter"`
	IndexCond  string   `json:"Index Cond"`
	HashCond   string   `json:"Hash Cond"`
	MergeCond  string   `json:"Merge Cond"`
	JoinFilter string   `json:"Join Filter"`
	SortKey    []string `json:"Sort Key"`
	Rows       float64  `json:"Plan Rows"`
	Cost       float64  `json:"Total Cost"`
	Steps      []*step  `json:"Plans"`
}

// explain is the plan of a statement for any parameters. EXPLAIN (GENERIC_PLAN) would do the same, but only from version 16 on; this does
// it in every version (the session's plan_cache_mode is what makes the plan generic). Nothing is executed.
func (s *server) explain(ctx context.Context, query string) (*step, error) {
	// By the extended protocol, which takes one statement and no more.
	if err := s.conn.PgConn().ExecParams(ctx, "PREPARE tidemark_plan AS "+query, nil, nil, nil, nil).Read().Err; err != nil {
		return nil, err
	}
	defer func() { _, _ = s.conn.Exec(ctx, "DEALLOCATE tidemark_plan") }() // a cut connection needs none
	var parameters int
	if err := s.conn.QueryRow(ctx, "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'tidemark_plan'").Scan(&parameters); err != nil {
		return nil, err
	}
	execute := "EXECUTE tidemark_plan"
	if parameters > 0 {
		execute += "(null" + strings.Repeat(", null", parameters-1) + ")"
	}
	var text []byte
	if err := s.conn.QueryRow(ctx, "EXPLAIN (VERBOSE, FORMAT JSON) "+execute).Scan(&text); err != nil {
		return nil, err
	}
	var plans []struct{ Plan *step }
	if err := json.Unmarshal(text, &plans); err != nil {
		return nil, fmt.Errorf("a plan that cannot be read: %w", err)
	}
	if len(plans) == 0 || plans[0].Plan == nil {
		return nil, errors.New("the server gave no plan")
	}
	return plans[0].Plan, nil
}

var (
	// pg_stat_statements puts a parameter where only a literal may stand.
	typedLiteral = regexp.MustCompile(`(?i)\b(interval|date|time|timestamp|timestamptz)\s+(\$\d+)`)
	// A role that only reads may not lock rows, and the plan is the same without.
	rowLock = regexp.MustCompile(`(?is)\s+FOR\s+(?:NO\s+KEY\s+UPDATE|UPDATE|KEY\s+SHARE|SHARE)(?:\s+OF\s+[\w",.\s]+?)?(?:\s+NOWAIT|\s+SKIP\s+LOCKED)?\s*;?\s*$`)
	// A change of one table finds its rows as a SELECT would.
	update = regexp.MustCompile(`(?is)^\s*UPDATE\s+(?:ONLY\s+)?([\w."]+)(?:\s+(?:AS\s+)?(\w+))?\s+SET\s+(?:.*?)\s+WHERE\s+(.*?)(?:\s+RETURNING\s.*)?$`)
	remove = regexp.MustCompile(`(?is)^\s*DELETE\s+FROM\s+(?:ONLY\s+)?([\w."]+)(?:\s+(?:AS\s+)?(\w+))?\s+WHERE\s+(.*?)(?:\s+RETURNING\s.*)?$`)
	from   = regexp.MustCompile(`(?is)\s(FROM|USING)\s`)
	param  = regexp.MustCompile(`\$\d+`)
)

// plannable is a statement of pg_stat_statements as one that a role that only reads can have planned; empty: it has no plan of interest.
func plannable(query string) string {
	verb, _, _ := strings.Cut(strings.TrimLeft(query, " \t\r\n("), " ")
	switch strings.ToUpper(strings.TrimSpace(verb)) {
	case "SELECT", "WITH":
		query = rowLock.ReplaceAllString(query, "")
	case "UPDATE":
		query = asSelect(update.FindStringSubmatch(query))
	case "DELETE":
		query = asSelect(remove.FindStringSubmatch(query))
	default:
		return ""
	}
	return typedLiteral.ReplaceAllString(query, "$2::$1")
}

// asSelect is a change's search for its rows: what stands in its WHERE, with the parameters numbered anew.
func asSelect(found []string) string {
	if found == nil || from.MatchString(found[0][:len(found[0])-len(found[3])]) && !strings.HasPrefix(strings.ToUpper(strings.TrimSpace(found[0])), "DELETE") {
		return "" // it joins others, as in UPDATE … FROM
	}
	numbers := map[string]string{}
	where := param.ReplaceAllStringFunc(found[3], func(p string) string {
		if numbers[p] == "" {
			numbers[p] = fmt.Sprintf("$%d", len(numbers)+1)
		}
		return numbers[p]
	})
	return "SELECT FROM " + found[1] + " " + found[2] + " WHERE " + where
}

// name is the step's table, as people write it.
func (s *step) name() string {
	if s.Schema == "" || s.Schema == "public" {
		return s.Relation
	}
	return s.Schema + "." + s.Relation
}

// each calls visit with the step and all below it, from the top, with the steps above.
func (s *step) each(above []*step, visit func(s *step, above []*step)) {
	visit(s, above)
	for _, below := range s.Steps {
		below.each(append(above[:len(above):len(above)], s), visit)
	}
}

const (
	longestPlan = 40  // lines
	longestCond = 200 // letters
)

// String is the plan's shape, a line for each step. It holds no costs and no numbers of rows: two plans of one shape are equal.
func (s *step) String() string {
	var lines []string
	s.each(nil, func(s *step, above []*step) {
		line := []string{strings.Repeat("  ", len(above)) + s.Type}
		if s.Index != "" {
			line = append(line, "using", s.Index)
		}
		if s.Relation != "" {
			line = append(line, "on", s.name())
		}
		for _, cond := range []string{s.IndexCond, s.HashCond, s.MergeCond, s.JoinFilter, s.Filter} {
			if cond != "" {
				line = append(line, evidence.Short(evidence.Plain(cond), longestCond))
			}
		}
		lines = append(lines, strings.Join(line, " "))
	})
	if len(lines) > longestPlan {
		lines = append(lines[:longestPlan], "…")
	}
	return strings.Join(lines, "\n")
}
