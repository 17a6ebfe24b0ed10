package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// why says what went wrong and what would mend it. It holds no password: pgx's errors name user, host and database only.
func (c *Collector) why(err error) string {
	words := "PostgreSQL: " + cause(err)
	pg, known := errors.AsType[*pgconn.PgError](err)
	if !known {
		return words
	}
	switch role := c.config.User; pg.Code {
	case "28P01", "28000":
		return fmt.Sprintf("%s; check the URL, or make a role that may look: CREATE ROLE %s LOGIN PASSWORD '…'; GRANT pg_monitor, pg_read_all_data TO %s", words, role, role)
	case "42501":
		return fmt.Sprintf("%s; as a superuser: GRANT pg_monitor, pg_read_all_data TO %s", words, role)
	case "57014":
		return words + "; the server is too busy, or its statement_timeout too short, to read statistics"
	}
	return words
}

// cause is the error in a line.
func cause(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Message
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}
