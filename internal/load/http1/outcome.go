package http1

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/tidemark/tidemark/bench"
)

// malformed is an answer that is no HTTP/1.1.
type malformed string

func (m malformed) Error() string { return "malformed answer: " + string(m) }

var errTooLarge = errors.New("answer larger than allowed")

type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return fmt.Sprintf("TLS handshake: %v", e.err) }
func (e *handshakeError) Unwrap() error { return e.err }

// classify names the outcome that an error stands for. What is not told apart counts as a reset: the connection broke.
func classify(err error) bench.Outcome {
	var (
		bad malformed
		tls *handshakeError
		dns *net.DNSError
	)
	switch {
	case err == nil:
		return bench.OK
	case errors.As(err, &dns):
		return bench.DNSFailure
	case isTimeout(err):
		return bench.Timeout
	case errors.As(err, &tls):
		return bench.TLSFailure
	case errors.Is(err, errTooLarge):
		return bench.TooLarge
	case errors.As(err, &bad):
		return bench.Malformed
	case errors.Is(err, syscall.ECONNREFUSED):
		return bench.Refused
	default:
		return bench.Reset
	}
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &ne) && ne.Timeout()
}
