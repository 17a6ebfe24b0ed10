// Package shop is an example API: a shop with a real database and a second service, and with faults that can be switched on.
// Tidemark's demo measures it.
package shop

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Faults are the mistakes that can be switched on.
const (
	NPlusOne       = "n-plus-one"      // a user's orders: line items are queried order by order
	SlowDependency = "slow-dependency" // a new order asks the inventory service before it answers
)

// Config says how a shop is started. The zero value is a healthy shop on a free port.
type Config struct {
	Addr       string        // default 127.0.0.1:0
	Faults     []string      // names of faults
	QueryDelay time.Duration // added to each query: loopback has no network
}

// A Server is a running shop.
type Server struct {
	URL string

	dir       string
	db        *sql.DB
	inventory *inventory
	http      *http.Server
}

// app is what the handlers share.
type app struct {
	read      querier
	db        *sql.DB
	delay     time.Duration
	inventory *inventory
	fault     map[string]bool
}

// Start seeds a database in a temporary folder and serves until Close.
func Start(ctx context.Context, c Config) (s *Server, err error) {
	fault := map[string]bool{}
	for _, name := range c.Faults {
		if !slices.Contains([]string{NPlusOne, SlowDependency}, name) {
			return nil, fmt.Errorf("no fault is named %q: know %s and %s", name, NPlusOne, SlowDependency)
		}
		fault[name] = true
	}
	s = &Server{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "shop-*"); err != nil {
		return s, err
	}
	if s.db, err = sql.Open("sqlite", "file:"+filepath.Join(s.dir, "shop.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=busy_timeout(10000)&_txlock=immediate"); err != nil {
		return s, err
	}
	s.db.SetMaxOpenConns(16)
	s.db.SetMaxIdleConns(16)
	if err = seed(ctx, s.db); err != nil {
		return s, fmt.Errorf("seed: %w", err)
	}
	if s.inventory, err = startInventory(); err != nil {
		return s, err
	}
	a := &app{read: delayed{s.db, c.QueryDelay}, db: s.db, delay: c.QueryDelay, inventory: s.inventory, fault: fault}
	addr := c.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return s, err
	}
	s.URL = "http://" + l.Addr().String()
	s.http = &http.Server{Handler: a.routes(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(l) }() // ends with Close
	return s, nil
}

// Close ends the shop and removes its database.
func (s *Server) Close() error {
	var errs []error
	if s.http != nil {
		errs = append(errs, s.http.Close())
	}
	if s.inventory != nil {
		errs = append(errs, s.inventory.close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	return errors.Join(errs...)
}

func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /api/v1/products", handler(a.products))
	mux.Handle("GET /api/v1/products/{id}", handler(a.product))
	mux.Handle("POST /api/v1/orders", handler(a.createOrder))
	mux.Handle("GET /api/v1/users/{id}/orders", handler(a.userOrders))
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	return mux
}

// A problem is an error that the client is told, with its status.
type problem struct {
	status  int
	message string
}

func (p *problem) Error() string { return p.message }

// A handler answers with JSON, of status 200 or 201, or with an error.
type handler func(*http.Request) (any, error)

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	if r.Method == http.MethodPost {
		status = http.StatusCreated
	}
	answer, err := h(r)
	if err != nil {
		p := &problem{http.StatusInternalServerError, "internal error"}
		errors.As(err, &p)
		status, answer = p.status, map[string]string{"error": p.message}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the client has gone
}
