package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/examples/shop"
	"github.com/tidemark/tidemark/hist"
	"github.com/tidemark/tidemark/internal/compare"
	"github.com/tidemark/tidemark/internal/evidence"
	"github.com/tidemark/tidemark/internal/evidence/metrics"
	"github.com/tidemark/tidemark/internal/evidence/otlp"
	"github.com/tidemark/tidemark/internal/evidence/postgres"
	"github.com/tidemark/tidemark/internal/evidence/profile"
	"github.com/tidemark/tidemark/internal/load"
)

// costs are what is collected, and so what is measured against nothing at all. Tracing costs the service as well: it makes and sends the spans.
var costs = []struct {
	name                                string
	traces, postgres, metrics, profiles bool
}{
	{name: "nothing (the same twice)"},
	{name: "traces", traces: true},
	{name: "postgres", postgres: true},
	{name: "metrics", metrics: true},
	{name: "profile", profiles: true},
	{name: "all", traces: true, postgres: true, metrics: true, profiles: true},
}

// overhead measures what collecting costs the latency that is measured: two shops on one machine take turns, in blocks of a second, and only
// one of them is looked at.
func overhead(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	l, err := open(ctx, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	receiver, err := otlp.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, receiver.Close()) }()
	fmt.Fprintf(stdout, "cost of collecting, GET /users/:id/orders at 40 a second, %d pairs of blocks of a second each\n\n", o.pairs)
	fmt.Fprintf(stdout, "%-26s %s\n", "collected", "p50 without, with, change (95%)                 p95 without, with, change (95%)")
	for _, c := range costs {
		endpoint := ""
		if c.traces {
			endpoint = receiver.Endpoint()
		}
		pairs, err := l.turns(ctx, endpoint, o, func(head shop.Ready) (all []evidence.Collector, err error) {
			if c.traces {
				all = append(all, receiver.Collector())
			}
			add := func(collector evidence.Collector, e error) { all, err = append(all, collector), errors.Join(err, e) }
			if c.postgres {
				collector, e := postgres.New(l.database.url)
				add(collector, e)
			}
			if c.metrics {
				collector, e := metrics.New(head.URL+"/metrics", head.URL)
				add(collector, e)
			}
			if c.profiles {
				collector, e := profile.New(head.Admin + "/debug/pprof")
				add(collector, e)
			}
			return all, err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		fmt.Fprintf(stdout, "%-26s", c.name)
		for _, e := range compare.Compare(pairs, 1, rand.New(rand.NewPCG(1, 1))) {
			if e.Metric != "p99" {
				fmt.Fprintf(stdout, " %6.2f ms %6.2f ms %+5.1f%% (%+.1f to %+.1f)   ", e.Base, e.Head, 100*(e.Ratio-1), 100*(e.Low-1), 100*(e.High-1))
			}
		}
		fmt.Fprintln(stdout)
	}
	return nil
}

// turns measures pairs of blocks of two shops, the second of which sends spans to an endpoint and is looked at by collectors.
func (l *lab) turns(ctx context.Context, endpoint string, o options, collectors func(shop.Ready) ([]evidence.Collector, error)) (pairs []compare.Pair, err error) {
	var sessions [2]*load.Session
	var ready [2]shop.Ready
	for i := range sessions {
		args := []string{"--database", l.database.url, "--db-delay", "500us"}
		if i == 1 && endpoint != "" {
			args = append(args, "--otlp", endpoint)
		}
		stop, err := l.another(args, &ready[i])
		if err != nil {
			return nil, err
		}
		defer stop()
	}
	var s bench.Scenario
	atRate := shopLoad{rate: 40 * o.scale}
	for _, known := range l.plan.Scenarios {
		if known.ID == "user-orders" {
			s = atRate.on(known, time.Second, 1)
		}
	}
	for i := range sessions {
		target, err := url.Parse(ready[i].URL)
		if err != nil {
			return nil, err
		}
		if sessions[i], err = load.Open(ctx, target, &s, map[string]string{"SHOP_TOKEN": ready[i].Token}); err != nil {
			return nil, err
		}
		defer func() { _ = sessions[i].Close(ctx) }() // it has no teardown
		if _, err := sessions[i].Measure(ctx, 0, 2*time.Second, func(load.Progress) {}); err != nil {
			return nil, err
		}
	}
	all, err := collectors(ready[1])
	if err != nil {
		return nil, err
	}
	for range o.pairs {
		var pair compare.Pair
		first := rand.IntN(2)
		for _, side := range []int{first, 1 - first} {
			rec, err := l.block(ctx, sessions[side], &s, side == 1, all)
			if err != nil || ctx.Err() != nil {
				return nil, errors.Join(err, ctx.Err())
			}
			h := bench.Collect(s, rec.Slices, rec.Measured).Histogram.Response
			*[]**hist.Histogram{&pair.Base, &pair.Head}[side] = h
		}
		pairs = append(pairs, pair)
	}
	for _, c := range all {
		err = errors.Join(err, c.Close())
	}
	return pairs, err
}

// block measures one block; with what collects around it.
func (l *lab) block(ctx context.Context, s *load.Session, scenario *bench.Scenario, looked bool, all []evidence.Collector) (load.Recording, error) {
	if !looked {
		return s.Measure(ctx, 100*time.Millisecond, time.Second, func(load.Progress) {})
	}
	mark := s.Mark()
	for _, c := range all {
		if f, ok := c.(evidence.Follower); ok {
			f.Follow(mark)
		}
		c.Begin(ctx, scenario)
	}
	from := time.Now()
	rec, err := s.Measure(ctx, 100*time.Millisecond, time.Second, func(load.Progress) {})
	ended, cancel := context.WithCancel(ctx)
	cancel() // nothing is waited for: what is told is of no interest here
	for _, c := range all {
		c.End(ended, evidence.Span{From: from, To: time.Now(), Requests: 40})
	}
	return rec, err
}

// another starts one more shop; stop ends it.
func (l *lab) another(args []string, ready *shop.Ready) (stop func(), err error) {
	cmd := exec.Command(strings.Join([]string{l.dir, "shop"}, "/"), args...) //nolint:noctx // it is stopped by who starts it
	cmd.Env = append(os.Environ(), "OTEL_BSP_SCHEDULE_DELAY=500")
	said, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait() // it was asked to end
	}
	if err := json.NewDecoder(said).Decode(ready); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}
