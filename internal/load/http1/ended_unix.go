//go:build unix

package http1

import (
	"crypto/tls"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// ended reports whether the peer has ended an idle connection, or has sent what nobody asked for, as a TLS alert or a 408 before the
// end. A POST that is sent all the same could not be repeated, and would count as an error that no real client has.
func ended(nc net.Conn) bool {
	if secure, ok := nc.(*tls.Conn); ok {
		nc = secure.NetConn()
	}
	raw, err := nc.(syscall.Conn).SyscallConn()
	if err != nil {
		return true
	}
	silent := false
	err = raw.Control(func(fd uintptr) {
		_, _, err := unix.Recvfrom(int(fd), make([]byte, 1), unix.MSG_PEEK)
		silent = err == unix.EAGAIN
	})
	return err != nil || !silent
}
