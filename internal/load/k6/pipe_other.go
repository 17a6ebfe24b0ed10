//go:build !unix

package k6

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"sync"
	"time"
)

// A pipe is a file that is read behind k6's back, where there are no pipes with names.
type pipe struct {
	name string
	file *os.File // nil: k6 has not made it yet
	over chan struct{}
	once sync.Once
}

func newPipe(name string) (*pipe, error) { return &pipe{name: name, over: make(chan struct{})}, nil }

// look is how often the file is looked at for more.
const look = 200 * time.Millisecond

// Read reads what k6 has written; at the file's end it waits for more, until k6 has ended.
func (p *pipe) Read(b []byte) (int, error) {
	for {
		over := false
		select {
		case <-p.over:
			over = true
		default:
		}
		n, err := p.try(b)
		if n > 0 || err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		if over {
			return 0, io.EOF
		}
		select {
		case <-p.over:
		case <-time.After(look):
		}
	}
}

func (p *pipe) try(b []byte) (int, error) {
	if p.file == nil {
		var err error
		if p.file, err = os.Open(p.name); errors.Is(err, fs.ErrNotExist) {
			p.file = nil
			return 0, io.EOF
		} else if err != nil {
			return 0, err
		}
	}
	return p.file.Read(b)
}

func (p *pipe) ended() { p.once.Do(func() { close(p.over) }) }

func (p *pipe) close() error {
	p.ended()
	if p.file == nil {
		return nil
	}
	return p.file.Close()
}

// apart does nothing here: k6 is interrupted along with us.
func apart(*exec.Cmd) {}

func interrupt(*exec.Cmd) {}
