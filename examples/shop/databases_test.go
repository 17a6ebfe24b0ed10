package shop_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tidemark/tidemark/examples/shop"
)

// Templates are seeded once for all tests, which get copies.
var (
	templateSQLite   = sync.OnceValues(seedSQLite)
	templatePostgres = sync.OnceValues(seedPostgres)
	removeTemplates  []func(context.Context) error
)

// onEachDatabase runs a test with a freshly seeded database of each kind.
func onEachDatabase(t *testing.T, test func(t *testing.T, database string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, freshSQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, freshPostgres(t)) })
}

func freshSQLite(t *testing.T) string {
	t.Helper()
	template, err := templateSQLite()
	check(t, err)
	seeded, err := os.ReadFile(template)
	check(t, err)
	path := filepath.Join(t.TempDir(), "shop.db")
	check(t, os.WriteFile(path, seeded, 0o600))
	return path
}

func freshPostgres(t *testing.T) string {
	t.Helper()
	needPostgres(t)
	template, err := templatePostgres()
	check(t, err)
	return createPostgres(t, " TEMPLATE "+nameOf(template))
}

func needPostgres(t *testing.T) {
	t.Helper()
	if os.Getenv("TIDEMARK_TEST_POSTGRES") == "" {
		t.Skip("TIDEMARK_TEST_POSTGRES names no PostgreSQL server (postgres://user@host:port/database); scripts/test starts one")
	}
}

// createPostgres makes a database that is dropped after the test.
func createPostgres(t *testing.T, options string) string {
	t.Helper()
	database := newName()
	check(t, onServer(t.Context(), "CREATE DATABASE "+nameOf(database)+options))
	t.Cleanup(func() { check(t, onServer(context.Background(), "DROP DATABASE "+nameOf(database)+" WITH (FORCE)")) })
	return database
}

func seedSQLite() (string, error) {
	dir, err := os.MkdirTemp("", "tidemark-test-")
	if err != nil {
		return "", err
	}
	removeTemplates = append(removeTemplates, func(context.Context) error { return os.RemoveAll(dir) })
	return seed(filepath.Join(dir, "shop.db"))
}

func seedPostgres() (string, error) {
	database := newName()
	removeTemplates = append(removeTemplates, func(ctx context.Context) error {
		return onServer(ctx, "DROP DATABASE IF EXISTS "+nameOf(database)+" WITH (FORCE)")
	})
	if err := onServer(context.Background(), "CREATE DATABASE "+nameOf(database)); err != nil {
		return "", err
	}
	return seed(database)
}

func seed(database string) (string, error) {
	s, err := shop.Start(context.Background(), shop.Config{Database: database})
	if err != nil {
		return "", err
	}
	return database, s.Close()
}

func newName() string {
	server, err := url.Parse(os.Getenv("TIDEMARK_TEST_POSTGRES"))
	if err != nil {
		panic(err)
	}
	server.Path = "/shop_test_" + strings.ToLower(rand.Text())
	return server.String()
}

func nameOf(database string) string {
	server, err := url.Parse(database)
	if err != nil {
		panic(err)
	}
	return strings.TrimPrefix(server.Path, "/")
}

// onServer runs a statement in the server's own database.
func onServer(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, os.Getenv("TIDEMARK_TEST_POSTGRES"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
