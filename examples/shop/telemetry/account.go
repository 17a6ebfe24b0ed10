// Package telemetry is what the shop says about itself: where the time of a request went, an access log, metrics and traces.
//
// Its stance: nothing is global, so that several shops fit into one process, and what nobody asked for costs nothing.
package telemetry

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// An Account adds up where the time of one request went. All methods may be called on nil: work that no request waits for.
type Account struct {
	mu                  sync.Mutex
	queries, calls      int64
	database, inventory stopwatch
	elsewhere           stopwatch // the database or the inventory service
}

type accountKey struct{}

// AccountOf returns the account of the request that ctx belongs to, or nil.
func AccountOf(ctx context.Context) *Account {
	account, _ := ctx.Value(accountKey{}).(*Account)
	return account
}

// Database begins to wait for the database, for so many statements. The function it returns ends it.
func (a *Account) Database(statements int64) (end func()) {
	if a == nil {
		return func() {}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queries += statements
	return a.wait(&a.database)
}

// Inventory begins to wait for a call of the inventory service. The function it returns ends it.
func (a *Account) Inventory() (end func()) {
	if a == nil {
		return func() {}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	return a.wait(&a.inventory)
}

func (a *Account) wait(on *stopwatch) (end func()) {
	now := time.Now()
	on.start(now)
	a.elsewhere.start(now)
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		now := time.Now()
		on.stop(now)
		a.elsewhere.stop(now)
	}
}

// asked is how many statements the request sent to the database so far, and how long it waited for them.
func (a *Account) asked() (queries int64, took time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.queries, a.database.sum
}

// serverTiming is the value of the header of that name; app is what is left of the total, pure waiting for a processor, a lock or
// a connection included.
func (a *Account) serverTiming(total time.Duration) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	header := fmt.Sprintf("total;dur=%.3f, app;dur=%.3f, db;dur=%.3f;desc=\"%d queries\"",
		milliseconds(total), milliseconds(max(0, total-a.elsewhere.sum)), milliseconds(a.database.sum), a.queries)
	if a.calls > 0 {
		header += fmt.Sprintf(", inventory;dur=%.3f;desc=\"%d calls\"", milliseconds(a.inventory.sum), a.calls)
	}
	return header
}

// A stopwatch adds up the time in which at least one of several things went on: those at the same time are waited for once.
type stopwatch struct {
	running int
	since   time.Time
	sum     time.Duration
}

func (s *stopwatch) start(now time.Time) {
	if s.running == 0 {
		s.since = now
	}
	s.running++
}

func (s *stopwatch) stop(now time.Time) {
	s.running--
	if s.running == 0 {
		s.sum += now.Sub(s.since)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
