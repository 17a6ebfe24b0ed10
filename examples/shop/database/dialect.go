package database

import (
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// A Dialect is what of SQL differs between the databases.
type Dialect string

// The dialects, by the names that OpenTelemetry gives their databases.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgresql"
)

// LockRows ends a SELECT whose rows are about to be changed. SQLite needs none: a transaction that writes is alone.
func (d Dialect) LockRows(table string) string {
	if d == PostgreSQL {
		return " FOR UPDATE OF " + table
	}
	return ""
}

func (d Dialect) goose() goose.Dialect {
	if d == PostgreSQL {
		return goose.DialectPostgres
	}
	return goose.DialectSQLite3
}

// Placeholders gives rows of parameters, "($1, $2), ($3, $4)" for two rows of two. Both databases number them so.
func Placeholders(rows, columns int) string {
	var b strings.Builder
	for n := range rows * columns {
		switch {
		case n == 0:
			b.WriteByte('(')
		case n%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n + 1))
	}
	b.WriteByte(')')
	return b.String()
}
