package database

import (
	"context"
	"database/sql"
)

// A Querier is what rows can be asked of: a pool, or a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Collect runs a query and reads every row with scan.
func Collect[T any](ctx context.Context, of Querier, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := of.QueryContext(ctx, query, args...)
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
