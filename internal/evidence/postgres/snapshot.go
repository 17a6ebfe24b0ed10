package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A snapshot is the server's counters at one moment. They grow until somebody resets them.
type snapshot struct {
	at         time.Time
	statements map[int64]counters // by query id
	hidden     bool               // the role may not see other roles' statements
	reset      time.Time          // when all were last reset; zero: not known, before version 14
	forgotten  int64              // how often the least used statements were dropped for want of room
	tables     map[string]tableCounters
}

// counters are those of one statement, over all roles.
type counters struct {
	calls, rows int64
	ms, squares float64 // sums over the calls
	blocks      int64
}

type tableCounters struct {
	live            float64 // rows
	scans, rowsRead int64
}

func (s *server) snapshot(ctx context.Context) (*snapshot, error) {
	n := &snapshot{statements: map[int64]counters{}, tables: map[string]tableCounters{}}
	if s.statements != "" {
		if err := s.readStatements(ctx, n); err != nil {
			pg, ok := errors.AsType[*pgconn.PgError](err)
			if !ok {
				return nil, err
			}
			s.refused = pg.Message // not preloaded, no privilege, or too slow: the rest may still be had
		}
	}
	if err := s.readTables(ctx, n); err != nil {
		return nil, err
	}
	n.at = time.Now()
	return n, nil
}

// readStatements does not ask for texts, which the server keeps in a file and reads whole.
func (s *server) readStatements(ctx context.Context, n *snapshot) error {
	s.refused = ""
	rows, err := s.conn.Query(ctx, fmt.Sprintf(`SELECT %s coalesce(queryid, 0), sum(calls)::bigint, sum(rows)::bigint, sum(total_exec_time),
		sum(calls * (stddev_exec_time ^ 2 + mean_exec_time ^ 2)), sum(shared_blks_hit + shared_blks_read)::bigint
		FROM %s.pg_stat_statements(false) WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) GROUP BY 1`, mark, s.statements))
	if err != nil {
		return err
	}
	var id int64
	var c counters
	_, err = pgx.ForEachRow(rows, []any{&id, &c.calls, &c.rows, &c.ms, &c.squares, &c.blocks}, func() error {
		if id == 0 {
			n.hidden = true
		} else {
			n.statements[id] = c
		}
		return nil
	})
	if err != nil || s.version < 140000 {
		return err
	}
	return s.conn.QueryRow(ctx, fmt.Sprintf(`SELECT %s stats_reset, dealloc FROM %s.pg_stat_statements_info`, mark, s.statements)).Scan(&n.reset, &n.forgotten)
}

func (s *server) readTables(ctx context.Context, n *snapshot) error {
	rows, err := s.conn.Query(ctx, `SELECT `+mark+` CASE t.schemaname WHEN 'public' THEN '' ELSE t.schemaname || '.' END || t.relname,
		greatest(c.reltuples, t.n_live_tup)::float8, t.seq_scan, t.seq_tup_read
		FROM pg_stat_user_tables t JOIN pg_class c ON c.oid = t.relid`)
	if err != nil {
		return err
	}
	var name string
	var c tableCounters
	_, err = pgx.ForEachRow(rows, []any{&name, &c.live, &c.scans, &c.rowsRead}, func() error {
		n.tables[name] = c
		return nil
	})
	return err
}
