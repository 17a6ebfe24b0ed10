package service

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"time"
)

const (
	stopGrace   = 10 * time.Second // for a service to finish what it does after SIGTERM
	cancelGrace = 2 * time.Second  // for a build or a migration that nobody waits for any more
)

// A process is one command of a shell with all that it starts.
type process struct {
	group *group
	done  chan struct{} // closed when the shell has ended; what it left behind may live on
	err   error         // how it ended; to be read after done
}

// start runs a command in a folder. What it says goes to log.
func start(command, dir string, env []string, log *os.File) (*process, error) {
	g, err := newGroup()
	if err != nil {
		return nil, err
	}
	c := exec.Command("sh", "-e", "-c", command) //nolint:noctx // it is ended in order, with its group
	c.Dir, c.Env, c.Stdout, c.Stderr = dir, env, log, log
	g.join(c)
	if err := c.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			err = errors.New("commands need a shell, and there is no sh on the PATH (on Windows, Git brings one)")
		}
		return nil, errors.Join(err, g.close())
	}
	p := &process{group: g, done: make(chan struct{})}
	go func() {
		p.err = c.Wait()
		close(p.done)
	}()
	return p, nil
}

// wait waits for the command's end, or for that of ctx.
func (p *process) wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// end asks the process and all that it started to end, waits, and ends at once what is left. How they ended is no error.
func (p *process) end(grace time.Duration) error {
	p.group.ask()
	eventually(grace, func() bool { return p.ended() && p.group.empty() })
	err := p.group.close()
	<-p.done
	return err
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// eventually waits until something is so, and reports whether it came to be in time. The system tells nobody when a process ends that is no
// child of his, so it is looked at again and again, less and less often.
func eventually(limit time.Duration, so func() bool) bool {
	pause := time.Millisecond
	for deadline := time.Now().Add(limit); !so(); {
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(pause)
		pause = min(2*pause, 50*time.Millisecond)
	}
	return true
}
