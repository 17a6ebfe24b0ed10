package shop_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// behind opens the database behind the shop's back.
func behind(t *testing.T, database string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(database, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, database)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	return db
}

func queryOne(t *testing.T, database, query string, args ...any) (value string) {
	t.Helper()
	check(t, behind(t, database).QueryRowContext(t.Context(), query, args...).Scan(&value))
	return value
}

// hasIndex looks into the schema.
func hasIndex(t *testing.T, database, name string) bool {
	t.Helper()
	query := `SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name = $1`
	if strings.HasPrefix(database, "postgres") {
		query = `SELECT count(*) FROM pg_indexes WHERE indexname = $1`
	}
	return queryOne(t, database, query, name) == "1"
}

// plan is how the database would carry out the statement of a span.
func (s span) plan(t *testing.T, database string) string {
	t.Helper()
	explain := "EXPLAIN QUERY PLAN "
	if strings.HasPrefix(database, "postgres") {
		explain = "EXPLAIN "
	}
	var args []any
	for i := 0; ; i++ {
		value, shown := s.about[fmt.Sprintf("db.query.parameter.%d", i)]
		if !shown {
			break
		}
		args = append(args, value)
	}
	rows, err := behind(t, database).QueryContext(t.Context(), explain+s.about["db.query.text"], args...)
	check(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	check(t, err)
	var plan strings.Builder
	for rows.Next() {
		row := make([]any, len(columns))
		for i := range row {
			row[i] = new(sql.NullString)
		}
		check(t, rows.Scan(row...))
		fmt.Fprintln(&plan, row[len(row)-1].(*sql.NullString).String) // of SQLite's columns the last is the words
	}
	check(t, rows.Err())
	return plan.String()
}

// readsWhole reports whether a plan reads all rows of a table, by its name and by the alias that a statement has for it.
func readsWhole(plan, table, alias string) bool {
	for line := range strings.Lines(plan) {
		line = strings.TrimSpace(line)
		switch {
		case strings.Contains(line, "Seq Scan on "+table+" "), strings.HasPrefix(line, "SCAN "+table), strings.HasPrefix(line, "SCAN "+alias+" "), line == "SCAN "+alias:
			return true
		}
	}
	return false
}
