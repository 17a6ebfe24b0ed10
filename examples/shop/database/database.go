// Package database opens the shop's database and stands between it and database/sql, to make a database on the loopback
// interface (or in the same process) as far away as a real one, and to note for each request how long it was asked.
//
// Its stance: SQLite and PostgreSQL get the same migrations and the same SQL. Where they must differ, a Dialect says so.
package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/tidemark/tidemark/examples/shop/faults"
)

// A Config says which database, and how far away.
type Config struct {
	URL         string        // postgres://…, the path of an SQLite file, or empty: a temporary file
	Delay       time.Duration // the network's, for each round trip
	Connections int           // how many may read at once (PostgreSQL: read and write)
	Tracer      trace.TracerProvider
	Comments    bool // each statement says in a comment which trace it belongs to
}

// A DB is an open database with its schema up to date.
type DB struct {
	Dialect Dialect
	Read    *sql.DB
	Write   *sql.DB // for PostgreSQL the same pool as Read

	migrations  *goose.Provider
	connections int          // of Read, at most
	remove      func() error // what closing leaves behind; nil for a database of the user's
}

// Open opens the database and applies the migrations.
func Open(ctx context.Context, config Config) (*DB, error) {
	open := openSQLite
	if strings.HasPrefix(config.URL, "postgres://") || strings.HasPrefix(config.URL, "postgresql://") {
		open = openPostgres
	}
	db, err := open(config)
	if err != nil {
		return nil, err
	}
	db.connections = config.Connections
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Faults are the mistakes that can be made with a database.
func (db *DB) Faults() []*faults.Fault {
	return []*faults.Fault{db.missingIndex(), db.poolExhaustion()}
}

// Close closes all connections, and removes a database that Open made.
func (db *DB) Close() error {
	err := db.Read.Close()
	if db.Write != db.Read {
		err = errors.Join(err, db.Write.Close())
	}
	if db.remove != nil {
		err = errors.Join(err, db.remove())
	}
	return err
}

// pool is about one database, as its spans are to say.
func (c Config) pool(to driver.Connector, size int, about ...attribute.KeyValue) *sql.DB {
	pool := traced(&connector{Connector: to, delay: c.Delay}, c, about)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return pool
}
