package mysql

import (
	"context"
	"database/sql"
	"strings"
)

// A server is what is at the other end.
type server struct {
	pool    *sql.DB
	mariadb bool
	counts  bool // performance_schema is on
}

func inspect(ctx context.Context, pool *sql.DB) (*server, error) {
	s := &server{pool: pool}
	var version string
	if err := pool.QueryRowContext(ctx, "SELECT VERSION(), @@performance_schema").Scan(&version, &s.counts); err != nil {
		return nil, err
	}
	s.mariadb = strings.Contains(version, "MariaDB")
	return s, nil
}

// each reads all rows of a query.
func (s *server) each(ctx context.Context, query string, args []any, into []any, do func()) error {
	rows, err := s.pool.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err says it
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		do()
	}
	return rows.Err()
}
