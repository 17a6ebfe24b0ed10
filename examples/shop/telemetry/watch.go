package telemetry

import (
	"context"
	"net/http"
	"time"
)

// Watch opens an account for each request to next, and enters the finished exchange into metrics and log. The log may be nil.
func Watch(next http.Handler, metrics *Metrics, log *AccessLog) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account := &Account{}
		e := &exchange{
			ResponseWriter: w,
			request:        r.WithContext(context.WithValue(r.Context(), accountKey{}, account)),
			account:        account,
			start:          time.Now(),
		}
		next.ServeHTTP(e, e.request)
		if e.status == 0 {
			e.status = http.StatusOK // what net/http sends for a handler that wrote nothing
		}
		took := time.Since(e.start)
		metrics.enter(e, took)
		if log != nil {
			log.enter(e, took)
		}
	})
}
