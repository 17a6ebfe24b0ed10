// Package wire is what users and transports agree on: an exchange, and a connection that carries it out.
//
// Its stance: a user never knows which protocol carries its requests, and a transport never knows what a request means.
// Neither knows when the next one is due.
package wire

import (
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A Conn carries one exchange at a time for one user.
type Conn interface {
	// Do sends the request and reads the whole answer. It opens the connection first when there is none, and leaves it open
	// if the protocol allows. It returns within the request's timeout, and fills the answer in whatever happens: a failure
	// is an outcome, with its cause in Err.
	Do(*Exchange)
	// Close ends the connection. A Do under way in another goroutine returns at once.
	Close()
}

// An Exchange is a request and its answer. It is reused: a Conn must not keep any part of it after Do.
type Exchange struct {
	Request Request
	Answer  Answer
}

// A Request is what a user wants sent.
type Request struct {
	Method      string
	Path        []byte // path and query, escaped
	Headers     []Header
	Body        []byte
	TraceParent []byte // value of the W3C traceparent header; empty: not sent
	Timeout     time.Duration
	MaxBody     int64
	KeepBody    bool // something will look at the answer's body
	KeepHeaders bool
}

// A Header is one header field.
type Header struct {
	Name  string
	Value []byte
}

// An Answer is what came of a request. Times are on the clock that the Conn was given.
type Answer struct {
	Outcome   bench.Outcome // OK means that a whole answer came, of whatever status
	Err       error         // why Outcome is not OK
	Status    int
	Headers   []Header // when asked for
	Body      []byte   // when asked for
	Size      int64
	Sent      time.Duration
	FirstByte time.Duration
	Done      time.Duration

	// Values of headers that tell where time went, joined with commas; empty: the answer has none.
	ServerTiming []byte
	RetryAfter   []byte
}

// mostNoted is how many bytes of such a value are kept.
const mostNoted = 2 << 10

// Reset empties an answer for another exchange, and keeps its buffers.
func (a *Answer) Reset() {
	*a = Answer{Headers: a.Headers[:0], Body: a.Body[:0], ServerTiming: a.ServerTiming[:0], RetryAfter: a.RetryAfter[:0]}
}

// Note keeps the value of a header that tells where time went.
func Note(to, value []byte) []byte {
	if len(to)+len(value) > mostNoted {
		return to
	}
	if len(to) > 0 {
		to = append(to, ", "...)
	}
	return append(to, value...)
}

// A Clock tells the time since the load began.
type Clock func() time.Duration
