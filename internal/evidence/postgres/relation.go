package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A relation is what the catalog knows of a table. Names of columns are quoted where they must be, as the server writes them in plans.
type relation struct {
	name     string // quoted, without the schema where that is public
	rows     float64
	types    map[string]string
	distinct map[string]float64 // values of a column, as estimated
	indexes  []existing
}

// An existing index.
type existing struct {
	name    string
	keys    []string // columns and expressions, in order
	valid   bool     // false: an unfinished CREATE INDEX CONCURRENTLY
	partial bool
}

func (s *server) relation(ctx context.Context, schema, table string) (*relation, error) {
	r := &relation{types: map[string]string{}, distinct: map[string]float64{}}
	var oid uint32
	err := s.conn.QueryRow(ctx, `SELECT c.oid, CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
		greatest(c.reltuples, coalesce(pg_stat_get_live_tuples(c.oid), 0))::float8
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`, schema, table).Scan(&oid, &r.name, &r.rows)
	if err != nil {
		return nil, err
	}
	rows, err := s.conn.Query(ctx, `SELECT quote_ident(a.attname), format_type(a.atttypid, NULL), coalesce(CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * $2::float8 ELSE s.n_distinct END, 0)::float8
		FROM pg_attribute a LEFT JOIN pg_stats s ON s.schemaname = $3 AND s.tablename = $4 AND s.attname = a.attname AND NOT s.inherited
		WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped`, oid, r.rows, schema, table)
	if err != nil {
		return nil, err
	}
	var column, kind string
	var distinct float64
	if _, err = pgx.ForEachRow(rows, []any{&column, &kind, &distinct}, func() error {
		r.types[column], r.distinct[column] = kind, distinct
		return nil
	}); err != nil {
		return nil, err
	}
	rows, err = s.conn.Query(ctx, `SELECT i.indexrelid::regclass::text, i.indisvalid, i.indpred IS NOT NULL,
		ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) k)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam WHERE i.indrelid = $1 AND m.amname = 'btree' ORDER BY 1`, oid)
	if err != nil {
		return nil, err
	}
	r.indexes, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e existing, err error) {
		return e, row.Scan(&e.name, &e.valid, &e.partial, &e.keys)
	})
	return r, err
}

// free reports whether casting a column to a type costs no index: the server compares varchar as text anyway.
func (r *relation) free(column, to string) bool {
	return r.types[column] == "character varying" && to == "text"
}

// led is the index whose first key is a column, a valid one before others; nil: there is none.
func (r *relation) led(column string) *existing {
	var found *existing
	for i := range r.indexes {
		if e := &r.indexes[i]; e.keys[0] == column && !e.partial && (found == nil || e.valid && !found.valid) {
			found = e
		}
	}
	return found
}

// has reports whether an index begins with the keys.
func (r *relation) has(keys []string) bool {
	return slices.ContainsFunc(r.indexes, func(e existing) bool {
		return e.valid && !e.partial && len(e.keys) >= len(keys) && slices.Equal(e.keys[:len(keys)], keys)
	})
}

// create is the statement that makes an index.
func (r *relation) create(keys []string) string {
	parts := make([]string, len(keys))
	for i, key := range keys {
		parts[i] = key
		if _, column := r.types[key]; !column && !callOf.MatchString(key) && !strings.HasSuffix(key, " DESC") {
			parts[i] = "(" + key + ")" // an expression
		}
	}
	return "CREATE INDEX ON " + r.name + " (" + strings.Join(parts, ", ") + ")"
}
