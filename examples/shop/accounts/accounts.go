// Package accounts is who may do what: users log in with a password and get a token that expires.
package accounts

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"github.com/tidemark/tidemark/examples/shop/database"
	"github.com/tidemark/tidemark/examples/shop/web"
)

// Accounts checks passwords and tokens.
type Accounts struct {
	db      *database.DB
	service string        // the token of a caller who may act for every user
	life    time.Duration // of a user's token
	key     []byte        // signs tokens; no token outlives the process
}

// New returns the accounts of a database.
func New(db *database.DB, serviceToken string, tokenLifetime time.Duration) *Accounts {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return &Accounts{db: db, service: serviceToken, life: tokenLifetime, key: key}
}

type credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

type grant struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	UserID    int64     `json:"user_id"`
}

// Login answers POST /login.
func (a *Accounts) Login(w http.ResponseWriter, r *http.Request) error {
	var given credentials
	if err := web.ReadJSON(w, r, &given); err != nil {
		return err
	}
	if !web.IsText(given.Email) {
		return web.Invalid(web.FieldProblem{Field: "email", Message: "must be text"})
	}
	user, err := a.verify(r.Context(), given)
	if err != nil {
		return err
	}
	expires := time.Now().Add(a.life)
	return web.Answer(w, http.StatusOK, grant{Token: a.sign(user, expires), ExpiresAt: expires.UTC(), UserID: user})
}

func (a *Accounts) verify(ctx context.Context, given credentials) (user int64, err error) {
	var hash string
	err = a.db.Read.QueryRowContext(database.Private(ctx), `SELECT id, password_hash FROM users WHERE email = $1`, given.Email).Scan(&user, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		hash = unknownUserHash // takes as long, and so does not tell who is a customer
	} else if err != nil {
		return 0, err
	}
	if !matches(hash, given.Password) || user == 0 {
		return 0, &web.Problem{Status: http.StatusUnauthorized, Detail: "email or password is wrong"}
	}
	return user, nil
}
