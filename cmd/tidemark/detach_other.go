//go:build !unix

package main

import "os/exec"

// detach does nothing here: the child is interrupted along with its parent.
func detach(*exec.Cmd) {}
