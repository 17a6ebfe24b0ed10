package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/tidemark/tidemark/internal/history"
)

//go:embed migrations
var migrations embed.FS

const (
	versionTable = "tidemark_schema_version"
	// migrationLock is what those who migrate a database wait for; any number that nobody else takes ("tidemark").
	migrationLock = 0x746964656d61726b
)

// migrate brings the schema up to date, or makes it if create says so.
func (s *Store) migrate(ctx context.Context, create bool) error {
	db := stdlib.OpenDBFromPool(s.pool)
	defer func() { _ = db.Close() }() // it gives connections back to the pool
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	version, err := s.version(ctx)
	switch {
	case err != nil:
		return err
	case version == 0 && !create:
		return history.ErrNone
	case version >= newest:
		return history.CheckFormat(version, newest)
	}
	return s.locked(ctx, func() error {
		version, err := s.version(ctx) // while we waited for the lock, another may have done it
		if err == nil {
			err = history.CheckFormat(version, newest)
		}
		if err == nil && version < newest {
			_, err = provider.Up(ctx)
		}
		return hint(err)
	})
}

// version is how far the schema has come: 0 if it is not there. It changes nothing, so that whoever may only read can open a history.
func (s *Store) version(ctx context.Context) (version int64, err error) {
	var there bool
	if err = s.pool.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, versionTable).Scan(&there); err == nil && there {
		err = s.pool.QueryRow(ctx, `SELECT coalesce(max(version_id), 0) FROM `+versionTable).Scan(&version)
	}
	return version, err
}

// locked does something while no other process does it in the same database. The lock is a transaction's, so that it ends with it even behind a
// pooler, and has a connection of its own, so that a pool of one is enough for the rest.
func (s *Store) locked(ctx context.Context, do func() error) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // and the transaction with it: it changes nothing
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(migrationLock)); err != nil {
		return err
	}
	return do()
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, dir, goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
}

// hint adds what to do to the two errors that users of a shared database meet.
func hint(err error) error {
	const insufficientPrivilege, noSchema = "42501", "3F000"
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && (pg.Code == insufficientPrivilege || pg.Code == noSchema) {
		return fmt.Errorf("%w: tables cannot be made there: allow it with GRANT CREATE ON SCHEMA, or name a schema that may be used with ?search_path=", err)
	}
	return err
}
