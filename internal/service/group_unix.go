//go:build unix

package service

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"github.com/oklog/ulid/v2"
)

// A group is a command with all that it starts: a process group, and on Linux also what left the group but still has our mark in its
// environment, as daemons do.
//
// Its first member is a guard, a watch that ends the group when this process is gone. (Linux could tell a child of its parent's death by
// PR_SET_PDEATHSIG, but not the child's children, and it takes the end of the thread that forked for that of the process.) As the guard
// leads the group, the group's number cannot come to mean other processes as long as we hold it.
type group struct {
	guard *watch
	id    int    // of the group, and of the guard
	mark  string // NAME=value in the environment of its members
	since uint64 // when the guard began, by the system's own clock; nothing that is older has the mark
}

const guardScript = `kill -s TERM -- -$$; sleep 1; kill -s KILL -- -$$`

func newGroup() (*group, error) {
	guard, err := newWatch(guardScript)
	if err != nil {
		return nil, err
	}
	id := guard.shell.Process.Pid
	return &group{guard, id, "TIDEMARK_SERVICE_MARK=" + ulid.Make().String(), began(id)}, nil
}

// join makes a command that has not begun a member.
func (g *group) join(c *exec.Cmd) {
	c.Env = append(c.Env, g.mark)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: g.id}
}

// ask asks all members to end.
func (g *group) ask() { g.signal(syscall.SIGTERM) }

// signal reaches who is there. Whether it was heeded, empty says.
func (g *group) signal(s syscall.Signal) {
	_ = syscall.Kill(-g.id, s)
	_, strays, _ := g.members()
	for _, pid := range strays {
		_ = syscall.Kill(pid, s)
	}
}

// empty reports whether no member is left but the guard.
func (g *group) empty() bool {
	within, strays, err := g.members()
	return err == nil && len(within) == 0 && len(strays) == 0
}

// killTime is how long the system may take to end a process that was killed: one that waits for a disk takes a while.
const killTime = 10 * time.Second

// close ends all members, and the guard, at once.
func (g *group) close() error {
	var err error
	if !eventually(killTime, func() bool { g.signal(syscall.SIGKILL); return g.empty() }) { // again: what left the group may have forked meanwhile
		stay, strays, e := g.members()
		err = errors.Join(e, fmt.Errorf("processes %v are still there %s after they were killed", append(stay, strays...), killTime))
	}
	_ = g.guard.shell.Wait() // it was killed
	return errors.Join(err, g.guard.pipe.Close())
}
