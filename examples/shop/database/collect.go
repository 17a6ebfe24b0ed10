package database

import (
	"context"
	"database/sql"
)

// Collect runs a query and reads every row with scan.
func Collect[T any](ctx context.Context, pool *sql.DB, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := pool.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says it
	all := []T{}                        // an empty list is [] in JSON, and never null
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
