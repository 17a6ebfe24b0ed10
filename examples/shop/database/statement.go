package database

import (
	"context"
	"database/sql/driver"
	"errors"
)

var errNoContext = errors.New("database: driver's statements lack the methods with a context")

// A stmt is a prepared statement; each execution is a round trip.
type stmt struct {
	driver.Stmt
	conn *conn
}

// ExecContext implements driver.StmtExecContext.
func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	near, ok := s.Stmt.(driver.StmtExecContext)
	if !ok {
		return nil, errNoContext
	}
	return s.conn.exec(ctx, func() (driver.Result, error) { return near.ExecContext(ctx, args) })
}

// QueryContext implements driver.StmtQueryContext.
func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	near, ok := s.Stmt.(driver.StmtQueryContext)
	if !ok {
		return nil, errNoContext
	}
	return s.conn.query(ctx, func() (driver.Rows, error) { return near.QueryContext(ctx, args) })
}

// A tx is a transaction; its end is a round trip too.
type tx struct {
	driver.Tx
	conn *conn
	ctx  context.Context // of the request that began it
}

// Commit implements driver.Tx.
func (t *tx) Commit() error {
	defer t.conn.trip(t.ctx)()
	return t.Tx.Commit()
}

// Rollback implements driver.Tx.
func (t *tx) Rollback() error {
	defer t.conn.trip(t.ctx)()
	return t.Tx.Rollback()
}

// rows are waited for until the last of them was read: SQLite does its work between the rows.
type rows struct {
	driver.Rows
	end func() // of the wait
}

// Close implements driver.Rows.
func (r *rows) Close() error {
	r.end()
	return r.Rows.Close()
}
