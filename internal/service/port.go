package service

import (
	"fmt"
	"net"
	"strconv"
	"time"
)

// FreePort is a port on loopback that nothing listened on just now. Another process may take it before it is used: Start looks again.
func FreePort() (int, error) {
	l, err := net.Listen("tcp4", address(0)) //nolint:noctx // it is bound or not at once
	if err != nil {
		return 0, fmt.Errorf("no free port: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
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
