//go:build unix

package historytest

import (
	"os/exec"
	"syscall"
)

// group puts a process, and what it will start, into a group of their own.
func group(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills all of them.
func killGroup(c *exec.Cmd) error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
