//go:build unix

package service

import (
	"os/exec"
	"syscall"
	"time"
)

// alone makes a command end with its context along with what it started, as filters of git's, which would otherwise hold its output
// open. It has no terminal: nobody can be asked for a password there.
func alone(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGTERM) } // git removes its locks
	c.WaitDelay = 2 * time.Second
}

// endRest ends what a command that was cancelled has left.
func endRest(c *exec.Cmd) {
	if c.Process != nil {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // there may be nothing
	}
}
