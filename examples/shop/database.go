package shop

import (
	"context"
	"database/sql"
	"time"
)

// A querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// delayed is a querier as far away as a database in the same data centre: each statement is one round trip.
type delayed struct {
	to    querier
	delay time.Duration
}

func (d delayed) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	time.Sleep(d.delay)
	return d.to.QueryContext(ctx, query, args...)
}

func (d delayed) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	time.Sleep(d.delay)
	return d.to.ExecContext(ctx, query, args...)
}

// all reads every row of a query; scan gives the places for one row's columns.
func all[T any](ctx context.Context, q querier, scan func(*T) []any, query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	list := []T{}
	for rows.Next() {
		var t T
		if err := rows.Scan(scan(&t)...); err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, rows.Err()
}
