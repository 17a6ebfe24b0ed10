package gitbranch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
)

// A process is a git that answers question after question.
type process struct {
	command    *exec.Cmd
	in         io.WriteCloser
	out        *bufio.Reader
	complaints *bytes.Buffer
	kill       context.CancelFunc
}

func (g git) start(ctx context.Context, args ...string) (*process, error) {
	ctx, kill := context.WithCancel(context.WithoutCancel(ctx)) // each question has its own
	p := &process{command: g.command(ctx, args...), complaints: &bytes.Buffer{}, kill: kill}
	p.command.Cancel = func() error { return p.command.Process.Kill() } // it has nothing to tidy up
	p.command.Stderr = p.complaints
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReaderSize(out, 64<<10)
	if err := p.command.Start(); err != nil {
		kill()
		return nil, err
	}
	return p, nil
}

// ask does something with the process, which ends if the context does.
func (p *process) ask(ctx context.Context, do func() error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	stop := context.AfterFunc(ctx, p.kill)
	err := do()
	if !stop() {
		return ctx.Err()
	}
	return err
}

// end lets the process end, and tells what it had to complain of.
func (p *process) end() error {
	defer p.kill()
	err := errors.Join(p.in.Close(), p.command.Wait())
	if err != nil && p.complaints.Len() > 0 {
		return fmt.Errorf("git: %s", bytes.TrimSpace(p.complaints.Bytes()))
	}
	return err
}

// abandon ends it at once.
func (p *process) abandon() {
	p.kill()
	_ = p.command.Wait() // killed
}
