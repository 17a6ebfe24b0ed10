package seed

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/examples/shop/database"
)

// batch is how many rows one INSERT has: far fewer round trips than rows, but not many more parameters, since SQLite looks each
// of them up among all the others.
const batch = 50

// A table takes rows and inserts them in batches.
type table struct {
	tx      *sql.Tx
	parent  *table // whose rows ours refer to, and so go first
	name    string
	columns []string
	values  []any
}

func newTable(tx *sql.Tx, name string, columns ...string) *table {
	return &table{tx: tx, name: name, columns: columns}
}

func (t *table) under(parent *table) *table {
	t.parent = parent
	return t
}

func (t *table) add(ctx context.Context, row ...any) error {
	t.values = append(t.values, row...)
	if len(t.values) < batch*len(t.columns) {
		return nil
	}
	return t.flush(ctx)
}

func (t *table) flush(ctx context.Context) error {
	if len(t.values) == 0 {
		return nil
	}
	if t.parent != nil {
		if err := t.parent.flush(ctx); err != nil {
			return err
		}
	}
	rows := database.Placeholders(len(t.values)/len(t.columns), len(t.columns))
	_, err := t.tx.ExecContext(ctx,
		fmt.Sprintf(`INSERT INTO %s (%s) VALUES %s`, t.name, strings.Join(t.columns, ", "), rows), t.values...)
	t.values = t.values[:0]
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return nil
}

func flushAll(ctx context.Context, tables ...*table) error {
	for _, t := range tables {
		if err := t.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}
