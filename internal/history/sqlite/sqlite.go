// Package sqlite keeps history in one file, which needs no server.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver

	"github.com/tidemark/tidemark/internal/history"
)

//go:embed migrations
var migrations embed.FS

// Store is a history.Store in an SQLite file.
type Store struct{ db *sql.DB }

var _ history.Store = (*Store)(nil)

// Open opens the file, and makes it if it is not there. The error wraps history.ErrNewer when a later version has written it.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	// Write-ahead: readers and a writer do not wait for each other, and a killed process leaves a readable file. Writers wait
	// for one another, from the start of their transaction: one that found out later would have to begin again.
	options := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(30000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(1)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(absolute)}).EscapedPath(), RawQuery: options.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("history %s: %w", path, err), db.Close())
	}
	return &Store{db}, nil
}

// Existing opens the file if it is there; else the error wraps history.ErrNone.
func Existing(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, history.ErrNone
	}
	return Open(ctx, path)
}

// migrate brings the file's schema up to date. Of processes that open a new file at once one makes each step, and the step of the others
// fails as a whole because it is done: they look again how far the file is.
func migrate(ctx context.Context, db *sql.DB) error {
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	for {
		version, newest, err := provider.GetVersions(ctx)
		if err != nil {
			return err
		}
		if err := history.CheckFormat(version, newest); err != nil || version == newest {
			return err
		}
		if _, err := provider.Up(ctx); err != nil {
			if now, e := provider.GetDBVersion(ctx); e != nil || now == version {
				return err
			}
		}
	}
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, dir)
}

// Close implements history.Store.
func (s *Store) Close() error { return s.db.Close() }
