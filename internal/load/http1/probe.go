package http1

import "time"

// Probe connects to the target, does the TLS handshake if there is one, and hangs up.
func Probe(target Target, timeout time.Duration) error {
	c := New(target, func() time.Duration { return 0 })
	defer c.Close()
	return c.open(timeout)
}
