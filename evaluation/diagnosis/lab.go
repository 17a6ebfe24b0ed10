package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/examples/shop"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

// A lab is the shop, on PostgreSQL and as a process of its own, with all sources of evidence at hand.
type lab struct {
	dir      string
	database *store
	watch    *pipeline.Watch
	shop     *exec.Cmd
	ready    shop.Ready
	plan     *bench.Plan
}

func open(ctx context.Context, stderr io.Writer) (l *lab, err error) {
	l = &lab{}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if l.dir, err = os.MkdirTemp("", "tidemark-diagnosis-"); err != nil {
		return l, err
	}
	if l.database, err = openDatabase(ctx); err != nil {
		return l, err
	}
	config := bench.EvidenceConfig{OTLP: "127.0.0.1:0", Postgres: l.database.url, Profile: "${env.SHOP_ADMIN}/debug/pprof", Metrics: "/metrics"}
	env := map[string]string{}
	if l.watch, err = pipeline.NewWatch(ctx, config, env); err != nil {
		return l, err
	}
	if err := l.start(ctx, stderr); err != nil {
		return l, err
	}
	env["SHOP_ADMIN"] = l.ready.Admin
	suiteDir := filepath.Join(l.dir, "suite")
	if err := os.CopyFS(suiteDir, shop.Suite); err != nil {
		return l, err
	}
	l.plan, err = pipeline.Check(filepath.Join(suiteDir, "benchmarks", "all-endpoints"), l.ready.URL)
	return l, err
}

// start builds the shop and runs it. A query over loopback is unrealistically cheap; half a millisecond is what a network adds.
func (l *lab) start(ctx context.Context, stderr io.Writer) error {
	binary := filepath.Join(l.dir, "shop")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./examples/shop/cmd/shop")
	build.Stderr = stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the shop: %w", err)
	}
	l.shop = exec.Command(binary, "--database", l.database.url, "--db-delay", "500us", "--otlp", l.watch.Endpoint()) //nolint:noctx // it outlives an interrupt, and is stopped by close
	l.shop.Stderr = stderr
	l.shop.Env = os.Environ()
	for name, value := range l.watch.Exports() {
		l.shop.Env = append(l.shop.Env, name+"="+value)
	}
	said, err := l.shop.StdoutPipe()
	if err != nil {
		return err
	}
	if err := l.shop.Start(); err != nil {
		return err
	}
	return json.NewDecoder(said).Decode(&l.ready)
}

func (l *lab) close() error {
	var err error
	if l.shop != nil && l.shop.Process != nil {
		err = errors.Join(l.shop.Process.Signal(os.Interrupt), l.shop.Wait())
	}
	err = errors.Join(err, l.watch.Close())
	if l.database != nil {
		err = errors.Join(err, l.database.close())
	}
	return errors.Join(err, os.RemoveAll(l.dir))
}

// mostTries bounds how often a trial is measured on a machine that is too busy. What the load generator was late for is not judged, so that a
// user would measure it again too.
const mostTries = 3

// observe measures a trial until the load generator was on time.
func (l *lab) observe(ctx context.Context, t trial, ld shopLoad, o options) (m measurement, err error) {
	for again := range mostTries {
		m, err = l.measure(ctx, t, ld, o)
		m.again = again
		if err != nil || m.result.Verdict.Status != bench.Void || t.fault == string(bench.GeneratorLimit) {
			break
		}
	}
	return m, err
}

// measure gives the shop a fault, puts it under a load, and takes the fault away again.
func (l *lab) measure(ctx context.Context, t trial, ld shopLoad, o options) (m measurement, err error) {
	if err := l.admin(ctx, http.MethodPost, "/reset"); err != nil {
		return m, err
	}
	if known(t.fault) {
		if err := l.admin(ctx, http.MethodPut, "/faults/"+t.fault); err != nil {
			return m, err
		}
		defer func() {
			err = errors.Join(err, l.admin(context.WithoutCancel(ctx), http.MethodDelete, "/faults/"+t.fault))
		}()
	}
	scale := o.scale
	if t.fixed {
		scale = 1
	}
	plan := *l.plan
	plan.Scenarios = nil
	for _, s := range l.plan.Scenarios {
		if s.ID == t.scenario {
			plan.Scenarios = append(plan.Scenarios, ld.on(s, o.duration+t.longer, scale))
		}
	}
	run, _, err := pipeline.Run(ctx, &plan, pipeline.Options{Env: map[string]string{"SHOP_TOKEN": l.ready.Token}, Commit: "0000000", Watch: l.watch}, func(pipeline.Progress) {})
	if err != nil {
		return m, err
	}
	if o.saved != "" {
		run.ID = recordName(t, ld)
		if _, err := report.SaveRecord(o.saved, run); err != nil {
			return m, err
		}
	}
	return judge(t, ld, &run.Scenarios[0]), nil
}

// known reports whether a trial's name is a fault of the shop's: two are loads, and one is none.
func known(fault string) bool {
	return fault != healthy && fault != string(bench.SaturationKind) && fault != string(bench.GeneratorLimit)
}

// admin asks the shop's admin listener.
func (l *lab) admin(ctx context.Context, method, path string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, l.ready.Admin+path, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // only read
	if answer.StatusCode != http.StatusNoContent {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10)) // the status says enough
		return fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, text)
	}
	return nil
}
