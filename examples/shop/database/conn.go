package database

import (
	"context"
	"database/sql/driver"

	"github.com/tidemark/tidemark/examples/shop/telemetry"
)

// modernConn is what both drivers implement and database/sql would not find behind a plain driver.Conn.
type modernConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
}

// A conn pays for each round trip, and enters each statement into the account of the request that asked for it.
type conn struct {
	modernConn
	pause *pause
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return c.query(ctx, func() (driver.Rows, error) { return c.modernConn.QueryContext(ctx, query, args) })
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.exec(ctx, func() (driver.Result, error) { return c.modernConn.ExecContext(ctx, query, args) })
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	defer c.trip(ctx)()
	near, err := c.modernConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &stmt{Stmt: near, conn: c}, nil
}

// BeginTx implements driver.ConnBeginTx.
func (c *conn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	defer c.trip(ctx)()
	near, err := c.modernConn.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &tx{Tx: near, conn: c, ctx: ctx}, nil
}

// Ping implements driver.Pinger.
func (c *conn) Ping(ctx context.Context) error {
	defer c.trip(ctx)()
	return c.modernConn.Ping(ctx)
}

// IsValid implements driver.Validator.
func (c *conn) IsValid() bool {
	validator, ok := c.modernConn.(driver.Validator)
	return !ok || validator.IsValid()
}

// CheckNamedValue implements driver.NamedValueChecker.
func (c *conn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.modernConn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

// Close implements driver.Conn.
func (c *conn) Close() error {
	c.pause.close()
	return c.modernConn.Close()
}

// trip begins a round trip that carries no statement; the function it returns ends it.
func (c *conn) trip(ctx context.Context) (end func()) {
	end = telemetry.AccountOf(ctx).Database(0)
	c.pause.wait()
	return end
}

func (c *conn) exec(ctx context.Context, run func() (driver.Result, error)) (driver.Result, error) {
	defer telemetry.AccountOf(ctx).Database(1)()
	c.pause.wait()
	return run()
}

func (c *conn) query(ctx context.Context, run func() (driver.Rows, error)) (driver.Rows, error) {
	end := telemetry.AccountOf(ctx).Database(1)
	c.pause.wait()
	near, err := run()
	if err != nil {
		end()
		return nil, err
	}
	return &rows{Rows: near, end: end}, nil
}
