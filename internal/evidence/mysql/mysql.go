// Package mysql gathers what a MySQL or MariaDB server tells of itself while a scenario runs: what each statement did for a request, which
// of them used no index, and which transactions waited for others' locks.
//
// Its stance: it looks and changes nothing, on one connection, with a role that can do no more:
//
//	CREATE USER tidemark IDENTIFIED BY '…'; GRANT SELECT, PROCESS ON *.* TO tidemark;
//
// It stands on performance_schema, which MariaDB has switched off unless my.cnf says performance_schema=ON. There are no hypothetical
// indexes here, so an index is only ever suspected.
package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	lookTime = 5 * time.Second  // for all that happens at Begin, while the load goes on
	endTime  = 15 * time.Second // for all that happens at End
)

// A Collector is an evidence.Collector.
type Collector struct {
	user   string
	pool   *sql.DB // of one connection, which is opened again when it was cut
	server *server // what is at its other end; nil: not known yet
	before *snapshot
	watch  *watch
	failed string
}

var _ evidence.Collector = (*Collector)(nil)

// New makes a collector of the database of a URL (mysql://user:password@host:3306/shop, or mariadb://), which is the one that the
// service uses. It does not connect yet. The error is about the URL.
func New(location string) (*Collector, error) {
	u, err := url.Parse(location)
	if err != nil {
		return nil, errors.New("mysql: this is no URL; write mysql://user:password@host:3306/database") // it may hold a password
	}
	name := strings.Trim(u.Path, "/")
	if u.Host == "" || name == "" || u.Scheme != "mysql" && u.Scheme != "mariadb" {
		return nil, errors.New("mysql: the URL has to name a server and a database: mysql://user:password@host:3306/database")
	}
	config := mysql.NewConfig()
	config.Net, config.Addr, config.DBName, config.User = "tcp", u.Host, name, u.User.Username()
	if u.Port() == "" {
		config.Addr += ":3306"
	}
	config.Passwd, _ = u.User.Password()
	config.TLSConfig = u.Query().Get("tls") // as the driver has it: true, skip-verify, preferred
	config.Timeout, config.ReadTimeout, config.WriteTimeout = lookTime, endTime, lookTime
	config.InterpolateParams = true // one round trip for each look
	config.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(1)
	return &Collector{user: config.User, pool: pool}, nil
}

// Begin implements evidence.Collector.
func (c *Collector) Begin(ctx context.Context, _ *bench.Scenario) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	c.failed, c.before, c.watch = "", nil, nil
	var err error
	if c.server == nil {
		c.server, err = inspect(ctx, c.pool)
	}
	if err == nil {
		c.before, err = c.server.snapshot(ctx)
	}
	if err != nil {
		c.failed = c.why(err)
		return
	}
	c.watch = startWatch(context.WithoutCancel(ctx), c.server)
}

// End implements evidence.Collector.
func (c *Collector) End(ctx context.Context, span evidence.Span) bench.Evidence {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	if c.failed != "" {
		return evidence.Missing(bench.FromMySQL, span, c.failed)
	}
	seen := c.watch.stop()
	after, err := c.server.snapshot(ctx)
	if err != nil {
		return evidence.Missing(bench.FromMySQL, span, c.why(err))
	}
	requests := span.Between(c.before.at, after.at)
	if requests == 0 {
		return evidence.Missing(bench.FromMySQL, span, "no request was sent while the database was looked at")
	}
	db := &bench.Database{Statements: []bench.Statement{}}
	if !c.server.counts {
		db.Gaps = append(db.Gaps, "statements: performance_schema is off: set performance_schema=ON in my.cnf and restart")
	}
	sent := c.before.statements(db, after, requests)
	seen.tell(db)
	c.server.suspect(ctx, db, sent)
	return bench.Evidence{Source: bench.FromMySQL, From: c.before.at, To: after.at, Samples: int64(requests), Database: db}
}

// Close implements evidence.Collector.
func (c *Collector) Close() error {
	if c.watch != nil {
		c.watch.stop()
	}
	return c.pool.Close()
}

// why says what went wrong and what would mend it. The driver's errors hold no password.
func (c *Collector) why(err error) string {
	words := "MySQL: " + strings.Join(strings.Fields(err.Error()), " ")
	refused, ok := errors.AsType[*mysql.MySQLError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "MySQL: no answer in time"
	case !ok:
		return words
	}
	switch refused.Number {
	case 1044, 1045, 1698: // access denied
		return fmt.Sprintf("%s; check the URL, or make a role that may look: CREATE USER %s IDENTIFIED BY '…'; GRANT SELECT, PROCESS ON *.* TO %s", words, c.user, c.user)
	case 1142, 1143, 1227: // a privilege is missing
		return fmt.Sprintf("%s; GRANT SELECT, PROCESS ON *.* TO %s", words, c.user)
	}
	return words
}
