package pipeline

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	convert "github.com/tidemark/tidemark/internal/convert/k6"
	"github.com/tidemark/tidemark/internal/evidence/generator"
	"github.com/tidemark/tidemark/internal/gate"
	"github.com/tidemark/tidemark/internal/load"
	k6 "github.com/tidemark/tidemark/internal/load/k6"
)

// K6Options say which script is run, and how its numbers are judged.
type K6Options struct {
	Binary     string // empty: the one on the PATH
	Script     string
	Flags      []string // of k6 run
	Target     string   // base URL, which the script finds in TARGET; empty: the script knows
	By         string   // what a result is made of: scenario, name or group; empty: as fits
	Warmup     time.Duration
	Thresholds bench.Thresholds // they go before the script's
	Commit     string
	Watch      *Watch
	Said       io.Writer                            // what k6 says
	Each       func(scenario string, measured bool) // is told of every request
	Hurry      <-chan struct{}                      // when it is closed k6 is ended at once
}

// A ScriptError is a script, or a k6, that could not be run: the user's to mend.
type ScriptError struct{ Err error }

func (e *ScriptError) Error() string { return e.Err.Error() }
func (e *ScriptError) Unwrap() error { return e.Err }

// RunK6 runs a script with the user's k6, reads what it measures and judges that like any run. When ctx ends, k6 ends in order, and the run is marked
// partial. The error is a *ScriptError, an *Unreachable, or our own.
func RunK6(ctx context.Context, o K6Options) (*bench.Run, []bench.Series, error) {
	test, script, version, err := o.test(ctx)
	switch {
	case err != nil && ctx.Err() != nil: // that is why
		return nil, nil, fmt.Errorf("nothing was measured: %w", ctx.Err())
	case err != nil:
		return nil, nil, err
	}
	target := &url.URL{}
	if o.Target != "" {
		if target, err = url.Parse(o.Target); err != nil {
			return nil, nil, &ScriptError{fmt.Errorf("--target: %w", err)}
		}
		if err := load.Probe(ctx, target); err != nil {
			return nil, nil, &Unreachable{target.Redacted(), err}
		}
	}
	run := &bench.Run{Schema: bench.Schema, ID: ulid.Make().String(), Suite: scriptSuite(o.Script), Started: time.Now().UTC(), Commit: commit(ctx, o.Commit),
		Target: bench.Target{URL: target.Redacted()}, Environment: environment()}
	run.Environment.Engine = version

	beside := newBeside(ctx, o.Watch, target)
	defer beside.close()
	test.Env = append(test.Env, "TIDEMARK_TRACE_MARK="+beside.mark)
	by, err := convert.ParseBy(o.By)
	if err != nil {
		return nil, nil, &ScriptError{fmt.Errorf("--by: %w", err)}
	}
	stream := convert.NewStream(convert.Options{By: by, Warmup: o.Warmup, Script: script, Each: func(r convert.Request) {
		beside.request(ctx, r.Scenario, r.Measured)
		if o.Each != nil {
			o.Each(r.Scenario, r.Measured)
		}
	}})
	running, err := test.Start(ctx)
	if err != nil {
		return nil, nil, &ScriptError{fmt.Errorf("start k6: %w", err)}
	}
	ended := make(chan struct{})
	go func() {
		select {
		case <-o.Hurry:
			running.Kill()
		case <-ended:
		}
	}()
	_, readErr := stream.ReadFrom(running.Stream)
	code, summary, waitErr := running.Wait()
	close(ended)
	beside.end(ctx)

	results, err := stream.Results()
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, nil, fmt.Errorf("nothing was measured: %w", ctx.Err())
	case err != nil:
		return nil, nil, &ScriptError{errors.Join(fmt.Errorf("k6 ended with exit code %d, and its stream %w", code, err), readErr, waitErr)}
	}
	run.Partial = ctx.Err() != nil || code != k6.Passed && code != k6.ThresholdsCrossed
	if run.Target.URL == "" {
		run.Target.URL = stream.Target()
	}
	verdict := crossed(code, summary)
	own := stream.Own()
	for i := range results {
		r := &results[i]
		r.Evidence = append(beside.of(r.Scenarios), statuses(r, stream.Started(), time.Now()))
		if beside.shared(len(results), r.Scenarios) {
			r.Notes = append(r.Notes, "what was seen beside the load belongs to all that ran at the same time, and not to this alone")
		}
		thresholds := o.Thresholds.Merge(r.Thresholds)
		r.Result.Thresholds = thresholds.Record()
		gate.Judge(&r.Result, r.Slices, thresholds, false)
		gate.Dropped(&r.Result, r.Dropped, r.Iterations)
		for _, c := range verdict {
			switch told := c.Metric + ": " + c.Text; {
			case !r.Concerns(c.Metric):
			case c.Metric == "" || slices.Contains(own, told):
				gate.Crossed(&r.Result, "k6", strings.TrimPrefix(told, ": "))
			case r.Verdict.Status != bench.Fail:
				r.Notes = append(r.Notes, "k6 found "+told+" crossed, by the point estimate over all its requests")
			}
		}
		Explain(&r.Result)
	}
	if code != k6.Passed && code != k6.ThresholdsCrossed && ctx.Err() == nil {
		results[0].Notes = append(results[0].Notes, fmt.Sprintf("k6 ended early, with exit code %d; what it says of it stands above", code))
	}
	for _, e := range []error{readErr, waitErr} {
		if e != nil {
			results[0].Notes = append(results[0].Notes, "k6's stream: "+e.Error())
		}
	}
	for i := range results {
		run.Scenarios = append(run.Scenarios, results[i].Result)
	}
	run.Verdict = gate.Whole(run.Scenarios)
	return run, convert.Series(results), nil
}

// test finds k6 and has it read the script: what is wrong with either is told before anything is sent.
func (o *K6Options) test(ctx context.Context) (*k6.Test, *convert.Script, string, error) {
	wrong := func(err error) (*k6.Test, *convert.Script, string, error) { return nil, nil, "", &ScriptError{err} }
	if info, err := os.Stat(o.Script); err != nil {
		return wrong(fmt.Errorf("the script: %w", err))
	} else if info.IsDir() {
		return wrong(fmt.Errorf("%s is a folder: name the script in it, as %s", o.Script, filepath.Join(o.Script, "main.js")))
	}
	binary, err := k6.Find(o.Binary)
	if err != nil {
		return wrong(err)
	}
	version, err := k6.Version(ctx, binary)
	if err != nil {
		return wrong(err)
	}
	test := &k6.Test{Binary: binary, Script: o.Script, Flags: o.Flags, Env: bench.ForOthers(os.Environ()), Said: o.Said}
	if o.Target != "" {
		test.Env = append(test.Env, "TARGET="+o.Target)
	}
	said, err := test.Inspect(ctx)
	if err != nil {
		return wrong(err)
	}
	script, err := convert.ReadScript(said)
	if err != nil {
		return wrong(err)
	}
	return test, script, version, nil
}

// crossed are the thresholds that k6 found crossed.
func crossed(code int, summary []byte) []convert.Crossing {
	if s, err := convert.ReadSummary(summary); err == nil {
		return s.Crossed()
	}
	if code == k6.ThresholdsCrossed {
		return []convert.Crossing{{Text: "one or more; it wrote no summary that says which"}}
	}
	return nil
}

// statuses is what the answers show by themselves.
func statuses(r *convert.Result, from, to time.Time) bench.Evidence {
	shape := generator.Shape(&r.Result, bench.Observations{Statuses: r.Statuses})
	return bench.Evidence{Source: bench.FromGenerator, From: from, To: to, Samples: r.Requests, Load: &shape}
}

// scriptSuite is what runs of a script are kept under: the script's name, or, where that says nothing, its folder's.
func scriptSuite(script string) string {
	file, err := filepath.Abs(script)
	if err != nil {
		file = script
	}
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	for dir := filepath.Dir(file); slices.Contains([]string{"main", "index", "script", "test", "k6"}, name) && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		name = filepath.Base(dir)
	}
	return name + " (k6)"
}

// A beside gathers evidence while a script runs: for each of its scenarios, as long as they run one after another.
type beside struct {
	seen     *watched // nil: nobody wants to know
	mark     string   // that trace ids of measured requests begin with, if the script heeds it
	now      string   // the scenario that is watched
	watching bool
	requests int64 // of it
	found    map[string][]bench.Evidence
	mixed    bool // scenarios ran at the same time
}

func newBeside(ctx context.Context, w *Watch, target *url.URL) *beside {
	var mark [4]byte
	_, _ = rand.Read(mark[:]) // it never fails
	b := &beside{mark: fmt.Sprintf("%08x", mark), found: map[string][]bench.Evidence{}}
	if w == nil {
		return b
	}
	if target.Host == "" && (w.config.Metrics == "" || strings.HasPrefix(w.config.Metrics, "/")) { // of what target?
		without := *w
		without.config.Metrics = bench.Off
		w = &without
	}
	if seen := w.of(ctx, target, "", nil); len(seen.collectors) > 0 || len(seen.missing) > 0 {
		b.seen = seen
	}
	return b
}

// request is told of each, in the order of the stream.
func (b *beside) request(ctx context.Context, scenario string, measured bool) {
	if b.seen == nil || !measured {
		return
	}
	if b.watching && scenario != b.now && !b.mixed {
		if _, before := b.found[scenario]; before {
			b.mixed = true // it is not over, so what is gathered from now on is of several
		} else {
			b.end(ctx)
		}
	}
	if !b.watching {
		b.seen.followMark(b.mark)
		b.seen.begin(ctx, &bench.Scenario{ID: scenario})
		b.now, b.watching, b.requests = scenario, true, 0
	}
	b.requests++
}

// end keeps what was seen since a scenario began.
func (b *beside) end(ctx context.Context) {
	if b.seen == nil || !b.watching {
		return
	}
	b.watching = false
	b.found[b.now] = b.seen.end(ctx, &bench.Result{Requests: b.requests}, bench.Observations{})
}

// of is what was seen while some scenarios ran.
func (b *beside) of(scenarios []string) (all []bench.Evidence) {
	if b.mixed {
		return slices.Clone(b.found[b.now]) // the longest stretch, of all of them
	}
	for _, s := range scenarios {
		all = append(all, b.found[s]...)
	}
	return all
}

// shared reports whether a result's evidence is of others too.
func (b *beside) shared(results int, scenarios []string) bool {
	return len(b.of(scenarios)) > 0 && results > 1 && (b.mixed || len(b.found) < results)
}

func (b *beside) close() {
	if b.seen != nil {
		_ = b.seen.close() // it was only read from
	}
}
