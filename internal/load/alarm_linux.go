package load

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// An alarm wakes its goroutine at a time. Go's own timers are rounded up to a millisecond while the process is idle, which
// would be taken for the generator's lag; a timerfd wakes the network poller, by which answers come too, to the microsecond.
type alarm struct{ f *os.File }

func newAlarm() (*alarm, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("timerfd_create", err)
	}
	return &alarm{os.NewFile(uintptr(fd), "timerfd")}, nil
}

// wait returns true after d, or false when the alarm was closed.
func (a *alarm) wait(d time.Duration) bool {
	when := unix.ItimerSpec{Value: unix.NsecToTimespec(max(int64(d), 1))}
	raw, err := a.f.SyscallConn() // keeps the descriptor from being reused while it is set
	if err != nil {
		return false
	}
	if raw.Control(func(fd uintptr) { err = unix.TimerfdSettime(int(fd), 0, &when, nil) }) != nil || err != nil {
		return false
	}
	var expirations [8]byte
	_, err = a.f.Read(expirations[:])
	return err == nil
}

// close makes wait return, now and ever after.
func (a *alarm) close() { _ = a.f.Close() } // nothing was written
