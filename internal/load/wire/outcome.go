package wire

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/tidemark/tidemark/bench"
)

// Malformed is an answer that is no HTTP.
type Malformed string

func (m Malformed) Error() string { return "malformed answer: " + string(m) }

// ErrTooLarge is an answer beyond its request's MaxBody.
var ErrTooLarge = errors.New("answer larger than allowed")

// A HandshakeError is a TLS connection that did not come about.
type HandshakeError struct{ Err error }

func (e *HandshakeError) Error() string { return fmt.Sprintf("TLS handshake: %v", e.Err) }
func (e *HandshakeError) Unwrap() error { return e.Err }

// Classify names the outcome that an error stands for. What is not told apart counts as a reset: the connection broke.
func Classify(err error) bench.Outcome {
	var (
		bad Malformed
		tls *HandshakeError
		dns *net.DNSError
	)
	switch {
	case err == nil:
		return bench.OK
	case errors.As(err, &dns):
		return bench.DNSFailure
	case IsTimeout(err):
		return bench.Timeout
	case errors.As(err, &tls):
		return bench.TLSFailure
	case errors.Is(err, ErrTooLarge):
		return bench.TooLarge
	case errors.As(err, &bad):
		return bench.Malformed
	case errors.Is(err, syscall.ECONNREFUSED):
		return bench.Refused
	default:
		return bench.Reset
	}
}

// IsTimeout reports whether an error is that of a limit of time.
func IsTimeout(err error) bool {
	var ne net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &ne) && ne.Timeout()
}
