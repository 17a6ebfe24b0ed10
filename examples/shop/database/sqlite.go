package database

import (
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

// openSQLite gives many readers and one writer: with a write-ahead log they don't disturb each other, and writers that queue for
// the one connection never meet a locked database.
func openSQLite(config Config) (*DB, error) {
	db := &DB{Dialect: SQLite}
	path := config.URL
	if path == "" {
		dir, err := os.MkdirTemp("", "shop-")
		if err != nil {
			return nil, err
		}
		db.remove = func() error { return os.RemoveAll(dir) }
		path = filepath.Join(dir, "shop.db")
	}
	reader, err := sqlite.NewConnector(sqliteDSN(path, "deferred"))
	if err != nil {
		return nil, err
	}
	writer, err := sqlite.NewConnector(sqliteDSN(path, "immediate"))
	if err != nil {
		return nil, err
	}
	db.Read = config.pool(reader, SQLite, config.Connections)
	db.Write = config.pool(writer, SQLite, 1)
	return db, nil
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
