package telemetry

import (
	"net/http"
	"time"
)

// An exchange is one request and its answer, as the access log and the metrics see them.
type exchange struct {
	http.ResponseWriter
	request *http.Request
	account *Account
	start   time.Time
	status  int
	bytes   int64
}

// WriteHeader implements http.ResponseWriter. The time is taken here since nothing can be added to the header later.
func (e *exchange) WriteHeader(status int) {
	if e.status == 0 {
		e.status = status
		e.Header().Set("Server-Timing", e.account.serverTiming(time.Since(e.start)))
	}
	e.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (e *exchange) Write(b []byte) (int, error) {
	if e.status == 0 {
		e.WriteHeader(http.StatusOK)
	}
	n, err := e.ResponseWriter.Write(b)
	if e.request.Method != http.MethodHead { // whose body net/http takes and does not send
		e.bytes += int64(n)
	}
	return n, err
}

// Unwrap is for http.ResponseController.
func (e *exchange) Unwrap() http.ResponseWriter { return e.ResponseWriter }
