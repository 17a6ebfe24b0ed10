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
	"github.com/tidemark/tidemark/internal/report"
)

func demoCommand() *cobra.Command {
	var f demoFlags
	c := &cobra.Command{
		Use:   "demo",
		Short: "Start the example shop, benchmark it, show what the tool finds",
		Long: "Starts a small shop on loopback, with a real database and two mistakes in its code (" + strings.Join(demoFaults, ", ") + "),\n" +
			"measures four endpoints for a few seconds each, and prints the table. Two of them fail, so the exit code is 0 all the same.\n" +
			"With --serve it measures the shop before the mistakes too, and shows both runs in the dashboard until interrupted.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.demo(c) },
	}
	c.Flags().BoolVar(&f.json, "json", false, "print the run's record on standard output, and nothing else there")
	c.Flags().BoolVar(&f.keep, "keep", false, "leave the shop running until interrupted")
	c.Flags().BoolVar(&f.serve, "serve", false, "show the dashboard with the runs of this and earlier demos, until interrupted")
	c.Flags().StringVar(&f.results, "results", "results", "folder that the run is saved in, with a history of all demos")
	f.files.define(c)
	return c
}

// demoFaults are the mistakes that the demo's shop makes.
var demoFaults = []string{"n-plus-one", "slow-dependency"}

type demoFlags struct {
	json, keep, serve bool
	results           string
	files             reportFiles
}

func (f *demoFlags) demo(c *cobra.Command) (err error) {
	stderr := c.ErrOrStderr()
	// What the shop does wrong is to be seen in its traces.
	watch, err := pipeline.NewWatch(c.Context(), bench.EvidenceConfig{OTLP: "127.0.0.1:0"}, nil)
	if err != nil {
		return &oursError{err}
	}
	defer func() { _ = watch.Close() }() // all that came is told
	first := demoFaults
	if f.serve {
		first = nil
	}
	ready, stop, err := startShop(c.Context(), c, watch, first)
	if err != nil {
		return &oursError{fmt.Errorf("start the shop: %w", err)}
	}
	defer func() {
		if e := stop(); err == nil && e != nil {
			err = &oursError{fmt.Errorf("stop the shop: %w", e)}
		}
	}()
	fmt.Fprintln(stderr, "the shop answers at", ready.URL)
	board, err := f.board(c)
	if err != nil {
		return &oursError{err}
	}
	defer func() { err = errors.Join(err, ours(board.close())) }()
	if f.serve {
		fmt.Fprintln(stderr, "first without mistakes in its code")
		result, _, err := board.measure(c, ready, healthyShop, watch)
		if err != nil {
			return broken(c, err, result, nil, f.results, false, reportFiles{})
		}
		if path, err := report.SaveRecord(f.results, result); err != nil {
			return &oursError{err}
		} else if fmt.Fprintln(stderr, "saved", path); result.Partial {
			return verdict(exitInterrupted)
		}
		if err := switchOn(c.Context(), ready.Admin, demoFaults); err != nil {
			return &oursError{err}
		}
		fmt.Fprintln(stderr, "and now with", strings.Join(demoFaults, " and "))
	}
	result, series, err := board.measure(c, ready, faultyShop, watch)
	if err != nil {
		return broken(c, err, result, series, f.results, f.json, f.files)
	}
	if f.files.html == "" {
		f.files.html = filepath.Join(f.results, result.ID+".html")
	}
	if err := present(c, result, series, f.results, f.json, f.files); err != nil {
		return err
	}
	if result.Verdict.Status == bench.Void {
		fmt.Fprintln(stderr, "\nThis machine had other work to do: where the load generator was late there is no verdict. Run the demo again when it is quiet.")
	}
	if result.Partial {
		return verdict(exitInterrupted)
	}
	fmt.Fprintf(stderr, "\nNext: tidemark serve --history %s    # this run and those of earlier demos, in a browser\n      tidemark run http://your-api/path --users 20 --threshold p95=300ms\n", f.history())
	if f.keep {
		fmt.Fprintf(stderr, "the shop still answers at %s, its fault switches at %s, until you press Ctrl-C\n", ready.URL, ready.Admin)
	}
	if f.serve {
		fmt.Fprintf(stderr, "the dashboard is at %s until you press Ctrl-C\n", board.url)
	}
	if f.keep || f.serve {
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
func startShop(ctx context.Context, c *cobra.Command, watch *pipeline.Watch, faults []string) (ready shop.Ready, stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return ready, nil, err
	}
	// A query over loopback is unrealistically cheap; half a millisecond is what a network between two machines adds.
	child := exec.CommandContext(context.WithoutCancel(ctx), self, "shop", "--db-delay", "500us")
	if len(faults) > 0 {
		child.Args = append(child.Args, "--fault", strings.Join(faults, ","))
	}
	child.Stderr = c.ErrOrStderr()
	child.Env = bench.ForOthers(os.Environ())
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
