package service

import (
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"
)

// given are the ports that FreePort has given: two sides that start at once must not take each other for themselves.
var given sync.Map

// FreePort is a port on loopback that nothing listened on just now, and another each time. Another process may take it before it is used:
// Start looks again.
func FreePort() (int, error) {
	for {
		l, err := net.Listen("tcp4", address(0)) //nolint:noctx // it is bound or not at once
		if err != nil {
			return 0, fmt.Errorf("no free port: %w", err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		if err := l.Close(); err != nil {
			return 0, err
		}
		if _, before := given.LoadOrStore(port, true); !before {
			return port, nil
		}
	}
}

// A PortTaken says that something else listens on a port.
type PortTaken int

func (p PortTaken) Error() string { return fmt.Sprintf("port %d is taken by another process", int(p)) }

// free says whether a service could listen on a port.
func free(port int) error {
	l, err := net.Listen("tcp4", address(port)) //nolint:noctx // it is bound or not at once
	if err != nil {
		return PortTaken(port)
	}
	return l.Close()
}

// answers reports whether something listens on a port.
func answers(port int) bool {
	c, err := net.DialTimeout("tcp4", address(port), time.Second) //nolint:noctx // it is over in a second
	if err != nil {
		return false
	}
	itself := c.LocalAddr().String() == c.RemoteAddr().String() // where nobody listens, TCP may connect a port with itself
	return c.Close() == nil && !itself
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
