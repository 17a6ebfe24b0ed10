package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/examples/shop"
	"github.com/tidemark/tidemark/internal/pipeline"
)

func demoCommand() *cobra.Command {
	var asJSON, keep bool
	var results string
	var files reportFiles
	c := &cobra.Command{
		Use:   "demo",
		Short: "Start the example shop, benchmark it, show what the tool finds",
		Long: "Starts a small shop on loopback, with a real database and two mistakes in its code (" + strings.Join(demoFaults, ", ") + "),\n" +
			"measures four endpoints for a few seconds each, and prints the table. Two of them fail, so the exit code is 0 all the same.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return demo(c, asJSON, keep, results, files) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the run's record on standard output, and nothing else there")
	c.Flags().BoolVar(&keep, "keep", false, "leave the shop running until interrupted")
	c.Flags().StringVar(&results, "results", "results", "folder that the run is saved in")
	files.define(c)
	return c
}

// demoFaults are the mistakes that the demo's shop makes.
var demoFaults = []string{"n-plus-one", "slow-dependency"}

func demo(c *cobra.Command, asJSON, keep bool, results string, files reportFiles) (err error) {
	stderr := c.ErrOrStderr()
	// What the shop does wrong is to be seen in its traces.
	watch, err := pipeline.NewWatch(c.Context(), bench.EvidenceConfig{OTLP: "127.0.0.1:0"}, nil)
	if err != nil {
		return &oursError{err}
	}
	defer func() { _ = watch.Close() }() // all that came is told
	ready, stop, err := startShop(c.Context(), c, watch)
	if err != nil {
		return &oursError{fmt.Errorf("start the shop: %w", err)}
	}
	defer func() {
		if e := stop(); err == nil && e != nil {
			err = &oursError{fmt.Errorf("stop the shop: %w", e)}
		}
	}()
	fmt.Fprintln(stderr, "the shop answers at", ready.URL)
	plan, err := demoPlan(ready.URL)
	if err != nil {
		return &oursError{err}
	}
	result, series, err := measure(c, plan, pipeline.Options{Env: map[string]string{"SHOP_TOKEN": ready.Token}, Watch: watch})
	if err != nil {
		return broken(c, err, result, series, results, asJSON, files)
	}
	if err := present(c, result, series, results, asJSON, files); err != nil {
		return err
	}
	if result.Verdict.Status == bench.Void {
		fmt.Fprintln(stderr, "\nThis machine had other work to do: where the load generator was late there is no verdict. Run the demo again when it is quiet.")
	}
	fmt.Fprintln(stderr, "\nNext: tidemark run http://your-api/path --users 20 --threshold p95=300ms")
	if result.Partial {
		return verdict(exitInterrupted)
	}
	if keep {
		fmt.Fprintf(stderr, "the shop still answers at %s, its fault switches at %s, until you press Ctrl-C\n", ready.URL, ready.Admin)
		<-c.Context().Done()
	}
	return nil
}

// demoPlan reads the suite that the shop brings along, from a folder of its own: the program may be far from its source.
func demoPlan(target string) (*bench.Plan, error) {
	dir, err := os.MkdirTemp("", "tidemark-demo-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // in the system's folder for such things
	if err := os.CopyFS(dir, shop.Suite); err != nil {
		return nil, err
	}
	plan, err := pipeline.Check(filepath.Join(dir, defaultSuite), target)
	if err != nil {
		return nil, err
	}
	plan.Name = "demo"
	return plan, nil
}

// startShop runs this program again, as the shop, and returns where it listens once it answers.
func startShop(ctx context.Context, c *cobra.Command, watch *pipeline.Watch) (ready shop.Ready, stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return ready, nil, err
	}
	// A query over loopback is unrealistically cheap; half a millisecond is what a network between two machines adds.
	child := exec.CommandContext(context.WithoutCancel(ctx), self, "shop", "--db-delay", "500us", "--fault", strings.Join(demoFaults, ","))
	child.Stderr = c.ErrOrStderr()
	child.Env = os.Environ()
	for name, value := range watch.Exports() {
		child.Env = append(child.Env, name+"="+value)
	}
	alive, err := child.StdinPipe()
	if err != nil {
		return ready, nil, err
	}
	said, err := child.StdoutPipe()
	if err != nil {
		return ready, nil, err
	}
	detach(child)
	if err := child.Start(); err != nil {
		return ready, nil, err
	}
	stop = func() error { return errors.Join(alive.Close(), child.Wait()) }
	if err := json.NewDecoder(said).Decode(&ready); err != nil {
		return ready, nil, errors.Join(err, stop())
	}
	return ready, stop, nil
}
