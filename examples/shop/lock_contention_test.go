package shop_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

// An order locks no more than it must, and no longer; with the fault it takes the lock that all others need first, and does
// everything else under it.
func TestLockContentionLocksFirst(t *testing.T) {
	eachWay(t, "lock-contention", func(c *client, spans *collector, _ string, on bool) {
		_, trace := c.traced(spans, "POST", "/api/v1/orders", `{"user_id":1,"line_items":[{"product_id":1,"quantity":1}]}`)
		var done []string
		for _, s := range trace {
			switch text := s.about["db.query.text"]; {
			case text != "":
				done = append(done, strings.Join(strings.Fields(text)[:2], " "))
			case strings.HasPrefix(s.name, "sql."):
				done = append(done, s.name)
			}
		}
		want := []string{"SELECT id,", "sql.conn.begin_tx", "UPDATE stock", "INSERT INTO", "INSERT INTO", "sql.tx.commit"}
		if on {
			want = []string{
				"sql.conn.begin_tx", "UPDATE order_numbers", "SELECT id,", "UPDATE stock", "INSERT INTO", "INSERT INTO",
				"UPDATE orders", "SELECT id,", "SELECT product_id,", "sql.tx.commit",
			}
		}
		if !slices.Equal(done, want) {
			c.t.Errorf("on: %t, %q, want %q", on, done, want)
		}
	})
}

func TestLockContentionNumbersOrders(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database, Faults: []string{"lock-contention"}})
		c.buy(1, 7).is(201)
		c.buy(1_000_000, 7).refuses(409) // leaves no gap
		if got := as[order](c.buy(1, 7).is(201)); got.Number != 2 || c.history(1)[0].Number != 2 {
			t.Errorf("%+v, want the number 2", got)
		}
		c.admin("POST", "/reset").is(204)
		if got := as[order](c.buy(1, 7).is(201)).Number; got != 1 {
			t.Errorf("the number after a reset is %d", got)
		}
	})
}

// Whoever holds the row of numbers holds up every order, and on PostgreSQL no order of a healthy shop.
func TestLockContentionMakesOrdersWait(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		_, isPostgres := strings.CutPrefix(database, "postgres")
		if isPostgres {
			release := holdNumbers(t, database)
			c.buy(1, 7).is(201)
			release()
		}
		c.turn("lock-contention", true)
		release := holdNumbers(t, database)
		placed := make(chan answer, 1)
		go func() { placed <- c.buy(1, 8) }()
		eventually(t, "an order waits in the database", func() bool {
			if isPostgres {
				return queryOne(t, database, `SELECT count(*) FROM pg_stat_activity
					WHERE application_name = 'shop' AND wait_event_type = 'Lock' AND query LIKE 'UPDATE order_numbers%'`) == "1"
			}
			return strings.Contains(string(c.get("/metrics").body), "\n"+`go_sql_in_use_connections{db_name="read"} 1`)
		})
		select {
		case a := <-placed:
			t.Errorf("an order did not wait: %d %s", a.status, a.body)
		default:
		}
		release()
		(<-placed).is(201)
	})
}

// holdNumbers is another order that takes its time.
func holdNumbers(t *testing.T, database string) (release func()) {
	t.Helper()
	conn, err := behind(t, database).Conn(t.Context())
	check(t, err)
	exec := func(statement string) {
		t.Helper()
		_, err := conn.ExecContext(t.Context(), statement)
		check(t, err)
	}
	exec(`BEGIN`)
	exec(`UPDATE order_numbers SET last = last + 1`)
	return func() {
		exec(`ROLLBACK`)
		check(t, conn.Close())
	}
}
