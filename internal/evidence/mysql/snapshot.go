package mysql

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// mark stands in each statement that we send while the load runs, as an alias: digests have no comments.
const mark = "tidemark_look"

const (
	mostStatements = 30
	longestQuery   = 2000 // letters
)

// A snapshot is the server's counters at one moment. They grow until somebody truncates them.
type snapshot struct {
	at       time.Time
	digests  map[string]counters // by text, with question marks for values
	executed float64             // executions of prepared statements, which MariaDB does not count among the digests, nor anywhere else by text
	lost     float64             // statements for which there was no room among the digests
}

// counters are those of one statement.
type counters struct{ calls, ms, sent, examined, noIndex float64 }

func (c counters) minus(o counters) counters {
	return counters{c.calls - o.calls, c.ms - o.ms, c.sent - o.sent, c.examined - o.examined, c.noIndex - o.noIndex}
}

func (c counters) plus(o counters) counters {
	return counters{c.calls + o.calls, c.ms + o.ms, c.sent + o.sent, c.examined + o.examined, c.noIndex + o.noIndex}
}

func (s *server) snapshot(ctx context.Context) (*snapshot, error) {
	n := &snapshot{digests: map[string]counters{}}
	if s.counts {
		if err := s.read(ctx, n); err != nil {
			return nil, err
		}
	}
	n.at = time.Now()
	return n, nil
}

func (s *server) read(ctx context.Context, n *snapshot) error {
	var text string
	var c counters
	err := s.each(ctx, `SELECT DIGEST_TEXT, COUNT_STAR, SUM_TIMER_WAIT / 1e9, SUM_ROWS_SENT, SUM_ROWS_EXAMINED, SUM_NO_INDEX_USED
		FROM performance_schema.events_statements_summary_by_digest `+mark+` WHERE SCHEMA_NAME = DATABASE() AND DIGEST_TEXT IS NOT NULL`, nil,
		[]any{&text, &c.calls, &c.ms, &c.sent, &c.examined, &c.noIndex}, func() { n.digests[text] = n.digests[text].plus(c) })
	if err != nil {
		return err
	}
	err = s.pool.QueryRowContext(ctx, `SELECT coalesce(sum(COUNT_STAR), 0) FROM performance_schema.events_statements_summary_by_digest `+mark+` WHERE DIGEST IS NULL`).Scan(&n.lost)
	if err != nil || !s.mariadb {
		return err
	}
	return s.pool.QueryRowContext(ctx, `SELECT coalesce(sum(COUNT_STAR), 0) FROM performance_schema.events_statements_summary_global_by_event_name `+mark+`
		WHERE EVENT_NAME = 'statement/com/Execute'`).Scan(&n.executed)
}

// statements tells what each statement did for a request up to a later snapshot, the longest first. sent are their texts as the server keeps them.
func (n *snapshot) statements(db *bench.Database, later *snapshot, requests float64) (sent []string) {
	done := map[string]counters{}
	for text, now := range later.digests {
		if now = now.minus(n.digests[text]); now.calls < 0 {
			db.Gaps = append(db.Gaps, "statements: performance_schema's digests were truncated while the load ran; what was counted before is lost, so nothing is said of them")
			return nil
		}
		done[text] = now
	}
	if executed := later.executed - n.executed; executed > 0 {
		db.Gaps = append(db.Gaps, fmt.Sprintf("statements: %.0f executions were of prepared statements, which MariaDB counts in sum only: while you test, let the driver put values into the text (Go: interpolateParams=true, JDBC: useServerPrepStmts=false, PDO: ATTR_EMULATE_PREPARES)", executed))
	}
	if later.lost > n.lost {
		db.Gaps = append(db.Gaps, "statements: there was no room for all of them: raise performance_schema_digests_size")
	}
	for text, c := range done {
		if c.calls > 0 && !ours(text) {
			sent = append(sent, text)
		}
	}
	slices.SortFunc(sent, func(a, b string) int { return cmp.Or(cmp.Compare(done[b].ms, done[a].ms), cmp.Compare(a, b)) })
	sent = sent[:min(len(sent), mostStatements)]
	for _, text := range sent {
		c, read := done[text], evidence.ReadStatement(text, "mysql")
		st := bench.Statement{Query: evidence.Short(read.Text, longestQuery), Tables: read.Tables, Calls: c.calls / requests, Rows: c.sent / c.calls, Each: c.ms / c.calls}
		if c.noIndex >= c.calls/2 && len(read.Tables) > 0 {
			st.Scans = []bench.Scan{{Table: strings.Join(read.Tables, ", "), Rows: c.examined / c.calls, Kept: c.sent / c.calls}}
		}
		db.Statements = append(db.Statements, st)
	}
	return sent
}

// ours reports whether a statement is of a session like ours, or tells nothing of a service.
func ours(text string) bool {
	if strings.Contains(text, mark) || strings.Contains(text, "performance_schema") || strings.Contains(text, "information_schema") {
		return true
	}
	switch verb, _, _ := strings.Cut(strings.TrimSpace(text), " "); strings.ToUpper(verb) {
	case "SET", "SHOW", "EXPLAIN", "PREPARE", "DEALLOCATE", "USE":
		return true
	}
	return false
}
