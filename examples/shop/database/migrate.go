package database

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

func (db *DB) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	db.migrations, err = goose.NewProvider(db.Dialect.goose(), db.Write, files, goose.WithDisableGlobalRegistry(true),
		goose.WithAllowOutofOrder(true)) // a shop with a missing index leaves one out
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	if _, err := db.migrations.Up(ctx); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}
