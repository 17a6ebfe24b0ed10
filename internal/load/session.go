package load

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// A Session is a scenario that is ready to be measured against a target: logged in, set up, and from the first measurement on with
// connections open. It may be measured again and again; its users keep their connections in between.
type Session struct {
	e       *engine
	workers []*worker // by number: users of a closed model, slots of an open one
	mu      sync.Mutex
}

// A worker is a user with a connection.
type worker struct {
	user *user
	conn wire.Conn
}

// Open prepares a scenario. env is the environment variables that its expressions use. The error is a *PrepareError, or the
// generator's own.
func Open(ctx context.Context, target *url.URL, s *bench.Scenario, env map[string]string) (*Session, error) {
	return open(ctx, wire.NewTarget(target), s, env)
}

func open(ctx context.Context, target wire.Target, s *bench.Scenario, env map[string]string) (*Session, error) {
	p, err := compile(target, s, env)
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	start := time.Now()
	p.mark = newMark()
	e := &engine{program: p, load: s.Load, seed: rand.Uint64(), clock: func() time.Duration { return time.Since(start) }}
	e.begin(time.Now(), 0)
	if e.connect, e.closeShared, err = connector(ctx, target, s.Load.Connections, func() time.Duration { return e.clock() }); err != nil {
		return nil, &PrepareError{"connecting", err.Error()}
	}
	session := &Session{e: e}
	e.worker = session.worker
	if err := e.prepare(ctx); err != nil {
		e.closeShared()
		return nil, err
	}
	return session, nil
}

// worker is the worker with a number, made when it is asked for first.
func (s *Session) worker(number int) (*user, wire.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.workers) <= number {
		s.workers = append(s.workers, nil)
	}
	if s.workers[number] == nil {
		s.workers[number] = &worker{newUser(s.e.program, s.e.program.steps, s.e.seed, uint64(number)), s.e.connect()}
	}
	w := s.workers[number]
	return w.user, w.conn
}

// Measure runs the load for a while, after a warm-up that is not counted. When ctx ends, no new request starts; those in flight are
// waited for. each is called once a second, never concurrently. The error is about the generator itself: what the target does
// wrong under load is in the recording.
func (s *Session) Measure(ctx context.Context, warmup, duration time.Duration, each func(Progress)) (Recording, error) {
	e := s.e
	if duration != e.load.Duration || warmup != e.load.Warmup {
		e.load.Stages = nil // they say a duration of their own
	}
	e.load.Warmup, e.load.Duration = warmup, duration
	return e.measure(ctx, each)
}

// Mark gives the trace ids of measured requests from now on a beginning of their own, and returns it, as eight letters. Those of a warm-up
// and of the set-up begin otherwise. It is not called while the session is measured.
func (s *Session) Mark() string {
	s.e.program.mark = newMark()
	return fmt.Sprintf("%08x", s.e.program.mark|measuring)
}

// AtMeasurement has f called, beside the load, when the warm-up of each measurement from now on is over. Measure returns after it has.
func (s *Session) AtMeasurement(f func()) { s.e.atMeasurement = f }

// Close tears down, also after an interrupt: what the set-up made is to be cleared away. It returns what went wrong in that.
func (s *Session) Close(ctx context.Context) error {
	var err error
	if steps := s.e.program.teardown; steps != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.e.load.Timeout*time.Duration(len(steps)))
		defer cancel()
		if _, why := s.e.sequence(ctx, steps); why != "" {
			err = errors.New("teardown failed: " + why)
		}
	}
	for _, w := range s.workers {
		if w != nil {
			w.conn.Close()
		}
	}
	s.e.closeShared()
	return err
}

// engine executes a scenario, one measurement after another.
type engine struct {
	program *program
	connect func() wire.Conn
	// closeShared closes the connections that users share.
	closeShared func()
	worker      func(number int) (*user, wire.Conn)
	load        bench.Load // of this measurement
	seed        uint64

	clock    wire.Clock // since the measurement began
	end      time.Duration
	recorder *recorder
	stopped  atomic.Bool

	atMeasurement func()        // nil: nobody wants to know
	stop          chan struct{} // closed when stopped

	mu    sync.Mutex
	notes []string
}

// begin makes the engine ready for a measurement that begins now and ends after a time.
func (e *engine) begin(now time.Time, end time.Duration) {
	e.clock = func() time.Duration { return time.Since(now) }
	e.end, e.stop = end, make(chan struct{})
	e.stopped.Store(false)
	e.seed++ // other arrivals each time
	e.recorder = newRecorder(e.load.Warmup, e.load.Duration, runtime.GOMAXPROCS(0), e.seed)
}
