// Package seed fills an empty shop. The same data every time, on either database: benchmarks of two commits must read the same
// rows, and a suite may rely on an id.
package seed

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"time"
)

// How much there is.
const (
	Products   = 2000
	Categories = 40
	Users      = 200
	Stock      = 1_000_000 // of each product: load must not empty the shelves
)

// Password is every user's; the email of user 7 is user7@shop.example.
const Password = "tidemark"

// End is when the seeded history ends: every order after it was placed by a client.
var End = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// stream numbers make the tables independent: more reviews don't change the orders.
const (
	productStream = iota
	userStream
	countStream
	orderStream
)

func random(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(20260101, stream)) }

// Fill seeds the database unless it has products. It is one transaction: a start that was cut off leaves nothing.
func Fill(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing, and after an error that one is returned
	var full bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM products)`).Scan(&full); err != nil || full {
		return err
	}
	names, prices, err := fillCatalog(ctx, tx)
	if err == nil {
		err = fillUsers(ctx, tx)
	}
	if err == nil {
		err = fillOrders(ctx, tx, names, prices)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	_, err = db.ExecContext(ctx, `ANALYZE`) // or the planner would guess until the database gets round to it
	return err
}
