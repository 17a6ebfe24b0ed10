// Package postgres keeps history in a PostgreSQL database, which several machines share. The tables' names begin with tidemark_, so
// that the database may be one that holds other things too.
package postgres

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tidemark/tidemark/internal/history"
)

// connectTimeout is how long a server may take to answer, where connect_timeout in the URL or PGCONNECT_TIMEOUT don't say it.
const connectTimeout = 10 * time.Second

// Store is a history.Store in a PostgreSQL database.
type Store struct {
	pool *pgxpool.Pool
	name string // of the database, without a password
}

var _ history.Store = (*Store)(nil)

// Open opens the database that a URL names, and makes the tables if they are not there. The error wraps history.ErrLocation when the URL is
// none, history.ErrUnreachable when the server does not let us in, and history.ErrNewer when a later version has been there.
func Open(ctx context.Context, url string) (*Store, error) {
	return open(ctx, url, true)
}

// Existing opens the database if the tables are there; else the error wraps history.ErrNone.
func Existing(ctx context.Context, url string) (*Store, error) {
	return open(ctx, url, false)
}

func open(ctx context.Context, url string, create bool) (*Store, error) {
	config, err := parse(url)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	s := &Store{pool, shown(config)}
	if err := s.migrate(ctx, create); err != nil {
		pool.Close()
		return nil, s.failed(ctx, err)
	}
	return s, nil
}

// Shown is a URL as it may be told to anybody: server and database. The error is that of Open.
func Shown(url string) (string, error) {
	config, err := parse(url)
	if err != nil {
		return "", err
	}
	return shown(config), nil
}

func shown(config *pgxpool.Config) string {
	c := config.ConnConfig
	if strings.HasPrefix(c.Host, "/") { // the folder of a socket
		return fmt.Sprintf("postgres:///%s?host=%s", c.Database, c.Host)
	}
	return fmt.Sprintf("postgres://%s/%s", net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))), c.Database)
}

// parse reads a URL. Where a password with characters that mean something in a URL could end up in another part of it, and from there in an
// error, the URL is refused without a word of what it says.
func parse(url string) (*pgxpool.Config, error) {
	scheme, rest, _ := strings.Cut(url, "://")
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	hosts := authority[strings.LastIndex(authority, "@")+1:]
	switch {
	case scheme != "postgres" && scheme != "postgresql":
		return nil, fmt.Errorf("%w: a PostgreSQL database is named as postgres://user@host:port/database", history.ErrLocation)
	case strings.Count(authority, "@") > 1 || strings.ContainsAny(tail, "@#"):
		return nil, fmt.Errorf("%w: in a user name or a password of a postgres:// URL write @ as %%40, / as %%2F, ? as %%3F and # as %%23", history.ErrLocation)
	case !portsAreNumbers(hosts):
		return nil, fmt.Errorf("%w: the port in a postgres:// URL is no number: write postgres://user@host:5432/database", history.ErrLocation)
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", history.ErrLocation, err)
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	if _, set := config.ConnConfig.RuntimeParams["application_name"]; !set {
		config.ConnConfig.RuntimeParams["application_name"] = "tidemark"
	}
	return config, nil
}

func portsAreNumbers(hosts string) bool {
	for host := range strings.SplitSeq(hosts, ",") {
		if _, address, bracketed := strings.Cut(host, "]"); bracketed {
			host = address
		}
		if _, port, found := strings.Cut(host, ":"); found {
			if _, err := strconv.ParseUint(port, 10, 16); err != nil {
				return false
			}
		}
	}
	return true
}

// Close implements history.Store.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}
