package mysql

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

var root *url.URL // a server's root, if there is one

func TestMain(m *testing.M) {
	stop, err := start()
	if err != nil {
		stop()
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	stop()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// start finds a server: the one of TIDEMARK_TEST_MYSQL (mysql://root@host:port/), or a throw-away MariaDB if one is installed, which takes
// two seconds. Without either, the tests that need one are skipped.
func start() (stop func(), err error) {
	nothing := func() {}
	if given := os.Getenv("TIDEMARK_TEST_MYSQL"); given != "" {
		root, err = url.Parse(given)
		return nothing, err
	}
	daemon, err := exec.LookPath("mariadbd")
	if err != nil {
		daemon = "/usr/sbin/mariadbd" // not on everyone's PATH
	}
	install, err := exec.LookPath("mariadb-install-db")
	if _, missing := os.Stat(daemon); err != nil || missing != nil {
		return nothing, nil // it is no fault not to have it
	}
	dir, err := os.MkdirTemp("", "tidemark-mariadb-")
	if err != nil {
		return nothing, err
	}
	port, err := freePort()
	if err != nil {
		return nothing, err
	}
	data := filepath.Join(dir, "data")
	if out, err := exec.Command(install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db").CombinedOutput(); err != nil {
		return nothing, fmt.Errorf("%w: %s", err, out)
	}
	as := "--user=" + os.Getenv("USER")
	if os.Getuid() == 0 {
		as = "--user=root" // it insists on being told
	}
	process := exec.Command(daemon, "--no-defaults", as, "--datadir="+data, "--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", port), "--socket="+filepath.Join(dir, "s"), "--performance-schema=ON", "--skip-name-resolve",
		"--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--log-error="+filepath.Join(dir, "log"))
	if err := process.Start(); err != nil {
		return nothing, err
	}
	stop = func() {
		process.Process.Kill()
		process.Wait()
		os.RemoveAll(dir)
	}
	root = &url.URL{Scheme: "mysql", User: url.User("root"), Host: fmt.Sprintf("127.0.0.1:%d", port)}
	pool, err := sql.Open("mysql", fmt.Sprintf("root@tcp(%s)/", root.Host))
	if err != nil {
		return stop, err
	}
	defer pool.Close()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if err = pool.Ping(); err == nil || time.Now().After(end) {
			return stop, err
		}
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// A database is a fresh one.
type database struct {
	*testing.T
	name string
	app  *sql.DB // the service's connections
}

func fresh(t *testing.T) *database {
	t.Helper()
	if root == nil {
		t.Skip("TIDEMARK_TEST_MYSQL names no server (mysql://root@host:port/), and MariaDB is not installed")
	}
	d := &database{T: t, name: "evidence_" + strings.ToLower(rand.Text()[:12])}
	admin := d.open("")
	d.exec(admin, "CREATE DATABASE "+d.name)
	t.Cleanup(func() { d.exec(d.open(""), "DROP DATABASE "+d.name) })
	d.app = d.open(d.name)
	d.exec(d.app, `CREATE TABLE products (id int PRIMARY KEY, category varchar(100) NOT NULL, price int NOT NULL)`)
	d.exec(d.app, `INSERT INTO products WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT a.i * 1000 + b.i, concat('category ', a.i), b.i FROM n a JOIN n b ON b.i <= 12`)
	return d
}

func (d *database) open(name string) *sql.DB {
	d.Helper()
	pool, err := sql.Open("mysql", fmt.Sprintf("root@tcp(%s)/%s?interpolateParams=true", root.Host, name))
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { pool.Close() })
	return pool
}

func (d *database) exec(pool *sql.DB, query string, args ...any) {
	d.Helper()
	rows, err := pool.Query(query, args...)
	if err != nil {
		d.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
	}
	if err := rows.Err(); err != nil {
		d.Fatalf("%s: %v", query, err)
	}
}

// collect is the evidence of what load does, as of so many requests.
func (d *database) collect(user string, requests int64, load func(c *Collector)) bench.Evidence {
	d.Helper()
	c, err := New(fmt.Sprintf("mysql://%s@%s/%s", user, root.Host, d.name))
	if err != nil {
		d.Fatal(err)
	}
	span := evidence.Span{From: time.Now(), Requests: requests}
	c.Begin(d.Context(), &bench.Scenario{})
	if c.before != nil {
		span.From = c.before.at
	}
	load(c)
	if err := d.app.PingContext(d.Context()); err != nil { // a statement is counted after its answer was sent, and before the connection answers again
		d.Error(err)
	}
	span.To = time.Now()
	e := c.End(d.Context(), span)
	if err := c.Close(); err != nil {
		d.Error(err)
	}
	return e
}

func (d *database) statement(e bench.Evidence, part string) bench.Statement {
	d.Helper()
	if e.Database == nil {
		d.Fatalf("%+v", e)
	}
	for _, s := range e.Database.Statements {
		if strings.Contains(s.Query, part) {
			return s
		}
	}
	d.Fatalf("no statement with %q in %+v", part, e.Database)
	return bench.Statement{}
}

func TestWhatStatementsDoForARequest(t *testing.T) {
	d := fresh(t)
	e := d.collect("root", 10, func(*Collector) {
		for i := range 30 {
			d.exec(d.app, "SELECT id FROM products WHERE id = ?", 1001+i%10)
		}
		for range 10 {
			d.exec(d.app, "SELECT id FROM products WHERE category = ?", "category 7")
		}
	})
	if s := d.statement(e, "ID = ?"); s.Calls != 3 || s.Rows != 1 || s.Each <= 0 || len(s.Scans) != 0 {
		t.Errorf("%+v", s)
	}
	// 10,800 products, 12 in each category.
	s := d.statement(e, "category = ?")
	if s.Calls != 1 || s.Rows != 12 || len(s.Scans) != 1 || s.Scans[0] != (bench.Scan{Table: "products", Rows: 10800, Kept: 12}) {
		t.Errorf("%+v", s)
	}
	if len(e.Database.Indexes) != 1 || e.Database.Indexes[0].Create != "CREATE INDEX products_category ON products (category)" || e.Database.Indexes[0].After != 0 {
		t.Errorf("%+v", e.Database.Indexes)
	}
	for _, s := range e.Database.Statements {
		if ours(s.Query) {
			t.Errorf("our own: %s", s.Query)
		}
	}
	if len(e.Database.Gaps) != 0 {
		t.Error(e.Database.Gaps)
	}
}

func TestPreparedStatementsThatNobodyCounts(t *testing.T) {
	d := fresh(t)
	if mariadb := isMariaDB(d); !mariadb {
		t.Skip("MySQL counts them among the digests")
	}
	e := d.collect("root", 1, func(*Collector) {
		closed, err := d.app.Prepare("SELECT category FROM products WHERE id = ?")
		if err != nil {
			t.Fatal(err)
		}
		defer closed.Close()
		for range 2 { // one is counted when its connection has got to the next, if not before
			closed.QueryRow(1001).Scan(new(string))
		}
	})
	if gaps := strings.Join(e.Database.Gaps, "\n"); !strings.Contains(gaps, "executions were of prepared statements") {
		t.Error(gaps)
	}
}

func isMariaDB(d *database) bool {
	s, err := inspect(d.Context(), d.app)
	if err != nil {
		d.Fatal(err)
	}
	return s.mariadb
}

func TestLocks(t *testing.T) {
	d := fresh(t)
	e := d.collect("root", 1, func(c *Collector) {
		holder, err := d.app.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := holder.Exec("UPDATE products SET category = 'a secret' WHERE id = 1001"); err != nil {
			t.Fatal(err)
		}
		waited := make(chan error, 1)
		go func() {
			_, err := d.app.Exec("UPDATE products SET category = 'one more' WHERE id = 1001")
			waited <- err
		}()
		admin := d.open(d.name)
		for waiting := 0; waiting == 0; time.Sleep(5 * time.Millisecond) {
			if err := admin.QueryRow("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'").Scan(new(string), &waiting); err != nil {
				t.Fatal(err)
			}
		}
		count := func() (n int) {
			if err := admin.QueryRow("SELECT coalesce(sum(COUNT_STAR), 0) FROM performance_schema.events_statements_summary_by_digest WHERE DIGEST_TEXT LIKE '%tidemark_look%requesting%' AND SCHEMA_NAME = DATABASE()").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for end := count() + 3; count() < end; time.Sleep(10 * time.Millisecond) {
			if t.Context().Err() != nil {
				t.Fatal("the collector does not look")
			}
		}
		holder.Commit()
		if err := <-waited; err != nil {
			t.Error(err)
		}
	})
	if e.Database == nil || len(e.Database.Waits) == 0 {
		t.Fatalf("%+v", e)
	}
	w := e.Database.Waits[0]
	if w.Event != "Lock:row" || !strings.HasPrefix(w.Query, "UPDATE products") || w.Blocking != "idle in transaction" || w.Share <= 0 || w.Share > 1 {
		t.Errorf("%+v", w)
	}
	if all := fmt.Sprint(e.Database); strings.Contains(all, "a secret") || strings.Contains(all, "one more") {
		t.Errorf("values of statements are in the evidence: %s", all)
	}
}

func TestWhatCannotBeHad(t *testing.T) {
	d := fresh(t)
	e := d.collect("nobody", 1, func(*Collector) {})
	if !strings.Contains(e.Missing, "CREATE USER nobody") {
		t.Errorf("%+v", e)
	}
	admin := d.open("")
	plain := "plain_" + strings.ToLower(rand.Text()[:8])
	d.exec(admin, "CREATE USER "+plain)
	t.Cleanup(func() { d.exec(d.open(""), "DROP USER "+plain) })
	d.exec(admin, fmt.Sprintf("GRANT SELECT ON %s.* TO %s", d.name, plain))
	if e := d.collect(plain, 1, func(*Collector) {}); !strings.Contains(e.Missing, "GRANT SELECT, PROCESS ON *.* TO "+plain) {
		t.Errorf("%+v", e)
	}
	e = d.collect("root", 1, func(c *Collector) {
		d.exec(d.app, "SELECT id FROM products WHERE id = 7")
		c.before.digests = map[string]counters{} // what the server counted before
		for text := range mustSnapshot(d, c).digests {
			c.before.digests[text] = counters{calls: 1e6}
		}
	})
	if gaps := fmt.Sprint(e.Database); !strings.Contains(gaps, "truncated while the load ran") {
		t.Errorf("%+v", e)
	}
}

func mustSnapshot(d *database, c *Collector) *snapshot {
	c.watch.stop() // the connection is the watch's
	n, err := c.server.snapshot(context.Background())
	if err != nil {
		d.Fatal(err)
	}
	return n
}

func TestURLs(t *testing.T) {
	for _, bad := range []string{"", "mysql://host", "postgres://host/db", "mysql://u:secret@%zz/db", "mysql:///db"} {
		if _, err := New(bad); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	c, err := New("mariadb://looker:secret@127.0.0.1:1/shop")
	if err != nil {
		t.Fatal(err)
	}
	c.Begin(t.Context(), &bench.Scenario{})
	e := c.End(t.Context(), evidence.Span{Requests: 1})
	if e.Missing == "" || strings.Contains(e.Missing, "secret") {
		t.Errorf("%+v", e)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
