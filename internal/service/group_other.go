//go:build !unix

package service

import (
	"os/exec"
	"strconv"
)

// A group is a command with what it starts, as far as Windows' taskkill finds it: the children of processes that live, and theirs. What was
// started by one that has ended stays, and so does everything when this process is killed.
type group struct{ member *exec.Cmd }

func newGroup() (*group, error) { return &group{}, nil }

func (g *group) join(c *exec.Cmd) { g.member = c }

// ask does nothing: there is no way to ask a process without a window.
func (g *group) ask() {}

func (g *group) empty() bool { return true }

// close ends the tree. taskkill fails when it is gone already, so its error says nothing.
func (g *group) close() error {
	if g.member != nil && g.member.Process != nil {
		_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(g.member.Process.Pid)).Run()
	}
	return nil
}
