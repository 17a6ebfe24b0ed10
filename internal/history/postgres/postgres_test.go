package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/historytest"
)

func place(ctx context.Context, url string) (history.Store, error) { return Open(ctx, url) }

func TestMain(m *testing.M) { historytest.Main(m, place) }

// fresh is the URL of an empty database, which is dropped after the test.
func fresh(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TIDEMARK_TEST_POSTGRES")
	if server == "" {
		t.Skip("TIDEMARK_TEST_POSTGRES names no PostgreSQL server (postgres://user@host:port/database); scripts/test starts one")
	}
	name := "history_test_" + strings.ToLower(rand.Text())
	execute(t.Context(), t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(context.Background(), t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// with is a URL with one more option.
func with(t testing.TB, database, option, value string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	options := u.Query()
	options.Set(option, value)
	u.RawQuery = options.Encode()
	return u.String()
}

func execute(ctx context.Context, t testing.TB, database string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func ask(t testing.TB, database, question string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(context.Background(), question).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return answer
}

func opened(t testing.TB, database string) *Store {
	t.Helper()
	s, err := Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func run(hours int) *bench.Run {
	return historytest.Run(hours, "aaaa1111", "main", bench.Pass, time.Millisecond)
}

// Each store has a schema of its own in the same database.
func TestConformance(t *testing.T) {
	database := fresh(t)
	var making sync.Mutex
	historytest.Conform(t, func(ctx context.Context, name string) (history.Store, error) {
		making.Lock()
		execute(context.WithoutCancel(ctx), t, database, "CREATE SCHEMA IF NOT EXISTS "+name)
		making.Unlock()
		return Open(ctx, with(t, database, "search_path", name))
	})
}

// A pooler that gives each transaction another connection forgets prepared statements.
func TestWithoutPreparedStatements(t *testing.T) {
	for _, mode := range []string{"exec", "simple_protocol"} {
		s := opened(t, with(t, fresh(t), "default_query_exec_mode", mode))
		if err := s.Add(t.Context(), run(1), run(2)); err != nil {
			t.Fatal(err)
		}
		q := history.Query{Branch: "main", Commit: "aaaa", Since: time.Unix(0, 0), Until: time.Now(), Scenario: "a", Limit: 5}
		all, err := s.List(t.Context(), q)
		if err != nil || len(all) != 2 {
			t.Errorf("%s: %v, %v", mode, all, err)
		}
		points, err := s.Series(t.Context(), "a", "p95", q)
		if err != nil || len(points) != 2 {
			t.Errorf("%s: %v, %v", mode, points, err)
		}
		if _, err := s.Run(t.Context(), run(1).ID); err != nil {
			t.Errorf("%s: %v", mode, err)
		}
		if err := s.Delete(t.Context(), run(1).ID, run(2).ID); err != nil {
			t.Errorf("%s: %v", mode, err)
		}
	}
}

func TestAKilledWriterLeavesTheDatabaseInOrder(t *testing.T) {
	historytest.Killed(t, place, fresh(t), func(*testing.T) {})
}

func TestMigrationsGoBothWays(t *testing.T) {
	database := fresh(t)
	s := opened(t, database)
	db := stdlib.OpenDBFromPool(s.pool)
	defer db.Close()
	p, err := newProvider(db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if left := ask(t, database, `SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'public'`); left != versionTable {
		t.Errorf("left %s", left)
	}
	if err := opened(t, database).Add(t.Context(), run(1)); err != nil {
		t.Fatal(err)
	}
}

func TestANewerDatabaseIsAClearError(t *testing.T) {
	database := fresh(t)
	opened(t, database)
	execute(t.Context(), t, database, `INSERT INTO `+versionTable+` (version_id, is_applied) VALUES (99, true)`)
	for _, open := range []func(context.Context, string) (*Store, error){Open, Existing} {
		if _, err := open(t.Context(), database); !errors.Is(err, history.ErrNewer) || !strings.Contains(err.Error(), "its format is 99, and this one knows up to 2; update tidemark") {
			t.Errorf("%v", err)
		}
	}
}

func TestADatabaseIsShared(t *testing.T) {
	database := fresh(t)
	execute(t.Context(), t, database, "CREATE TABLE runs (id INT)", "CREATE TABLE results (id INT)", "CREATE TABLE goose_db_version (id INT)", "INSERT INTO runs VALUES (7)")
	s := opened(t, with(t, database, "pool_max_conns", "1"))
	if err := s.Add(t.Context(), run(1)); err != nil {
		t.Fatal(err)
	}
	const others = `SELECT count(*)::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND relname NOT LIKE 'tidemark\_%'`
	if n := ask(t, database, others); n != "3" {
		t.Errorf("%s names are not tidemark's, want the 3 that were there", n)
	}
	if id := ask(t, database, "SELECT id::text FROM runs"); id != "7" {
		t.Errorf("the table of another has %s", id)
	}
}

func TestReadingMakesNoTables(t *testing.T) {
	database := fresh(t)
	if _, err := Existing(t.Context(), database); !errors.Is(err, history.ErrNone) {
		t.Errorf("%v", err)
	}
	if n := ask(t, database, `SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'`); n != "0" {
		t.Errorf("%s tables are there", n)
	}
}

// roles are the server's, so that their names are drawn too.
func role(t *testing.T, database string, grants ...string) (url string) {
	t.Helper()
	name := "history_test_" + strings.ToLower(rand.Text())
	execute(t.Context(), t, database, "CREATE ROLE "+name+" LOGIN")
	t.Cleanup(func() { execute(context.Background(), t, database, "DROP OWNED BY "+name, "DROP ROLE "+name) })
	for _, grant := range grants {
		execute(t.Context(), t, database, grant+" TO "+name)
	}
	return with(t, database, "user", name)
}

func TestWhoMayOnlyReadCanRead(t *testing.T) {
	database := fresh(t)
	s := opened(t, database)
	if err := s.Add(t.Context(), run(1)); err != nil {
		t.Fatal(err)
	}
	reader := opened(t, role(t, database, "GRANT SELECT ON ALL TABLES IN SCHEMA public"))
	if all, err := reader.List(t.Context(), history.Query{}); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
	if err := reader.Add(t.Context(), run(2)); err == nil || errors.Is(err, history.ErrUnreachable) || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("%v", err)
	}
	reader.Close() // before its role goes
}

func TestTablesThatMayNotBeMade(t *testing.T) {
	database := fresh(t)
	execute(t.Context(), t, database, "REVOKE CREATE ON SCHEMA public FROM public") // as it is from PostgreSQL 15 on
	for _, url := range []string{role(t, database), with(t, database, "search_path", "nowhere")} {
		if s, err := Open(t.Context(), url); err == nil || !strings.Contains(err.Error(), "GRANT CREATE ON SCHEMA") {
			t.Errorf("%v, %v", s, err)
		}
	}
}

func TestAServerThatCannotBeHad(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := taken.Addr().String()
	taken.Close()
	if _, err := Open(t.Context(), "postgres://me:hunter22@"+closed+"/runs?sslmode=disable"); !errors.Is(err, history.ErrUnreachable) ||
		!strings.Contains(err.Error(), "postgres://"+closed+"/runs") || strings.Contains(err.Error(), "hunter22") {
		t.Errorf("%v", err)
	}
	database := fresh(t)
	u, _ := url.Parse(database)
	u.Path += "_not"
	if _, err := Open(t.Context(), u.String()); !errors.Is(err, history.ErrUnreachable) || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("no such database: %v", err)
	}
	if _, err := Open(t.Context(), with(t, database, "user", "nobody_of_that_name")); !errors.Is(err, history.ErrUnreachable) || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("no such user: %v", err)
	}
}

// A server that restarts takes the connections with it; the store finds it again.
func TestConnectionsThatAreLost(t *testing.T) {
	database := fresh(t)
	s := opened(t, database)
	for range 3 {
		execute(t.Context(), t, database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		err := s.Add(t.Context(), run(1))
		if err != nil && !errors.Is(err, history.ErrUnreachable) {
			t.Errorf("%v", err)
		}
	}
	if err := s.Add(t.Context(), run(1)); err != nil {
		t.Error(err)
	}
}

func TestAPasswordIsNeverTold(t *testing.T) {
	for _, u := range []string{
		"postgres://me:SECRET@db.example/runs", "postgresql://me:SECRET@db.example:5432/runs?sslmode=nonsense", "postgres://me@db.example/runs?password=SECRET",
		"postgres://me@db.example/runs?pass%77ord=SECRET&sslmode=nonsense", "postgres://me:SECRET%zz@db.example/runs", "postgres://me:SEC@SECRET@db.example/runs",
		"postgres://me:x/SECRET@db.example/runs", "postgres://me:1?SECRET@db.example/runs", "postgres://me:1#SECRET@db.example/runs", "postgres://me:SECRET",
		"postgres://me:SECRET/runs", "postgres://[::1]:SECRET@db.example/runs", "postgres://h1,me:SECRET/runs", "http://me:SECRET@db.example/", "SECRET",
		"postgres://me:SECRET@db.example/runs?connect_timeout=long", "postgres://me:SECRET@db.example/runs?=", "postgres://me:SECRET@db.example/runs?a b",
		"postgres://me:SECRET@[db.example/runs", "postgres://me:SECRET@db.example/runs?sslmode=verify-full&sslrootcert=/nowhere&sslpassword=SECRET", "postgres://me:SECRET@",
	} {
		shown, err := Shown(u)
		if told := fmt.Sprint(shown, err); strings.Contains(told, "SECRET") {
			t.Errorf("%s: %s", u, told)
		}
		if err != nil && !errors.Is(err, history.ErrLocation) {
			t.Errorf("%s: %v", u, err)
		}
	}
	for u, want := range map[string]string{
		"postgres://me:SECRET@db.example/runs": "postgres://db.example:5432/runs", "postgresql://me@[::1]:5433/runs?sslmode=disable": "postgres://[::1]:5433/runs",
		"postgres://me:SECRET@one:1,two:2/runs": "postgres://one:1/runs", "postgres://me@/runs?host=/run/pg": "postgres:///runs?host=/run/pg",
	} {
		if got, err := Shown(u); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", u, got, err, want)
		}
	}
}

func FuzzAPasswordIsNeverTold(f *testing.F) {
	for _, p := range []string{"a", "@", "/", "?", "#", ":", "%", "%4", "[", ",", " ", "=", "&"} {
		f.Add(p, p)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "QqSECRETqQ"
		for _, u := range []string{"postgres://me:" + before + secret + after + "@db.example:5432/runs", "postgres://me@db.example/runs?password=" + secret + after + "&sslmode=" + before} {
			shown, err := Shown(u)
			if told := fmt.Sprint(shown, err); strings.Contains(told, secret) {
				t.Errorf("%s: %s", u, told)
			}
		}
	})
}

// A million results: ten endpoints, 100,000 runs each. The last ten of one are read from the end of an index.
func BenchmarkLastTenOfAMillion(b *testing.B) {
	s := opened(b, fresh(b))
	for _, statement := range []string{
		`INSERT INTO tidemark_runs SELECT lpad(n::text, 26, '0'), 's', to_timestamp(n), n::text, 'main', 'x', false, 'http://a', false, 'pass', 10, '' FROM generate_series(1, 100000) n`,
		`INSERT INTO tidemark_results SELECT 'endpoint-' || e, to_timestamp(n), lpad(n::text, 26, '0'), true` + strings.Repeat(", random()", len(bench.Metrics)) + `
			FROM generate_series(1, 100000) n, generate_series(0, 9) e`,
	} {
		if _, err := s.pool.Exec(b.Context(), statement); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for b.Loop() {
		if points, err := s.Series(b.Context(), "endpoint-3", "p95", history.Query{Branch: "main", Limit: 10}); err != nil || len(points) != 10 {
			b.Fatal(points, err)
		}
	}
}
