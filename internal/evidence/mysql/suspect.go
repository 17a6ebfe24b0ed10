package mysql

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// A table is a suspect when a statement that uses no index looks at many rows of it and sends next to none of them.
const (
	manyRows = 5000
	fewKept  = 0.02
)

// An equality of a column and a value, as digests and sent statements have it.
var equality = regexp.MustCompile("(?:`?\\w+`?\\s*\\.\\s*)?`?(\\w+)`?\\s*(?:=|\\bIN\\b)\\s*(?:\\?|'|\\d|:|\\()")

// suspect adds the indexes that statements without one would want: on the columns of one table that have to be equal to something, if no
// index begins with one of them.
func (s *server) suspect(ctx context.Context, db *bench.Database, sent []string) {
	for i := range db.Statements {
		st := &db.Statements[i]
		if len(st.Scans) == 0 || st.Scans[0].Rows < manyRows || st.Scans[0].Kept > fewKept*st.Scans[0].Rows || strings.Contains(st.Scans[0].Table, ", ") {
			continue
		}
		_, where, found := strings.Cut(strings.ToUpper(sent[i]), "WHERE")
		if !found {
			continue
		}
		where = sent[i][len(sent[i])-len(where):]
		known, led, err := s.table(ctx, st.Scans[0].Table)
		if err != nil {
			db.Gaps = append(db.Gaps, fmt.Sprintf("indexes: %s cannot be looked up: %v", st.Scans[0].Table, err))
			continue
		}
		var columns []string
		for _, m := range equality.FindAllStringSubmatch(where, -1) {
			if column := strings.ToLower(m[1]); known[column] && !slices.Contains(columns, column) {
				columns = append(columns, column)
			}
		}
		if len(columns) == 0 || slices.ContainsFunc(columns, func(c string) bool { return led[c] }) {
			continue
		}
		table := st.Scans[0].Table
		db.Indexes = append(db.Indexes, bench.Index{Table: table, Columns: columns, Query: st.Query,
			Create: evidence.Plain(fmt.Sprintf("CREATE INDEX %s_%s ON %s (%s)", table, strings.Join(columns, "_"), table, strings.Join(columns, ", ")))})
	}
}

// table is a table's columns, and those that an index begins with.
func (s *server) table(ctx context.Context, name string) (columns, led map[string]bool, err error) {
	columns, led = map[string]bool{}, map[string]bool{}
	var column string
	var first bool
	err = s.each(ctx, `SELECT lower(c.COLUMN_NAME), coalesce(max(i.SEQ_IN_INDEX = 1), 0) FROM information_schema.COLUMNS c LEFT JOIN information_schema.STATISTICS i
		ON i.TABLE_SCHEMA = c.TABLE_SCHEMA AND i.TABLE_NAME = c.TABLE_NAME AND i.COLUMN_NAME = c.COLUMN_NAME AND i.SEQ_IN_INDEX = 1
		WHERE c.TABLE_SCHEMA = DATABASE() AND lower(c.TABLE_NAME) = ? GROUP BY 1`, []any{name}, []any{&column, &first}, func() {
		columns[column] = true
		if first {
			led[column] = true
		}
	})
	return columns, led, err
}
