package postgres

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	mostStatements = 30
	longestQuery   = 2000 // letters that are kept of a statement
)

// A share is what one statement did between two snapshots.
type share struct {
	id int64
	counters
}

// statements tells what each statement did for a request, the longest first. sent are their texts as the server keeps them.
func (c *Collector) statements(ctx context.Context, db *bench.Database, after *snapshot, requests float64) (sent []string) {
	s := c.server
	if s.statements == "" || s.refused != "" {
		return nil
	}
	if after.hidden {
		db.Gaps = append(db.Gaps, fmt.Sprintf("statements: role %s may not see those of other roles: GRANT pg_read_all_stats TO %s", s.user, s.user))
	}
	shares, reset := c.before.until(after)
	if reset {
		db.Gaps = append(db.Gaps, "statements: pg_stat_statements was reset while the load ran; what was counted before is lost, so nothing is said of them")
		return nil
	}
	if n := after.forgotten - c.before.forgotten; n > 0 {
		db.Gaps = append(db.Gaps, fmt.Sprintf("statements: the server dropped statements %d times while the load ran, so counts may be too low: raise pg_stat_statements.max", n))
	}
	if err := s.readTexts(ctx, shares); err != nil {
		db.Gaps = append(db.Gaps, "statements: their texts could not be read: "+cause(err))
		return nil
	}
	for _, sh := range shares {
		text := s.texts[sh.id]
		if ours(text) {
			continue
		}
		calls, read := float64(sh.calls), evidence.ReadStatement(text, "postgresql")
		sent = append(sent, text)
		db.Statements = append(db.Statements, bench.Statement{
			Query: evidence.Short(read.Text, longestQuery), Tables: read.Tables, Code: evidence.CodeOf(text), Calls: calls / requests, Rows: float64(sh.rows) / calls, Each: sh.ms / calls, Deviation: sh.deviation(), Read: float64(sh.blocks) / calls,
		})
		if len(db.Statements) == mostStatements {
			break
		}
	}
	return sent
}

// deviation is the standard deviation of a call's time.
func (c counters) deviation() float64 {
	mean := c.ms / float64(c.calls)
	return math.Sqrt(max(c.squares/float64(c.calls)-mean*mean, 0)) // long sums leave a little less than nothing
}

// until is what each statement did up to a later snapshot, by time, longest first. After a reset it cannot be known.
func (n *snapshot) until(later *snapshot) (shares []share, reset bool) {
	if !n.reset.Equal(later.reset) {
		return nil, true
	}
	for id, now := range later.statements {
		was := n.statements[id]
		now = counters{now.calls - was.calls, now.rows - was.rows, now.ms - was.ms, now.squares - was.squares, now.blocks - was.blocks}
		switch {
		case now.calls < 0 && later.forgotten == n.forgotten:
			return nil, true // that one alone was reset, or all of them in a version that does not tell
		case now.calls > 0 && now.ms >= 0:
			shares = append(shares, share{id, now})
		}
	}
	slices.SortFunc(shares, func(a, b share) int { return cmp.Or(cmp.Compare(b.ms, a.ms), cmp.Compare(a.id, b.id)) })
	return shares, false
}

// readTexts reads the texts of the statements that count, once.
func (s *server) readTexts(ctx context.Context, shares []share) error {
	const beside = 20 // of ours, which are left out afterwards
	ids := make([]int64, 0, mostStatements+beside)
	for _, sh := range shares[:min(len(shares), cap(ids))] {
		ids = append(ids, sh.id)
	}
	rows, err := s.conn.Query(ctx, fmt.Sprintf(`SELECT DISTINCT ON (queryid) queryid, left(query, 100000) FROM %s.pg_stat_statements WHERE queryid = ANY ($1::bigint[])`, s.statements), ids)
	if err != nil {
		return err
	}
	s.texts = map[int64]string{}
	var id int64
	var text string
	_, err = pgx.ForEachRow(rows, []any{&id, &text}, func() error {
		s.texts[id] = text
		return nil
	})
	return err
}

// ours reports whether a statement is of a session like ours, or tells nothing of a service.
func ours(text string) bool {
	if text == "" || strings.Contains(text, mark) {
		return true
	}
	switch verb, _, _ := strings.Cut(strings.TrimSpace(text), " "); strings.ToUpper(verb) {
	case "EXPLAIN", "PREPARE", "DEALLOCATE", "SET", "SHOW", "RESET", "DISCARD":
		return true
	}
	return strings.Contains(text, "pg_stat_statements") || strings.Contains(text, "hypopg_")
}

// fingerprint is a statement as every source names it, without its values, which may be secrets.
func fingerprint(text string) string {
	return evidence.Short(evidence.ReadStatement(text, "postgresql").Text, longestQuery)
}

// tables tells which tables were read from end to end.
func (s *server) tables(db *bench.Database, before, after *snapshot, requests float64) {
	for name, now := range after.tables {
		was := before.tables[name]
		if scans, read := now.scans-was.scans, now.rowsRead-was.rowsRead; scans > 0 && read >= 0 {
			db.Tables = append(db.Tables, bench.Table{Name: name, Rows: now.live, Sequential: float64(scans) / requests, RowsRead: float64(read) / requests})
		}
	}
	slices.SortFunc(db.Tables, func(a, b bench.Table) int {
		return cmp.Or(cmp.Compare(b.RowsRead, a.RowsRead), cmp.Compare(a.Name, b.Name))
	})
	db.Tables = db.Tables[:min(len(db.Tables), mostStatements)]
}
