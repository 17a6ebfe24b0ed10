package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// application is how our own sessions are known in pg_stat_activity, and left out.
const application = "tidemark"

// mark stands in each statement that we send while the load runs, so that it is known in pg_stat_statements and left out.
const mark = "/* tidemark */"

// A server is a connection, and what the server behind it can tell.
type server struct {
	conn       *pgx.Conn
	user       string
	version    int    // as 150018
	statements string // schema of pg_stat_statements; empty: not installed
	hypopg     string // schema of HypoPG; empty: not installed
	refused    string // why statements cannot be read though the extension is there
	texts      map[int64]string
}

// session makes a session harmless: it reads, gives up soon, waits for nobody's lock, and plans as for any parameters. Schemas that a
// service uses without naming them are on its own search path and not on ours, so ours has all of them.
const session = `
	SET application_name = '` + application + `';
	SET default_transaction_read_only = on;
	SET statement_timeout = '3s';
	SET lock_timeout = '500ms';
	SET plan_cache_mode = force_generic_plan;
	SELECT set_config('search_path', 'public' || coalesce((SELECT string_agg(', ' || quote_ident(nspname), '' ORDER BY nspname)
		FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')), ''), false)`

func connect(ctx context.Context, config *pgx.ConnConfig) (*server, error) {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	s := &server{conn: conn, user: config.User}
	if err := s.inspect(ctx); err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return s, nil
}

// least is the oldest version whose statistics have the names that are asked for.
const least = 13

// inspect prepares the session and finds out what there is.
func (s *server) inspect(ctx context.Context) error {
	if _, err := s.conn.PgConn().Exec(ctx, session).ReadAll(); err != nil {
		return err
	}
	// auto_explain stumbles over hypothetical indexes. Only some roles may switch it off, and most servers do not have it.
	_, _ = s.conn.Exec(ctx, `SET auto_explain.log_min_duration = -1`)
	if err := s.conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int`).Scan(&s.version); err != nil {
		return err
	}
	if s.version < least*10000 {
		return fmt.Errorf("version %d is too old; %d is the least that can be asked", s.version/10000, least)
	}
	rows, err := s.conn.Query(ctx, `SELECT e.extname, quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
		WHERE e.extname IN ('pg_stat_statements', 'hypopg')`)
	if err != nil {
		return err
	}
	var name, schema string
	_, err = pgx.ForEachRow(rows, []any{&name, &schema}, func() error {
		if name == "hypopg" {
			s.hypopg = schema
		} else {
			s.statements = schema
		}
		return nil
	})
	return err
}

// gaps are what the server cannot tell, with what would make it.
func (s *server) gaps() []string {
	var gaps []string
	switch {
	case s.statements == "":
		gaps = append(gaps, "statements: pg_stat_statements is not installed in this database: add it to shared_preload_libraries in postgresql.conf, restart, and CREATE EXTENSION pg_stat_statements")
	case s.refused != "":
		gaps = append(gaps, "statements: "+s.refused)
	}
	if s.hypopg == "" {
		gaps = append(gaps, "indexes: HypoPG is not installed, so that a missing index can be suspected and not proved: install the package postgresql-…-hypopg, and CREATE EXTENSION hypopg (no restart)")
	}
	return gaps
}
