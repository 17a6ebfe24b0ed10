//go:build !linux

package database

import "time"

// A pause is the time of one round trip, as exactly as the system's timers allow.
type pause struct{ delay time.Duration }

func newPause(delay time.Duration) (*pause, error) { return &pause{delay}, nil }

func (p *pause) wait() {
	if p.delay > 0 {
		time.Sleep(p.delay)
	}
}

func (p *pause) close() {}
