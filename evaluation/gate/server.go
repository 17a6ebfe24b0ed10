package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// The server under test: each answer waits, as for a database, a log-normal time of 13 ms in the middle and 21 ms at p95, and computes
// for a while. A factor makes both longer: a known slowdown of every percentile.
const (
	median = 13 * time.Millisecond
	sigma  = 0.3
	work   = 300 // KB that are hashed, some 0.2 ms
)

// serve answers until standard input ends: the parent that dies takes its servers along.
func serve(ctx context.Context, factor float64) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode("http://" + l.Addr().String()); err != nil {
		return err
	}
	srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		wait := float64(median) * math.Exp(sigma*rand.NormFloat64()) //nolint:gosec // no secret
		time.Sleep(time.Duration(factor * wait))
		h, kb := fnv.New64a(), make([]byte, 1024)
		for range int(work * factor) {
			_, _ = h.Write(kb) // a hash does not fail
		}
		fmt.Fprintf(w, `{"hash": "%x"}`, h.Sum64())
	})}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // however it ends, it has ended
		_ = srv.Shutdown(context.WithoutCancel(ctx))
	}()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A server is such a process.
type server struct {
	url   *url.URL
	child *exec.Cmd
	alive io.WriteCloser
}

func startServer(factor float64) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &server{child: exec.Command(self, "serve", strconv.FormatFloat(factor, 'g', -1, 64))} //nolint:noctx // ended by its input
	s.child.Stderr = os.Stderr
	if s.alive, err = s.child.StdinPipe(); err != nil {
		return nil, err
	}
	said, err := s.child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.child.Start(); err != nil {
		return nil, err
	}
	var at string
	if err := json.NewDecoder(said).Decode(&at); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.url, err = url.Parse(at)
	return s, err
}

func (s *server) stop() error { return errors.Join(s.alive.Close(), s.child.Wait()) }
