package shop

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/tidemark/tidemark/examples/shop/accounts"
	"github.com/tidemark/tidemark/examples/shop/catalog"
	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/faults"
	"github.com/tidemark/tidemark/examples/shop/inventory"
	"github.com/tidemark/tidemark/examples/shop/orders"
	"github.com/tidemark/tidemark/examples/shop/seed"
	"github.com/tidemark/tidemark/examples/shop/telemetry"
)

// closeLimit is how long requests in flight may take to finish when the shop closes.
const closeLimit = 5 * time.Second

// A Server is a running shop.
type Server struct {
	Ready Ready

	version  string
	log      *slog.Logger
	tracing  *telemetry.Tracing
	metrics  *telemetry.Metrics
	db       *database.DB
	catalog  *catalog.Catalog
	accounts *accounts.Accounts
	orders   *orders.Orders
	board    *faults.Board
	closers  []func(context.Context) error // in the order of opening
}

// Start opens the database, fills it if it is empty, and serves until Close.
func Start(ctx context.Context, config Config) (*Server, error) {
	s := &Server{
		version: cmp.Or(config.Version, builtFrom()),
		log:     cmp.Or(config.Log, slog.New(slog.DiscardHandler)),
	}
	s.Ready = Ready{Version: s.version, Token: cmp.Or(config.Token, rand.Text())}
	if err := s.start(ctx, config); err != nil {
		return nil, errors.Join(fmt.Errorf("shop: %w", err), s.Close())
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, config Config) (err error) {
	if s.tracing, err = telemetry.NewTracing(ctx, config.OTLP, "shop", s.version); err != nil {
		return err
	}
	s.onClose(s.tracing.Close)
	theirs, err := telemetry.NewTracing(ctx, config.OTLP, "inventory", s.version)
	if err != nil {
		return err
	}
	s.onClose(theirs.Close)
	if err := s.openDatabase(ctx, config); err != nil {
		return err
	}
	if s.Ready.Inventory, err = s.serve(ctx, cmp.Or(config.Inventory, freePort), s.inventoryHandler(theirs)); err != nil {
		return err
	}
	client := inventory.NewClient(s.Ready.Inventory, s.tracing)
	s.onClose(func(context.Context) error { client.Close(); return nil })

	s.catalog = catalog.New(s.db, client, s.tracing, s.log)
	s.onClose(func(context.Context) error { return s.catalog.Close() })
	if err := s.catalog.RefreshRatings(ctx); err != nil {
		return err
	}
	s.accounts = accounts.New(s.db, s.Ready.Token, cmp.Or(config.TokenLifetime, defaultLifetime))
	s.orders = orders.New(s.db, client, s.tracing, s.log)
	s.board = faults.NewBoard(slices.Concat(s.catalog.Faults(), s.orders.Faults(), s.db.Faults())...)
	if err := s.setFaults(ctx, config.Faults); err != nil {
		return err
	}
	s.run(s.orders.Reconcile)
	s.run(s.catalog.KeepRatings)
	if s.Ready.Admin, err = s.serve(ctx, cmp.Or(config.Admin, freePort), s.adminHandler()); err != nil {
		return err
	}
	s.Ready.URL, err = s.serve(ctx, cmp.Or(config.Listen, freePort), s.apiHandler(config))
	return err
}

func (s *Server) openDatabase(ctx context.Context, config Config) (err error) {
	s.db, err = database.Open(ctx, database.Config{
		URL:         config.Database,
		Delay:       config.Delay,
		Connections: cmp.Or(config.Connections, defaultConnections),
		Tracer:      s.tracing.Provider(),
		Comments:    config.SQLComments,
	})
	if err != nil {
		return err
	}
	s.onClose(func(context.Context) error { return s.db.Close() })
	s.metrics = telemetry.NewMetrics(map[string]*sql.DB{"read": s.db.Read, "write": s.db.Write})
	return seed.Fill(ctx, s.db.Write)
}

// setFaults makes exactly these faults be on: a database that is used again may still have those of the last time.
func (s *Server) setFaults(ctx context.Context, names []string) error {
	if err := s.board.Clear(ctx); err != nil {
		return err
	}
	for _, name := range names {
		if err := s.board.Turn(ctx, name, true); err != nil {
			return err
		}
	}
	return nil
}

// run starts a background job, which lasts until the shop closes.
func (s *Server) run(job func(context.Context)) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		job(ctx)
	}()
	s.onClose(func(context.Context) error {
		stop()
		<-done
		return nil
	})
}

func (s *Server) onClose(f func(context.Context) error) { s.closers = append(s.closers, f) }

// Close lets requests in flight finish, stops everything that Start started, and removes a temporary database.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	var err error
	for i := len(s.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, s.closers[i](ctx))
	}
	s.closers = nil
	return err
}
