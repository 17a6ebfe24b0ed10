//go:build !unix

package historytest

import "os/exec"

// There are no groups of processes here: the writer is killed alone.
func group(*exec.Cmd) {}

func killGroup(c *exec.Cmd) error { return c.Process.Kill() }
