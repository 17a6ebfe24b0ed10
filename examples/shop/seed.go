package shop

import (
	"context"
	"database/sql"
	_ "embed" // schema.sql
	"fmt"
	"math/rand/v2"
)

//go:embed schema.sql
var schema string

const (
	seedProducts   = 2000
	seedCategories = 40
	seedUsers      = 100
)

// seed fills an empty database, always with the same rows.
func seed(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	rng := rand.New(rand.NewPCG(2026, 11))
	insert := func(query string, args ...any) {
		if err == nil {
			_, err = tx.ExecContext(ctx, query, args...)
		}
	}
	for id := 1; id <= seedProducts; id++ {
		insert("INSERT INTO products VALUES (?, ?, ?, ?, ?)", id, fmt.Sprintf("Product %d", id), category(rng.IntN(seedCategories)), 100+rng.IntN(20000), 1_000_000)
		for range 2 + rng.IntN(3) {
			insert("INSERT INTO variants (product_id, name) VALUES (?, ?)", id, fmt.Sprintf("Size %d", rng.IntN(50)))
		}
		for range rng.IntN(6) {
			insert("INSERT INTO reviews (product_id, stars, text) VALUES (?, ?, ?)", id, 1+rng.IntN(5), "Does what it says.")
		}
	}
	for order, user := 0, 1; user <= seedUsers; user++ {
		for range ordersOf(user) {
			order++
			insert("INSERT INTO orders VALUES (?, ?)", order, user)
			for range 3 + rng.IntN(3) {
				insert("INSERT INTO line_items (order_id, product_id, quantity) VALUES (?, ?, ?)", order, 1+rng.IntN(seedProducts), 1+rng.IntN(3))
			}
		}
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func category(n int) string { return fmt.Sprintf("category-%02d", n) }

// ordersOf is how many orders a user has: from 5 to 200, most users few, about 50 on average.
func ordersOf(user int) int {
	u := float64(user-1) / (seedUsers - 1)
	return 5 + int(195*u*u*u)
}
