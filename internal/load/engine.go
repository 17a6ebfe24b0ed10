package load

import (
	"context"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// A Progress tells how far a scenario is: after each second, that second's slice.
type Progress struct {
	Elapsed time.Duration // since the load began
	Warmup  bool          // the slice is of the warm-up
	Slice   *bench.Slice  // do not keep; nil when the second had no request, or only the last answers are waited for
}

// A Recording is what executing one scenario gave.
type Recording struct {
	Slices   []*bench.Slice
	Measured time.Duration // length of the measurement phase
	Partial  bool          // ended before its time
	CPUShare float64       // of all cores, by this process, 0 to 1
	GCPause  time.Duration // of this process, all pauses together
	Observed bench.Observations
	Notes    []string // what a reader should know, such as an example of each kind of error
}

// probeTimeout bounds how long a target that is down is waited for.
const probeTimeout = 5 * time.Second

// Probe reports why the target cannot be reached, or nil. Nothing but a connection is made.
func Probe(ctx context.Context, target *url.URL) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	nc, _, err := wire.NewTarget(target).Dial(ctx, wire.HTTP2, wire.HTTP1)
	if err == nil {
		_ = nc.Close() // nothing was sent
	}
	return err
}

// Run executes one scenario from its login to its teardown. See Open and Session.Measure.
func Run(ctx context.Context, target *url.URL, s *bench.Scenario, env map[string]string, each func(Progress)) (Recording, error) {
	return run(ctx, wire.NewTarget(target), s, env, each)
}

func run(ctx context.Context, target wire.Target, s *bench.Scenario, env map[string]string, each func(Progress)) (Recording, error) {
	session, err := open(ctx, target, s, env)
	if err != nil {
		return Recording{Partial: ctx.Err() != nil}, err
	}
	rec, err := session.Measure(ctx, s.Load.Warmup, s.Load.Duration, each)
	if closeErr := session.Close(ctx); closeErr != nil {
		rec.Notes = append(rec.Notes, closeErr.Error())
	}
	return rec, err
}

// measure runs the load. The clock begins now.
func (e *engine) measure(ctx context.Context, each func(Progress)) (Recording, error) {
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
	e.begin(time.Now(), e.load.Warmup+e.load.Duration)
	var stoppedAt atomic.Int64
	ended := make(chan struct{})
	unless := context.AfterFunc(ctx, func() {
		defer close(ended)
		stoppedAt.Store(int64(e.clock()))
		e.stopped.Store(true)
		close(e.stop)
		sends.close()
	})
	defer func() {
		if !unless() {
			<-ended // it is of this measurement, and must not stop the next
		}
	}()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, over := cpuTime(), make(chan struct{})
	var beside sync.WaitGroup
	beside.Go(func() { e.canary(ticks) })
	if e.program.login != nil {
		beside.Go(func() { e.keepLoggedIn(ctx, over) })
	}
	if e.atMeasurement != nil {
		beside.Go(func() { e.phase(over) })
	}
	watched := make(chan struct{})
	go func() { defer close(watched); e.watch(over, each) }()
	if e.load.Open() {
		e.open(sends.wait)
	} else {
		e.closed()
	}
	wall := e.clock()
	ticks.close()
	close(over)
	beside.Wait()
	<-watched

	l := e.load
	rec := Recording{Measured: l.Duration, CPUShare: (cpuTime() - cpu).Seconds() / wall.Seconds() / float64(runtime.NumCPU())}
	if at := time.Duration(stoppedAt.Load()); e.stopped.Load() && at < e.end {
		rec.Partial, rec.Measured = true, max(at-l.Warmup, 0)
	}
	runtime.ReadMemStats(&after)
	rec.GCPause = time.Duration(after.PauseTotalNs - before.PauseTotalNs)
	e.recorder.merge(e.end)
	rec.Slices = e.recorder.result(rec.Measured)
	rec.Observed = e.recorder.observed()
	rec.Notes = append(e.recorder.notes(), e.notes...)
	return rec, nil
}

// phase calls who wants to know that the warm-up is over.
func (e *engine) phase(over <-chan struct{}) {
	warm := time.NewTimer(max(e.load.Warmup-e.clock(), 0))
	defer warm.Stop()
	select {
	case <-over:
		return
	case <-warm.C:
	}
	e.atMeasurement()
}

// note adds to what a reader should know, once.
func (e *engine) note(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Contains(e.notes, text) {
		e.notes = append(e.notes, text)
	}
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

// watch merges and reports once a second until over. Each second of the load is reported once, when it is over; while the last
// answers are waited for, there is no more to report than that.
func (e *engine) watch(over <-chan struct{}, each func(Progress)) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	next := e.recorder.second(0)
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		now := e.clock()
		e.recorder.merge(now)
		p := Progress{Elapsed: min(now, e.end), Warmup: now < e.load.Warmup}
		if next == e.recorder.second(now) {
			each(p)
		}
		for ; next < e.recorder.second(now); next++ {
			p.Warmup, p.Slice = next < 0, e.recorder.merged[next]
			each(p)
		}
	}
}
