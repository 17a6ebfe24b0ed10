package service

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// A Lock is the right to measure something that bears one measurement at a time, as a staging that two jobs share. It goes when the process
// that holds it goes, however that ends.
type Lock struct {
	file   *flock.Flock
	holder string // file that says who holds it; Windows lets nobody read a locked one
}

// A Holder is who holds a lock.
type Holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	return fmt.Sprintf("process %d on %s since %s", h.PID, h.Host, h.Since.Local().Format(time.TimeOnly))
}

// lockPause is the time between two tries. The system can tell when a lock is free, but not wait for that and for ctx.
const lockPause = 100 * time.Millisecond

// LockFile is the file of the lock for a name, as a target's URL, among this user's processes on this machine. Machines that share a target
// need a file that they share too.
func LockFile(name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(os.TempDir(), fmt.Sprintf("tidemark-%d-%x.lock", os.Getuid(), sum[:8]))
}

// Acquire takes the lock of a file, which need not exist, and waits as long as another process has it: waiting is then told, once, who that is. The
// error is of ctx, or of the file.
func Acquire(ctx context.Context, file string, waiting func(Holder)) (*Lock, error) {
	l := &Lock{file: flock.New(file, flock.SetPermissions(0o666)), holder: file + ".holder"}
	taken, err := l.file.TryLock()
	if err == nil && !taken {
		waiting(l.heldBy())
		_, err = l.file.TryLockContext(ctx, lockPause)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("waiting for the lock %s, which %s holds: %w", file, l.heldBy(), ctx.Err())
		}
		return nil, errors.Join(err, l.file.Close())
	}
	host, _ := os.Hostname() // without one it is still known by its number
	text, err := json.Marshal(Holder{os.Getpid(), host, time.Now().UTC().Truncate(time.Second)})
	if err == nil {
		err = os.WriteFile(l.holder, text, 0o666)
	}
	if err != nil {
		return nil, errors.Join(err, l.Release())
	}
	return l, nil
}

// heldBy is who holds the lock as far as that is known: whoever has just taken it may not have said so yet.
func (l *Lock) heldBy() (h Holder) {
	if text, err := os.ReadFile(l.holder); err == nil && json.Unmarshal(text, &h) != nil {
		return Holder{}
	}
	return h
}

// Release gives the lock back. The file stays: who waits for it has it open.
func (l *Lock) Release() error {
	err := os.Remove(l.holder)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, l.file.Close())
}
