package database

import (
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

func openPostgres(config Config) (*DB, error) {
	to, err := pgx.ParseConfig(config.URL)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	pool := config.pool(stdlib.GetConnector(*to), PostgreSQL, config.Connections)
	return &DB{Dialect: PostgreSQL, Read: pool, Write: pool}, nil
}
