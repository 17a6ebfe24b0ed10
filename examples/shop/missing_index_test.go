package shop_test

import (
	"database/sql"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

func TestMissingIndexDropsAndRestoresIndexes(t *testing.T) {
	eachWay(t, "missing-index", func(c *client, database string, on bool) {
		for _, name := range []string{"line_items_order_idx", "search_terms_term_category_idx"} {
			if got := hasIndex(c.t, database, name); got == on {
				c.t.Errorf("on: %t, there is a %s: %t", on, name, got)
			}
		}
		for _, name := range []string{"orders_user_idx", "products_category_idx"} { // of the first migration
			if !hasIndex(c.t, database, name) {
				c.t.Errorf("on: %t, there is no %s", on, name)
			}
		}
	})
}

// hasIndex looks into the database behind the shop's back.
func hasIndex(t *testing.T, database, name string) bool {
	t.Helper()
	driver, query := "sqlite", `SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name = $1`
	if strings.HasPrefix(database, "postgres") {
		driver, query = "pgx", `SELECT count(*) FROM pg_indexes WHERE indexname = $1`
	}
	db, err := sql.Open(driver, database)
	check(t, err)
	defer db.Close()
	var count int
	check(t, db.QueryRowContext(t.Context(), query, name).Scan(&count))
	return count == 1
}
