package database

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"

	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"modernc.org/sqlite"
)

// openSQLite opens a file of the user's, or a temporary one.
func openSQLite(config Config) (*DB, error) {
	if config.URL != "" {
		return openFile(config, config.URL)
	}
	dir, err := os.MkdirTemp("", "shop-")
	if err != nil {
		return nil, err
	}
	remove := func() error { return os.RemoveAll(dir) }
	db, err := openFile(config, filepath.Join(dir, "shop.db"))
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	db.remove = remove
	return db, nil
}

// openFile gives many readers and one writer: with a write-ahead log they don't disturb each other, and writers that queue for
// the one connection never meet a locked database.
func openFile(config Config, path string) (*DB, error) {
	reader, err := sqlite.NewConnector(sqliteDSN(path, "deferred"))
	if err != nil {
		return nil, err
	}
	writer, err := sqlite.NewConnector(sqliteDSN(path, "immediate"))
	if err != nil {
		return nil, err
	}
	return &DB{
		Dialect: SQLite,
		Read:    config.pool(reader, config.Connections, semconv.DBSystemNameSQLite),
		Write:   config.pool(writer, 1, semconv.DBSystemNameSQLite),
	}, nil
}

func sqliteDSN(path, lock string) string {
	options := url.Values{
		"_txlock": {lock},
		"_pragma": {
			"busy_timeout(10000)",
			"journal_mode(wal)",
			"synchronous(normal)", // with a write-ahead log: consistent after a crash, and no fsync for each order
			"foreign_keys(on)",
			"temp_store(memory)",
			"cache_size(-8000)",
			"mmap_size(268435456)",
		},
	}
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: options.Encode()}).String()
}
