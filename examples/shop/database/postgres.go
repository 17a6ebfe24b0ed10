package database

import (
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

func openPostgres(config Config) (*DB, error) {
	to, err := pgx.ParseConfig(config.URL)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if to.RuntimeParams["application_name"] == "" {
		to.RuntimeParams["application_name"] = "shop" // whoever looks at the server's sessions sees whose they are
	}
	pool := config.pool(stdlib.GetConnector(*to), config.Connections,
		semconv.DBSystemNamePostgreSQL, semconv.DBNamespace(to.Database),
		semconv.ServerAddress(to.Host), semconv.ServerPort(int(to.Port)))
	return &DB{Dialect: PostgreSQL, Read: pool, Write: pool}, nil
}
