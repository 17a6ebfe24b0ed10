package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A database is a fresh one, with the extensions, and with a role that may look and no more.
type database struct {
	*testing.T
	name, role string
	app        *pgx.Conn // the service's connection
}

func fresh(t *testing.T) *database {
	t.Helper()
	server := os.Getenv("TIDEMARK_TEST_POSTGRES")
	if server == "" {
		t.Skip("TIDEMARK_TEST_POSTGRES names no PostgreSQL server (postgres://user@host:port/database); scripts/test starts one")
	}
	d := &database{T: t, name: "evidence_" + strings.ToLower(rand.Text()), role: "looker_" + strings.ToLower(rand.Text())}
	root := d.dial(server)
	d.exec(root, "CREATE DATABASE "+d.name)
	d.exec(root, "CREATE ROLE "+d.role+" LOGIN; GRANT pg_monitor, pg_read_all_data TO "+d.role)
	t.Cleanup(func() {
		root := d.dial(server)
		d.exec(root, "DROP DATABASE "+d.name+" WITH (FORCE)")
		d.exec(root, "DROP ROLE "+d.role)
	})
	d.app = d.dial(d.url("postgres"))
	d.exec(d.app, "CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hypopg")
	return d
}

// url is the database's, for a role.
func (d *database) url(role string) string {
	u, err := url.Parse(os.Getenv("TIDEMARK_TEST_POSTGRES"))
	if err != nil {
		d.Fatal(err)
	}
	if role == "postgres" {
		role = u.User.Username()
	}
	u.User, u.Path = url.User(role), "/"+d.name
	return u.String()
}

func (d *database) dial(to string) *pgx.Conn {
	d.Helper()
	conn, err := pgx.Connect(context.Background(), to)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func (d *database) exec(conn *pgx.Conn, sql string, args ...any) {
	d.Helper()
	if len(args) == 0 {
		if _, err := conn.PgConn().Exec(context.Background(), sql).ReadAll(); err != nil {
			d.Fatalf("%s: %v", sql, err)
		}
		return
	}
	rows, err := conn.Query(context.Background(), sql, args...)
	if err == nil {
		rows.Close()
		err = rows.Err()
	}
	if err != nil {
		d.Fatalf("%s: %v", sql, err)
	}
}

// collect is the evidence of what load does, as of so many requests.
func (d *database) collect(role string, requests int64, load func(c *Collector)) bench.Evidence {
	d.Helper()
	c, err := New(d.url(role))
	if err != nil {
		d.Fatal(err)
	}
	span := evidence.Span{From: time.Now(), Requests: requests}
	c.Begin(d.Context(), &bench.Scenario{})
	span.From = time.Now().Add(-time.Microsecond)
	if c.before != nil {
		span.From = c.before.at // so that the span is the collector's own, and divisions come out even
	}
	load(c)
	span.To = time.Now()
	e := c.End(d.Context(), span)
	if err := c.Close(); err != nil {
		d.Error(err)
	}
	return e
}

// looks waits until the collector has looked so many times more.
func (d *database) looks(more int) {
	d.Helper()
	count := func() (n int) {
		err := d.app.QueryRow(context.Background(), `SELECT coalesce(sum(calls), 0)::int FROM pg_stat_statements s JOIN pg_database b ON b.oid = s.dbid
			WHERE b.datname = $1 AND query LIKE '%tidemark%pg_stat_activity%' AND query NOT LIKE '%pg_stat_statements%'`, d.name).Scan(&n)
		if err != nil {
			d.Fatal(err)
		}
		return n
	}
	for end := count() + more; count() < end; time.Sleep(10 * time.Millisecond) {
		if d.Context().Err() != nil {
			d.Fatal("the collector does not look")
		}
	}
}

func (d *database) statement(e bench.Evidence, part string) bench.Statement {
	d.Helper()
	for _, s := range e.Database.Statements {
		if strings.Contains(s.Query, part) {
			return s
		}
	}
	d.Fatalf("no statement with %q in %+v", part, e.Database.Statements)
	return bench.Statement{}
}

// shop makes the tables of an example, large enough for an index to matter.
func (d *database) shop() {
	d.Helper()
	d.exec(d.app, `
		CREATE TABLE products (id int PRIMARY KEY, category text NOT NULL, name text NOT NULL, price int NOT NULL, email varchar(200));
		INSERT INTO products SELECT i, 'category ' || i % 500, 'product ' || i, i % 97, 'User' || i || '@shop.example' FROM generate_series(1, 40000) i;
		CREATE INDEX products_email ON products (email);
		CREATE TABLE line_items (order_id int NOT NULL, product_id int NOT NULL);
		INSERT INTO line_items SELECT i / 4, i % 40000 FROM generate_series(1, 80000) i;
		CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL);
		INSERT INTO orders SELECT i, i % 400 FROM generate_series(1, 20000) i;
		CREATE INDEX orders_user ON orders (user_id);
		ANALYZE`)
}

func TestWhatStatementsDoForARequest(t *testing.T) {
	d := fresh(t)
	d.shop()
	e := d.collect(d.role, 10, func(*Collector) {
		for i := range 10 {
			d.exec(d.app, "SELECT id FROM orders WHERE user_id = $1 /*code.filepath='orders%2Fhistory.go',code.lineno='42'*/", i)
			for j := range 3 {
				d.exec(d.app, "SELECT product_id FROM line_items WHERE order_id = $1 LIMIT 4", 40*i+j+1)
			}
		}
		d.looks(2)
	})
	if e.Missing != "" || e.Source != bench.FromPostgres {
		t.Fatalf("%+v", e)
	}
	// 10 requests: one query of orders each, of 50 rows; three of line_items, of 4 rows. The span is a little shorter than the time between the
	// snapshots, so the numbers are exact.
	if s := d.statement(e, "FROM orders"); s.Calls != 1 || s.Rows != 50 || s.Each <= 0 || s.Read <= 0 || s.Code == nil || s.Code.File != "orders/history.go" || s.Code.Line != 42 || strings.Contains(s.Query, "*/") {
		t.Errorf("%+v", s)
	}
	items := d.statement(e, "FROM line_items")
	if items.Calls != 3 || items.Rows != 4 {
		t.Errorf("%+v", items)
	}
	if len(items.Scans) != 1 || items.Scans[0].Table != "line_items" || items.Scans[0].Filter != "(line_items.order_id = $1)" || items.Scans[0].Rows != 80000 {
		t.Errorf("%+v", items.Scans)
	}
	if want := "Limit\n  Seq Scan on line_items (line_items.order_id = $1)"; items.Plan != want {
		t.Errorf("plan %q, want %q", items.Plan, want)
	}
	for _, s := range e.Database.Statements {
		if ours(s.Query) || strings.Contains(s.Query, "pg_stat_activity") {
			t.Errorf("our own statement is in the evidence: %s", s.Query)
		}
	}
	if e.Database.Looks < 2 {
		t.Errorf("%d looks", e.Database.Looks)
	}
	if len(e.Database.Gaps) > 0 {
		t.Errorf("gaps: %v", e.Database.Gaps)
	}
}

// Half of the calls take 20 ms and the others nothing: both the mean and the standard deviation are 10 ms. What came before the load does not count.
func TestHowMuchAStatementVaries(t *testing.T) {
	d := fresh(t)
	const sleep = "SELECT pg_sleep($1::float8)"
	d.exec(d.app, sleep, 0.2)
	e := d.collect(d.role, 10, func(*Collector) {
		for i := range 10 {
			d.exec(d.app, sleep, 0.02*float64(i%2))
		}
	})
	if s := d.statement(e, "pg_sleep"); s.Deviation < s.Each/2 || s.Deviation > 2*s.Each {
		t.Errorf("%+v", s)
	}
}

func TestIndexes(t *testing.T) {
	d := fresh(t)
	d.shop()
	for query, c := range map[string]struct {
		args           []any
		create, exists string
	}{
		"SELECT name FROM products WHERE category = $1":                                                                     {[]any{"a"}, "CREATE INDEX ON products (category)", ""},
		"SELECT name FROM products WHERE category = $1 AND price > $2":                                                      {[]any{"a", 5}, "CREATE INDEX ON products (category, price)", ""},
		"SELECT name FROM products WHERE category = ANY ($1)":                                                               {[]any{[]string{"a"}}, "CREATE INDEX ON products (category)", ""},
		"SELECT name FROM products ORDER BY price DESC, id LIMIT 20":                                                        {nil, "CREATE INDEX ON products (price DESC, id)", ""},
		"SELECT name FROM products WHERE lower(email) = $1":                                                                 {[]any{"a"}, "CREATE INDEX ON products (lower((email)::text))", "products_email"},
		"SELECT name FROM products WHERE email = $1":                                                                        {[]any{"a"}, "", ""},
		"SELECT name FROM products WHERE id = $1":                                                                           {[]any{1}, "", ""},
		"SELECT name FROM products WHERE id::text = $1":                                                                     {[]any{"1"}, "CREATE INDEX ON products (((id)::text))", "products_pkey"},
		"SELECT count(*) FROM products":                                                                                     {nil, "", ""},
		"SELECT o.id, l.product_id FROM orders o JOIN line_items l ON l.order_id = o.id WHERE o.user_id = $1":               {[]any{1}, "CREATE INDEX ON line_items (order_id)", ""},
		"UPDATE line_items SET product_id = product_id WHERE order_id = $1":                                                 {[]any{1}, "CREATE INDEX ON line_items (order_id)", ""},
		"SELECT order_id FROM line_items WHERE order_id IN (SELECT id FROM orders WHERE user_id = $1 ORDER BY id LIMIT $2)": {[]any{1, 10}, "CREATE INDEX ON line_items (order_id)", ""},
		"SELECT name FROM products WHERE email LIKE $1":                                                                     {[]any{"%@shop.example"}, "", "products_email"},
	} {
		e := d.collect(d.role, 1, func(*Collector) {
			for range 3 {
				d.exec(d.app, query, c.args...)
			}
		})
		if e.Database == nil {
			t.Fatalf("%+v", e)
		}
		var got bench.Index
		if len(e.Database.Indexes) > 0 {
			got = e.Database.Indexes[0]
		}
		if got.Create != c.create || got.Exists != c.exists || len(e.Database.Gaps) > 0 {
			t.Errorf("%s: %+v, want %+v; gaps %v; %+v", query, got, c, e.Database.Gaps, e.Database.Statements)
		}
		if got.Create != "" && !(got.After > 0 && got.After <= got.Before/2) {
			t.Errorf("%s: cost %v -> %v proves nothing", query, got.Before, got.After)
		}
	}
}

func TestWithoutHypoPGAnIndexIsSuspected(t *testing.T) {
	d := fresh(t)
	d.shop()
	d.exec(d.app, "DROP EXTENSION hypopg")
	e := d.collect(d.role, 1, func(*Collector) { d.exec(d.app, "SELECT name FROM products WHERE category = $1", "a") })
	if len(e.Database.Indexes) != 1 || e.Database.Indexes[0].Create != "CREATE INDEX ON products (category)" || e.Database.Indexes[0].After != 0 {
		t.Errorf("%+v", e.Database.Indexes)
	}
	if gaps := strings.Join(e.Database.Gaps, "\n"); !strings.Contains(gaps, "CREATE EXTENSION hypopg") {
		t.Errorf("gaps: %s", gaps)
	}
}

func TestLocks(t *testing.T) {
	d := fresh(t)
	d.shop()
	holder, waiter := d.dial(d.url("postgres")), d.dial(d.url("postgres"))
	e := d.collect(d.role, 1, func(*Collector) {
		d.exec(holder, "BEGIN; UPDATE products SET category = 'a secret' WHERE id = 7")
		waited := make(chan error, 1)
		go func() {
			_, err := waiter.Exec(context.Background(), "UPDATE products SET category = 'one more' WHERE id = 7")
			waited <- err
		}()
		for blocked := 0; blocked == 0; {
			if err := d.app.QueryRow(context.Background(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").Scan(&blocked); err != nil {
				t.Fatal(err)
			}
		}
		d.looks(3)
		d.exec(holder, "COMMIT")
		if err := <-waited; err != nil {
			t.Error(err)
		}
	})
	var lock *bench.Wait
	for i, w := range e.Database.Waits {
		if strings.HasPrefix(w.Event, "Lock:") {
			lock = &e.Database.Waits[i]
		}
	}
	if lock == nil || lock.Share <= 0 || lock.Share > 1 || !strings.HasPrefix(lock.Query, "UPDATE products") || !strings.HasPrefix(lock.Blocking, "idle in transaction: ") {
		t.Fatalf("%+v", e.Database.Waits)
	}
	if e.Database.Idle <= 0 {
		t.Errorf("idle in transaction: %v", e.Database.Idle)
	}
	if all := fmt.Sprint(e.Database); strings.Contains(all, "a secret") || strings.Contains(all, "one more") {
		t.Errorf("values of statements are in the evidence: %s", all)
	}
}

func TestWhatCannotBeHad(t *testing.T) {
	d := fresh(t)
	d.shop()
	plain := "plain_" + strings.ToLower(rand.Text())
	d.exec(d.app, "CREATE ROLE "+plain+" LOGIN")
	t.Cleanup(func() { d.exec(d.dial(d.url("postgres")), "DROP ROLE "+plain) })
	query := func(*Collector) { d.exec(d.app, "SELECT name FROM products WHERE category = $1", "a") }
	reset := func(*Collector) {
		d.exec(d.app, "SELECT id FROM orders WHERE user_id = 1")
		d.exec(d.app, "SELECT pg_stat_statements_reset()")
		d.exec(d.app, "SELECT id FROM orders WHERE user_id = 1")
	}
	cut := func(c *Collector) {
		query(c)
		d.exec(d.app, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tidemark' AND datname = current_database()")
		<-c.watch.ended
	}
	for name, c := range map[string]struct {
		role    string
		before  string
		load    func(*Collector)
		missing string // "": there is evidence
		gap     string
	}{
		"no such role":                {"nobody", "", query, "CREATE ROLE nobody LOGIN", ""},
		"a role that may see nothing": {plain, "REVOKE pg_read_all_stats FROM " + plain, query, "", "GRANT pg_read_all_stats TO " + plain},
		"one that may not plan":       {plain, "GRANT pg_read_all_stats TO " + plain, query, "", "GRANT pg_read_all_data TO " + plain},
		"reset in between":            {d.role, "", reset, "", "was reset while the load ran"},
		"a connection that is cut":    {d.role, "", cut, "", "looking at sessions ended early"},
		"no pg_stat_statements":       {d.role, "DROP EXTENSION pg_stat_statements", func(*Collector) {}, "", "CREATE EXTENSION pg_stat_statements"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.before != "" {
				d.exec(d.app, c.before)
				t.Cleanup(func() { d.exec(d.app, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements") })
			}
			e := d.collect(c.role, 1, c.load)
			if (e.Missing == "") != (c.missing == "") || !strings.Contains(e.Missing, c.missing) {
				t.Fatalf("missing %q, want %q", e.Missing, c.missing)
			}
			if c.missing != "" {
				return
			}
			if gaps := strings.Join(e.Database.Gaps, "\n"); !strings.Contains(gaps, c.gap) {
				t.Errorf("gaps: %s", gaps)
			}
		})
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	c, err := New("postgres://looker:secret@127.0.0.1:1/shop")
	if err != nil {
		t.Fatal(err)
	}
	c.Begin(t.Context(), &bench.Scenario{})
	e := c.End(t.Context(), evidence.Span{Requests: 1})
	if !strings.Contains(e.Missing, "connect") || strings.Contains(e.Missing, "secret") || e.Database != nil {
		t.Errorf("%+v", e)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := New("postgres://x:secret@host:port/"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}
