package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/examples/shop"
	"github.com/tidemark/tidemark/internal/pipeline"
)

func demoCommand() *cobra.Command {
	var json, keep bool
	var results string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Start the example shop, benchmark it, show what the tool finds",
		Long: "Starts a small shop on loopback, with a real database and two mistakes in its code (" + shop.NPlusOne + ", " + shop.SlowDependency + "),\n" +
			"measures four endpoints for a few seconds each, and prints the table. Two of them fail, so the exit code is 0 all the same.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return demo(c, json, keep, results) },
	}
	c.Flags().BoolVar(&json, "json", false, "print the run's record on standard output, and nothing else there")
	c.Flags().BoolVar(&keep, "keep", false, "leave the shop running until interrupted")
	c.Flags().StringVar(&results, "results", "results", "folder that the run is saved in")
	return c
}

func demo(c *cobra.Command, json, keep bool, results string) (err error) {
	stderr := c.ErrOrStderr()
	url, stop, err := startShop(c.Context(), c)
	if err != nil {
		return &oursError{fmt.Errorf("start the shop: %w", err)}
	}
	defer func() {
		if e := stop(); err == nil && e != nil {
			err = &oursError{fmt.Errorf("stop the shop: %w", e)}
		}
	}()
	fmt.Fprintln(stderr, "the shop answers at", url)
	result, err := pipeline.Run(c.Context(), demoPlan(url), progress(stderr))
	if err != nil {
		return &oursError{err}
	}
	if err := present(c, result, results, json); err != nil {
		return err
	}
	fmt.Fprintln(stderr, "\nNext: tidemark run http://your-api/path --users 20 --threshold p95=300ms")
	if result.Partial {
		return verdict(exitInterrupted)
	}
	if keep {
		fmt.Fprintln(stderr, "the shop still answers at", url, "until you press Ctrl-C")
		<-c.Context().Done()
	}
	return nil
}

// demoPlan is the walk through the shop's four endpoints. Rates are low enough for a small machine, and each scenario is long
// enough for its p95 to be judged.
func demoPlan(url string) *bench.Plan {
	p50, p95 := 20*time.Millisecond, 40*time.Millisecond
	noErrors := 0.0
	plan := &bench.Plan{Name: "demo", Target: url}
	for _, s := range []struct{ id, name, method, path, body string }{
		{"products-list", "GET /products", "GET", "/api/v1/products?page=3", ""},
		{"product-detail", "GET /products/:id", "GET", "/api/v1/products/1017", ""},
		{"create-order", "POST /orders", "POST", "/api/v1/orders",
			`{"user_id": 60, "line_items": [{"product_id": 17, "quantity": 1}, {"product_id": 412, "quantity": 2}, {"product_id": 1999, "quantity": 1}]}`},
		{"user-orders", "GET /users/:id/orders", "GET", "/api/v1/users/70/orders", ""},
	} {
		plan.Scenarios = append(plan.Scenarios, bench.Scenario{ID: s.id, Name: s.name,
			Load: bench.Load{Rate: 60, Poisson: true, Warmup: time.Second, Duration: 5 * time.Second, MaxInFlight: bench.DefaultMaxInFlight,
				Timeout: bench.DefaultTimeout, MaxBody: bench.DefaultMaxBody},
			Request:    bench.Request{Method: s.method, Path: s.path, Body: s.body},
			Thresholds: bench.Thresholds{P50: &p50, P95: &p95, ErrorRate: &noErrors}})
	}
	return plan
}

// startShop runs this program again, as the shop, and returns its address once it answers.
func startShop(ctx context.Context, c *cobra.Command) (url string, stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	child := exec.CommandContext(context.WithoutCancel(ctx), self, "shop", "--fault", shop.NPlusOne+","+shop.SlowDependency)
	child.Stderr = c.ErrOrStderr()
	alive, err := child.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	said, err := child.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	detach(child)
	if err := child.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error { return errors.Join(alive.Close(), child.Wait()) }
	url, err = bufio.NewReader(said).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(err, stop())
	}
	return strings.TrimSpace(url), stop, nil
}
