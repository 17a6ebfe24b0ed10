//go:build unix

package k6

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// A pipe has a name, which k6 opens as the file that it writes to.
type pipe struct {
	name string
	*os.File
	open *os.File // our own end for writing: without it reading would end before k6 has begun
	once sync.Once
}

func newPipe(name string) (*pipe, error) {
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	read, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // or it would wait for k6, which may never come
	if err != nil {
		return nil, err
	}
	write, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return nil, errors.Join(err, read.Close())
	}
	return &pipe{name: name, File: read, open: write}, nil
}

// ended says that k6 has: what it wrote is read to its end.
func (p *pipe) ended() { p.once.Do(func() { _ = p.open.Close() }) } // nothing was written to it

func (p *pipe) close() error {
	p.ended()
	return p.Close()
}

// apart keeps the terminal's Ctrl-C from k6: it comes through us, once.
func apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func interrupt(c *exec.Cmd) { _ = c.Process.Signal(syscall.SIGINT) } // it may have ended
