package database

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A pause is the time of one round trip. Go's own timers are rounded up to a millisecond while a process is idle, and a
// blocking sleep would hold a processor; a timerfd wakes the network poller, as an answer from a real database would.
type pause struct {
	delay time.Duration
	timer *os.File
}

func newPause(delay time.Duration) (*pause, error) {
	if delay <= 0 {
		return nil, nil
	}
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("timerfd_create", err)
	}
	return &pause{delay, os.NewFile(uintptr(fd), "timerfd")}, nil
}

func (p *pause) wait() {
	if p == nil {
		return
	}
	if err := p.arm(); err != nil {
		time.Sleep(p.delay)
		return
	}
	var expirations [8]byte
	_, _ = p.timer.Read(expirations[:]) // fails only when the connection was closed meanwhile, which its user will be told
}

func (p *pause) arm() error {
	raw, err := p.timer.SyscallConn()
	if err != nil {
		return err
	}
	when := unix.ItimerSpec{Value: unix.NsecToTimespec(p.delay.Nanoseconds())}
	var armed error
	if err := raw.Control(func(fd uintptr) { armed = unix.TimerfdSettime(int(fd), 0, &when, nil) }); err != nil {
		return err
	}
	return armed
}

func (p *pause) close() {
	if p != nil {
		_ = p.timer.Close() // nothing was written
	}
}
