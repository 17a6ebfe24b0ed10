//go:build !unix

package service

import (
	"os/exec"
	"time"
)

// alone makes a command end with its context. What it started may live on; nobody waits for that.
func alone(c *exec.Cmd) { c.WaitDelay = 2 * time.Second }

func endRest(*exec.Cmd) {}
