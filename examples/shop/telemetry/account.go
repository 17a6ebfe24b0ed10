// Package telemetry is what the shop says about itself: where the time of a request went, an access log, metrics and traces.
//
// Its stance: nothing is global, so that several shops fit into one process, and what nobody asked for costs nothing.
package telemetry

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// An Account adds up where the time of one request went. All methods may be called on nil: work that no request waits for.
type Account struct {
	queries, database, inventory atomic.Int64
}

type accountKey struct{}

// AccountOf returns the account of the request that ctx belongs to, or nil.
func AccountOf(ctx context.Context) *Account {
	account, _ := ctx.Value(accountKey{}).(*Account)
	return account
}

// Database enters time waited for the database, and how many statements it was for.
func (a *Account) Database(statements int64, took time.Duration) {
	if a != nil {
		a.queries.Add(statements)
		a.database.Add(int64(took))
	}
}

// Inventory enters time waited for the inventory service.
func (a *Account) Inventory(took time.Duration) {
	if a != nil {
		a.inventory.Add(int64(took))
	}
}

// serverTiming is the value of the header of that name; app is what is left of the total, pure waiting for a processor included.
func (a *Account) serverTiming(total time.Duration) string {
	queries, database, inventory := a.queries.Load(), time.Duration(a.database.Load()), time.Duration(a.inventory.Load())
	header := fmt.Sprintf("total;dur=%.3f, app;dur=%.3f, db;dur=%.3f;desc=\"%d queries\"",
		milliseconds(total), milliseconds(max(0, total-database-inventory)), milliseconds(database), queries)
	if inventory > 0 {
		header += fmt.Sprintf(", inventory;dur=%.3f", milliseconds(inventory))
	}
	return header
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
