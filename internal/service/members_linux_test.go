package service

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

func alive(pid int) bool { _, is := look(pid); return is }

// A process that measures is killed: it can do nothing any more, and yet the service ends with the children that it has, and its
// folders go.
func TestAKilledProcessLeavesNoService(t *testing.T) {
	b, r := newBed(t), newRepository(t)
	r.commit("one")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self)
	c.Dir, c.Stdout, c.Stderr = r.dir, os.Stderr, os.Stderr
	c.Env = append(os.Environ(), be+"=gate", "LOGS="+b.logs)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	const all = 4 // the gate, the service, and two that it started
	if !eventually(time.Minute, func() bool { return len(b.processes()) == all || len(ended) > 0 }) || len(ended) > 0 {
		t.Errorf("processes %v, want %d", b.processes(), all)
	}
	if err := c.Process.Kill(); err != nil {
		t.Error(err)
	}
	<-ended
	if !eventually(time.Minute, func() bool { return len(b.processes()) == 0 }) {
		t.Errorf("processes %v are left", b.processes())
	}
	eventually(time.Minute, func() bool { left, err := os.ReadDir(b.temp); return err == nil && len(left) == 0 })
	eventually(time.Minute, func() bool { return !strings.Contains(r.git("worktree", "list"), "\n") })
	r.spotless(b.temp)
}

// What makes itself a daemon leaves its process group and its parent, and is found by its mark.
func TestADaemonEndsWithItsSide(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("no setsid")
	}
	b := newBed(t)
	d := definition("server")
	self := strings.TrimPrefix(string(d.Start[0]), "exec ")
	d.Prepare = []bench.Text{bench.Text(be + "=sleeper setsid --fork " + self)}
	s := b.side(Base, d)
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !eventually(time.Minute, func() bool { return len(b.processes()) == 1 }) {
		t.Fatalf("processes %v, want 1", b.processes())
	}
	if _, err := s.Start(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if len(b.processes()) != 1 {
		t.Errorf("processes %v: what was prepared is needed after a stop", b.processes())
	}
	for _, p := range s.left {
		if err := p.end(0); err != nil {
			t.Error(err)
		}
	}
	s.left = nil
	b.nothingIsLeft(s)
}

// Nothing of the kind that is told apart by its environment is mistaken for ours.
func TestAMarkIsThatOfOneSide(t *testing.T) {
	b := newBed(t)
	one, other := b.side(Base, definition("server")), b.side(Head, definition("server"))
	for _, s := range []*Service{one, other} {
		if _, err := s.Start(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := one.Close(); err != nil {
		t.Error(err)
	}
	if other.Err() != nil || len(b.processes()) != 1 {
		t.Errorf("the other side ended too: %v, %v", other.Err(), b.processes())
	}
}

func TestLockOfAKilledProcess(t *testing.T) {
	file := filepath.Join(t.TempDir(), "staging.lock")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self)
	c.Env = append(os.Environ(), be+"=holder", "LOCK="+file)
	c.Stderr = os.Stderr
	said, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for buffer, text := make([]byte, 100), ""; !strings.Contains(text, "holds"); { // it says so when it has the lock
		n, err := said.Read(buffer)
		if text += string(buffer[:n]); err != nil {
			t.Fatal(err)
		}
	}
	waited := 0
	l, err := Acquire(t.Context(), file, func(h Holder) {
		waited++
		if h.PID != c.Process.Pid {
			t.Errorf("%s holds it, want process %d", h, c.Process.Pid)
		}
		_ = c.Process.Kill()
	})
	if err != nil || waited != 1 {
		t.Fatalf("%v, waited %d times", err, waited)
	}
	_ = c.Wait()
	if err := l.Release(); err != nil {
		t.Error(err)
	}
}
