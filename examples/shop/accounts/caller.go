package accounts

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/tidemark/tidemark/examples/shop/web"
)

// everyone is the caller with the service token.
const everyone = -1

type callerKey struct{}

// Require lets requests with a valid bearer token pass.
func (a *Accounts) Require(next web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return refuse(w, "a bearer token is required")
		}
		caller := int64(everyone)
		if a.service == "" || subtle.ConstantTimeCompare([]byte(token), []byte(a.service)) != 1 {
			var err error
			if caller, err = a.userOf(token); err != nil {
				return refuse(w, err.Error())
			}
		}
		return next(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, caller)))
	}
}

// MayActFor returns a problem unless the caller is the user, or the service.
func MayActFor(ctx context.Context, user int64) error {
	caller, ok := ctx.Value(callerKey{}).(int64)
	if ok && (caller == everyone || caller == user) {
		return nil
	}
	return &web.Problem{Status: http.StatusForbidden, Detail: "the token is another user's"}
}

func refuse(w http.ResponseWriter, why string) error {
	w.Header().Set("WWW-Authenticate", "Bearer")
	return &web.Problem{Status: http.StatusUnauthorized, Detail: why}
}
