package load

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/http1"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// A Progress tells how far a scenario is: after each second, that second's slice.
type Progress struct {
	Elapsed time.Duration // since the load began
	Warmup  bool
	Slice   *bench.Slice // do not keep; nil when the second had no request
}

// A Recording is what executing one scenario gave.
type Recording struct {
	Slices   []*bench.Slice
	Measured time.Duration // length of the measurement phase
	Partial  bool          // ended before its time
	CPUShare float64       // of all cores, by this process, 0 to 1
}

// probeTimeout bounds how long a target that is down is waited for.
const probeTimeout = 5 * time.Second

// Probe reports why the target cannot be reached, or nil. Nothing but a connection is made.
func Probe(target *url.URL) error { return http1.Probe(http1.NewTarget(target), probeTimeout) }

// engine executes one scenario once.
type engine struct {
	scenario *bench.Scenario
	target   http1.Target
	clock    wire.Clock
	end      time.Duration
	seed     uint64
	recorder *recorder
}

// Run executes one scenario and returns what it recorded. When ctx ends, no new request starts; those in flight are waited for.
// each is called once a second, never concurrently. The error is about the generator itself: what the target does wrong is
// in the recording.
func Run(ctx context.Context, target *url.URL, s *bench.Scenario, each func(Progress)) (Recording, error) {
	sends, err := newAlarm()
	if err != nil {
		return Recording{}, fmt.Errorf("load: %w", err)
	}
	defer sends.close()
	ticks, err := newAlarm()
	if err != nil {
		return Recording{}, fmt.Errorf("load: %w", err)
	}
	defer ticks.close()
	start := time.Now()
	e := &engine{scenario: s, target: http1.NewTarget(target), end: s.Load.Warmup + s.Load.Duration, seed: rand.Uint64(),
		clock:    func() time.Duration { return time.Since(start) },
		recorder: newRecorder(s.Load.Warmup, s.Load.Duration, runtime.GOMAXPROCS(0))}

	var stopped atomic.Bool
	var stoppedAt atomic.Int64
	defer context.AfterFunc(ctx, func() {
		stoppedAt.Store(int64(e.clock()))
		stopped.Store(true)
		sends.close()
	})()
	cpu := cpuTime()
	canary, watch := make(chan struct{}), make(chan struct{})
	over := make(chan struct{})
	go func() { defer close(canary); e.canary(ticks) }()
	go func() { defer close(watch); e.watch(over, each) }()
	if s.Load.Open() {
		e.open(sends)
	} else {
		e.closed(&stopped)
	}
	wall := e.clock()
	ticks.close()
	close(over)
	<-canary
	<-watch

	rec := Recording{Measured: s.Load.Duration, CPUShare: (cpuTime() - cpu).Seconds() / wall.Seconds() / float64(runtime.NumCPU())}
	if at := time.Duration(stoppedAt.Load()); stopped.Load() && at < e.end {
		rec.Partial, rec.Measured = true, max(at-s.Load.Warmup, 0)
	}
	e.recorder.merge(e.end)
	rec.Slices = e.recorder.result(rec.Measured)
	return rec, nil
}

func (e *engine) connect() wire.Conn { return http1.New(e.target, e.clock) }

// took records the exchange that user u has just done.
func (e *engine) took(u *user, number int, m bench.Measurement) {
	a := &u.x.Answer
	m.Sent, m.FirstByte, m.Done, m.Status, m.Size = a.Sent, a.FirstByte, a.Done, a.Status, a.Size
	m.Outcome = u.take()
	e.recorder.record(number%len(e.recorder.shards), m, u.exemplar)
}

// canaryPeriod is how often the generator measures its own lateness.
const canaryPeriod = 5 * time.Millisecond

// canary waits again and again through the same scheduler as the users, and records how late it was woken: the delay that
// the generator itself adds to what it measures.
func (e *engine) canary(a *alarm) {
	for due := canaryPeriod; due < e.end; {
		if wait := due - e.clock(); wait > 0 && !a.wait(wait) {
			return
		}
		now := e.clock()
		e.recorder.canary(due, now-due)
		due = now - now%canaryPeriod + canaryPeriod
	}
}

// watch merges and reports once a second until over.
func (e *engine) watch(over <-chan struct{}, each func(Progress)) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		now := e.clock()
		e.recorder.merge(now)
		p := Progress{Elapsed: min(now, e.end), Warmup: now < e.recorder.warmup}
		p.Slice = e.recorder.merged[e.recorder.second(now)-1]
		each(p)
	}
}
