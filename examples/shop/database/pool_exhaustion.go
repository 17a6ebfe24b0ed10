package database

import (
	"context"

	"github.com/tidemark/tidemark/examples/shop/faults"
)

// poolExhaustion is a line that is often found where SQLite was tried first, since one connection is never told that the database
// is locked. It then goes to production with PostgreSQL.
func (db *DB) poolExhaustion() *faults.Fault {
	return &faults.Fault{
		Name:      "pool-exhaustion",
		Endpoints: []string{"GET /api/v1/users/{id}/orders"},
		Mistake:   "the pool has a single connection, for which all requests queue",
		Apply: func(_ context.Context, on bool) error {
			if on {
				db.Read.SetMaxOpenConns(1)
			} else {
				db.Read.SetMaxOpenConns(db.connections)
			}
			return nil
		},
	}
}
