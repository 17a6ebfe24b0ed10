package seed

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/tidemark/tidemark/examples/shop/accounts"
)

// Email is the address of a user.
func Email(user int) string { return fmt.Sprintf("user%d@shop.example", user) }

// fillUsers gives all users one hash: two hundred honest ones would be most of the start.
func fillUsers(ctx context.Context, tx *sql.Tx) error {
	hash, err := accounts.HashPassword(Password, []byte("seed"))
	if err != nil {
		return err
	}
	rng := random(userStream)
	users := newTable(tx, "users", "id", "name", "email", "password_hash")
	for id := 1; id <= Users; id++ {
		if err := users.add(ctx, id, personName(rng), Email(id), hash); err != nil {
			return err
		}
	}
	return users.flush(ctx)
}
