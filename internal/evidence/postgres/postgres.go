// Package postgres gathers what a PostgreSQL server tells of itself while a scenario runs: what each statement did for a request, what
// sessions waited for, which tables were read from end to end, how the costly statements are planned, and which index would help them.
//
// Its stance: it looks and changes nothing, on one connection, with a role that can do no more:
//
//	CREATE ROLE tidemark LOGIN PASSWORD '…'; GRANT pg_monitor, pg_read_all_data TO tidemark;
//
// pg_monitor is for the statistics, pg_read_all_data for plans. What is not installed or not granted is left out, and said.
package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	lookTime = 5 * time.Second  // for all that happens at Begin, while the load goes on
	endTime  = 20 * time.Second // for all that happens at End; no load waits for it
)

// A Collector is an evidence.Collector.
type Collector struct {
	config *pgx.ConnConfig
	server *server // nil: not connected
	before *snapshot
	watch  *watch
	failed string // why there is nothing to tell
}

var _ evidence.Collector = (*Collector)(nil)

// New makes a collector of the database of a URL, which is the one that the service uses. It does not connect yet. The error is about the URL.
func New(url string) (*Collector, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err) // pgx keeps the password out of it
	}
	config.ConnectTimeout = lookTime
	// A statement that stays prepared would outlive a hypothetical index; and some poolers know of none.
	config.DefaultQueryExecMode, config.StatementCacheCapacity, config.DescriptionCacheCapacity = pgx.QueryExecModeExec, 0, 0
	return &Collector{config: config}, nil
}

// Begin implements evidence.Collector.
func (c *Collector) Begin(ctx context.Context, _ *bench.Scenario) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	c.failed, c.before, c.watch = "", nil, nil
	err := c.connect(ctx)
	if err == nil {
		c.before, err = c.server.snapshot(ctx)
	}
	if err != nil {
		c.failed = c.why(err)
		return
	}
	c.watch = startWatch(context.WithoutCancel(ctx), c.server)
}

// connect makes sure of a connection: the one before may have been cut.
func (c *Collector) connect(ctx context.Context) error {
	if c.server != nil && !c.server.conn.IsClosed() {
		return nil
	}
	var err error
	c.server, err = connect(ctx, c.config)
	return err
}

// End implements evidence.Collector.
func (c *Collector) End(ctx context.Context, span evidence.Span) bench.Evidence {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	if c.failed != "" {
		return evidence.Missing(bench.FromPostgres, span, c.failed)
	}
	seen := c.watch.stop()
	var after *snapshot
	err := c.connect(ctx)
	if err == nil {
		after, err = c.server.snapshot(ctx)
	}
	if err != nil {
		return evidence.Missing(bench.FromPostgres, span, c.why(err))
	}
	requests := span.Between(c.before.at, after.at)
	if requests == 0 {
		return evidence.Missing(bench.FromPostgres, span, "no request was sent while the database was looked at")
	}
	db := &bench.Database{Statements: []bench.Statement{}, Gaps: c.server.gaps()}
	sent := c.statements(ctx, db, after, requests)
	c.server.tables(db, c.before, after, requests)
	seen.tell(db, c.server.texts)
	c.server.study(ctx, db, sent)
	return bench.Evidence{Source: bench.FromPostgres, From: c.before.at, To: after.at, Samples: int64(requests), Database: db}
}

// Close implements evidence.Collector.
func (c *Collector) Close() error {
	if c.server == nil {
		return nil
	}
	if c.watch != nil {
		c.watch.stop()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return c.server.conn.Close(ctx)
}
