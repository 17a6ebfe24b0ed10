// Package web is how the shop speaks HTTP: JSON answers, problems in the form of RFC 9457, pages, and bodies read with care.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
)

// statusClientGone is what nginx logs for a client that did not wait; it never reaches anyone.
const statusClientGone = 499

// A Handler answers a request or says why not. An error that is no *Problem is a failure of ours.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Serve makes an http.Handler of h, which answers its errors and logs the failures.
func Serve(h Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		if problem, ok := errors.AsType[*Problem](err); ok {
			problem.answer(w)
			return
		}
		if errors.Is(r.Context().Err(), context.Canceled) {
			w.WriteHeader(statusClientGone)
			return
		}
		log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		(&Problem{Status: http.StatusInternalServerError}).answer(w)
	})
}
