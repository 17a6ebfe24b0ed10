//go:build !linux

package load

import (
	"sync"
	"time"
)

// An alarm wakes its goroutine at a time, as precisely as Go's timers do here.
type alarm struct {
	once sync.Once
	done chan struct{}
}

func newAlarm() (*alarm, error) { return &alarm{done: make(chan struct{})}, nil }

// wait returns true after d, or false when the alarm was closed.
func (a *alarm) wait(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-a.done:
		return false
	}
}

// close makes wait return, now and ever after.
func (a *alarm) close() { a.once.Do(func() { close(a.done) }) }
