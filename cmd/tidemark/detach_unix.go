//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// detach keeps Ctrl-C from the child: the run's last requests still need it.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
