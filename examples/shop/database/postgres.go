package database

import (
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// session is what the shop wants of its sessions, unless the URL says otherwise.
var session = map[string]string{
	"application_name": "shop", // whoever looks at the server's sessions sees whose they are
	// PostgreSQL's default is a spinning disk's. It would rather read all line items than look those of a hundred orders up.
	"random_page_cost": "1.1",
}

func openPostgres(config Config) (*DB, error) {
	to, err := pgx.ParseConfig(config.URL)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	for name, value := range session {
		if _, chosen := to.RuntimeParams[name]; !chosen {
			to.RuntimeParams[name] = value
		}
	}
	pool := config.pool(stdlib.GetConnector(*to), config.Connections,
		semconv.DBSystemNamePostgreSQL, semconv.DBNamespace(to.Database),
		semconv.ServerAddress(to.Host), semconv.ServerPort(int(to.Port)))
	return &DB{Dialect: PostgreSQL, Read: pool, Write: pool}, nil
}
