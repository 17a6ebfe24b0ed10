//go:build unix

// Command k6 holds what k6 sends for an exported suite against what Tidemark sends for the suite itself: the mix of requests, the shapes of bodies, the
// distribution of every value that is drawn, the randomness of arrivals. Both go through a proxy that records, to the example shop.
// Called in this repository: go run ./evaluation/k6 --k6 PATH
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/author/k6"
	"github.com/tidemark/tidemark/internal/load"
	"github.com/tidemark/tidemark/internal/suite"
)

const shopSuite = "examples/shop/benchmarks/api-performance"

func main() {
	binary := flag.String("k6", "k6", "k6's program")
	rate := flag.Float64("rate", 30, "requests a second, of one scenario at a time")
	duration := flag.Duration("duration", 20*time.Second, "of each scenario")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := evaluate(ctx, *binary, *rate, *duration)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "k6:", err)
		os.Exit(1)
	}
}

func evaluate(ctx context.Context, binary string, rate float64, duration time.Duration) (err error) {
	dir, err := os.MkdirTemp("", "evaluation-k6-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	plan, err := suite.Read(shopSuite)
	if err != nil {
		return err
	}
	for i := range plan.Scenarios {
		l := &plan.Scenarios[i].Load
		l.Rate, l.Duration, l.Warmup, l.Timeout = rate, duration, 2*time.Second, 2*time.Second
	}
	shopURL, token, stop, err := startShop(ctx, dir)
	if err != nil {
		return err
	}
	defer stop()

	ours := record(shopURL)
	if err := runOurs(ctx, plan, ours.URL(), token); err != nil {
		return err
	}
	ours.Close()
	theirs := record(shopURL)
	checks, err := runK6(ctx, plan, binary, dir, theirs.URL(), token)
	if err != nil {
		return err
	}
	theirs.Close()

	version, err := exec.CommandContext(ctx, binary, "version").Output()
	if err != nil {
		return err
	}
	fmt.Printf("%sThe shop's suite, each scenario at %g/s, Poisson, for %s after 2s of warm-up; by Tidemark, and exported to k6.\n\n%s\n", version, rate, duration, checks)
	ok := compare(os.Stdout, plan, ours, theirs)
	if !ok || checks.Failed > 0 {
		return errors.New("k6 does not send what Tidemark sends: see the table")
	}
	return nil
}

// startShop builds and starts the shop, on loopback.
func startShop(ctx context.Context, dir string) (shopURL *url.URL, token string, stop func(), err error) {
	shop := filepath.Join(dir, "shop")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", shop, "./examples/shop/cmd/shop").CombinedOutput(); err != nil {
		return nil, "", nil, fmt.Errorf("go build: %w: %s", err, out)
	}
	c := exec.CommandContext(ctx, shop, "--database", filepath.Join(dir, "shop.db"))
	c.Stderr = os.Stderr
	said, err := c.StdoutPipe()
	if err != nil {
		return nil, "", nil, err
	}
	if err := c.Start(); err != nil {
		return nil, "", nil, err
	}
	stop = func() {
		_ = c.Process.Signal(os.Interrupt) // it has ended already if it cannot be
		_ = c.Wait()                       // an interrupted program
	}
	var ready struct{ URL, Token string }
	if err = json.NewDecoder(said).Decode(&ready); err == nil {
		shopURL, err = url.Parse(ready.URL)
	}
	if err != nil {
		stop()
		return nil, "", nil, err
	}
	return shopURL, ready.Token, stop, nil
}

func runOurs(ctx context.Context, plan *bench.Plan, target, token string) error {
	to, err := url.Parse(target)
	if err != nil {
		return err
	}
	for i := range plan.Scenarios {
		s := &plan.Scenarios[i]
		rec, err := load.Run(ctx, to, s, map[string]string{"SHOP_TOKEN": token}, func(load.Progress) {})
		if err != nil {
			return err
		}
		if r := bench.Collect(*s, rec.Slices, rec.Measured); r.Failed() > 0 {
			return fmt.Errorf("%s: %v: %q", s.ID, r.Errors, rec.Notes)
		}
	}
	return nil
}

// A checked is how k6's checks went.
type checked struct{ Passed, Failed int64 }

func (c checked) String() string {
	return fmt.Sprintf("k6's checks: %d passed, %d failed.", c.Passed, c.Failed)
}

func runK6(ctx context.Context, plan *bench.Plan, binary, dir, target, token string) (c checked, err error) {
	exported, err := k6.Write(plan)
	if err != nil {
		return c, err
	}
	scripts := filepath.Join(dir, "k6")
	for _, f := range exported.Files {
		name := filepath.Join(scripts, filepath.FromSlash(f.Name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(f.Content), 0o600)); err != nil {
			return c, err
		}
	}
	summary := filepath.Join(dir, "summary.json")
	// Thresholds are about the machine's speed, which is not in question here.
	run := exec.CommandContext(ctx, binary, "run", "--quiet", "--no-thresholds", "--no-usage-report", "--address", "127.0.0.1:0", "--summary-export", summary, filepath.Join(scripts, "main.js"))
	run.Env = append(os.Environ(), "TARGET="+target, "SHOP_TOKEN="+token)
	var said bytes.Buffer
	run.Stdout, run.Stderr = &said, &said
	if err := run.Run(); err != nil {
		return c, fmt.Errorf("k6: %w: %s", err, &said)
	}
	text, err := os.ReadFile(summary)
	if err != nil {
		return c, err
	}
	var told struct {
		Metrics struct {
			Checks struct{ Passes, Fails int64 }
		}
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return c, err
	}
	return checked{told.Metrics.Checks.Passes, told.Metrics.Checks.Fails}, nil
}
