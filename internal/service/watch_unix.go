//go:build unix

package service

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// A watch is a shell that does something when this process is gone, however it went: it waits for our end of a pipe to be closed.
type watch struct {
	shell *exec.Cmd
	pipe  *os.File
}

// watchPrelude ignores what a watch is asked to end by, and ends it when it is told that all is well.
const watchPrelude = `trap '' TERM INT HUP QUIT; read -r line && exit; `

// newWatch starts a watch in a process group of its own, so that who ends ours does not end it.
func newWatch(script string, args ...string) (*watch, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	shell := exec.Command("sh", append([]string{"-c", watchPrelude + script, "tidemark-watch"}, args...)...) //nolint:noctx // it outlives us
	shell.Dir = "/"
	shell.Env = environ()
	shell.Stdin = read
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = shell.Start()
	if err = errors.Join(err, read.Close()); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	return &watch{shell, write}, nil
}

// off ends the watch.
func (w *watch) off() error {
	_, err := w.pipe.WriteString("\n")
	return errors.Join(err, w.pipe.Close(), w.shell.Wait())
}

// A janitor removes a folder when this process is gone and cannot. It leaves those time to end who may still write there.
type janitor struct{ watch *watch }

const janitorScript = `sleep 3; chmod -R u+w "$1"; rm -rf "$1"; [ -z "$2" ] || git --git-dir="$2" worktree remove --force "$1"`

// newJanitor watches over a folder, which is a checkout if gitDir is not empty.
func newJanitor(dir, gitDir string) (janitor, error) {
	w, err := newWatch(janitorScript, dir, gitDir)
	return janitor{w}, err
}

// off ends it: the folder has been removed.
func (j janitor) off() error { return j.watch.off() }
