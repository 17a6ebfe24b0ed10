package database

import (
	"context"
	"errors"

	"github.com/pressly/goose/v3"

	"github.com/tidemark/tidemark/examples/shop/faults"
)

// indexes is the version of the migration that the mistake forgets.
const indexes = 2

// missingIndex is the migration with the indexes that was written, reviewed, and never shipped: migrations/00002_indexes.sql is
// the healthy version, its absence the faulty one.
func (db *DB) missingIndex() *faults.Fault {
	return &faults.Fault{
		Name:      "missing-index",
		Endpoints: []string{"GET /api/v1/search", "GET /api/v1/users/{id}/orders"},
		Mistake:   "the migration with the indexes of search_terms and line_items never ran: both tables are read whole",
		Apply:     func(ctx context.Context, on bool) error { return db.applyIndexes(ctx, !on) },
	}
}

func (db *DB) applyIndexes(ctx context.Context, up bool) error {
	_, err := db.migrations.ApplyVersion(ctx, indexes, up)
	if errors.Is(err, goose.ErrAlreadyApplied) || errors.Is(err, goose.ErrNotApplied) {
		return nil
	}
	return err
}
