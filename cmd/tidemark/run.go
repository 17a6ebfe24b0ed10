package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

type runFlags struct {
	users                     int
	target                    string
	rate, method, body        string
	headers, thresholds       []string
	duration, warmup, timeout time.Duration
	poisson, json             bool
	results, commit, history  string
	engine, k6, by            string
	evidenceFlags
	files reportFiles
}

// urlFlags describe a load, a request or a threshold.
var urlFlags = []string{"users", "rate", "poisson", "duration", "warmup", "timeout", "method", "header", "body", "threshold"}

func runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run [DIR | URL | SCRIPT.js]",
		Short: "Measure a suite or one URL, judge it against thresholds, save the run",
		Long: "Measures the suite in DIR (default " + defaultSuite + "), one scenario after another, or one URL, which needs no suite.\n" +
			"The flags that describe a load, a request or a threshold belong to a URL; a suite says these in its files.\n" +
			"With --engine k6, a script is run by your k6, and what it measures is judged like any run; after -- come flags of `k6 run`.",
		Example: "  tidemark run --target https://staging.example.com\n" +
			"  tidemark run http://127.0.0.1:8080/api/v1/products --users 50 --threshold p95=300ms\n" +
			"  tidemark run http://127.0.0.1:8080/ --rate 200/s --poisson --duration 60s\n" +
			"  tidemark run --engine k6 load/checkout.js --threshold p95=300ms -- -e USERS=20",
		Args: func(c *cobra.Command, args []string) error {
			if dash := c.ArgsLenAtDash(); dash >= 0 && f.engine == engineK6 {
				args = args[:dash]
			}
			return cobra.MaximumNArgs(1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			switch f.engine {
			case engineK6:
				return f.runK6(c, args)
			case engineOwn:
			default:
				return inputError{fmt.Errorf("--engine %s: write tidemark or k6", f.engine)}
			}
			for _, name := range []string{"k6", "by"} {
				if c.Flags().Changed(name) {
					return inputError{fmt.Errorf("--%s goes with --engine k6", name)}
				}
			}
			plan, err := f.plan(c.Flags(), args)
			if err == nil {
				err = f.over(plan)
			}
			if err != nil {
				return inputError{err}
			}
			return run(c, plan, f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.target, "target", "", "base URL that a suite is run against (default: target in suite.yml)")
	flags.IntVar(&f.users, "users", 0, "closed model: users who each wait for their answer (default 10 without --rate)")
	flags.StringVar(&f.rate, "rate", "", "open model: arrivals, whatever the answers do, as 200/s or 6000/m")
	flags.BoolVar(&f.poisson, "poisson", false, "with --rate: arrivals at random instead of evenly spaced")
	flags.DurationVar(&f.duration, "duration", 10*time.Second, "length of the measurement")
	flags.DurationVar(&f.warmup, "warmup", 2*time.Second, "sent before it, and not counted")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Second, "for one request")
	flags.StringVar(&f.method, "method", "GET", "HTTP method")
	flags.StringArrayVar(&f.headers, "header", nil, `header, as "Name: value" (may be repeated)`)
	flags.StringVar(&f.body, "body", "", "body of each request")
	flags.StringArrayVar(&f.thresholds, "threshold", nil, "p50, p95 or p99=300ms, errors=0.1%, throughput=100 (may be repeated)")
	flags.StringVar(&f.results, "results", "", "folder that the run is saved in (default DIR/results, or results for a URL)")
	flags.StringVar(&f.commit, "commit", "", "commit that answers, which the run is tagged with (default: what is checked out here)")
	historyFlag(flags, &f.history, "where runs of a suite are kept; empty: nowhere")
	flags.BoolVar(&f.json, "json", false, "print the run's record on standard output, and nothing else there")
	f.files.define(c)
	flags.StringVar(&f.engine, "engine", engineOwn, "what sends the requests: tidemark, or k6 for a script of k6's")
	flags.StringVar(&f.k6, "k6", "", "with --engine k6: the program (default: the one on the PATH)")
	flags.StringVar(&f.by, "by", "", "with --engine k6: a result for each scenario, name or group of requests (default: name where the script has no scenarios of its own, else scenario)")
	f.define(flags)
	return c
}

// plan is what the arguments ask for. It also settles where the run is saved.
func (f *runFlags) plan(flags *pflag.FlagSet, args []string) (*bench.Plan, error) {
	dir := defaultSuite
	if len(args) > 0 {
		dir = args[0]
	}
	if strings.Contains(dir, "://") {
		if f.target != "" {
			return nil, errors.New("--target goes with a suite; the URL says where to already")
		}
		if f.results == "" {
			f.results = "results"
		}
		return f.urlPlan(dir)
	}
	for _, name := range urlFlags {
		if flags.Changed(name) {
			return nil, fmt.Errorf("--%s goes with a URL; the suite in %s says it in its files", name, dir)
		}
	}
	if f.results == "" {
		f.results = filepath.Join(dir, "results")
	}
	plan, err := pipeline.Check(dir, f.target)
	if err == nil && plan.Target == "" {
		return nil, errors.New("no target: give --target http://host:port, or write `target:` in suite.yml")
	}
	return plan, err
}

func run(c *cobra.Command, plan *bench.Plan, f runFlags) error {
	env, err := pipeline.Environment(plan)
	if err != nil {
		return inputError{err}
	}
	kept := f.history != "" && plan.Name != ""
	if kept {
		if err := pipeline.CheckHistory(c.Context(), f.history); err != nil {
			return inputError{err}
		}
	}
	watch, err := startWatch(c, plan.Evidence, env)
	if err != nil {
		return err
	}
	defer func() { _ = watch.Close() }() // all that came is told
	var live *pipeline.Announcer
	if kept {
		live = pipeline.Announce(c.Context(), f.history, plan, f.commit)
	}
	result, series, err := measure(c, plan, pipeline.Options{Env: env, Commit: f.commit, Watch: watch}, live)
	if err != nil {
		return broken(c, err, result, series, f.results, f.json, f.files)
	}
	return finish(c, result, series, f, kept)
}

// finish saves and shows a run, keeps it in history, and gives its verdict as an exit code.
func finish(c *cobra.Command, result *bench.Run, series []bench.Series, f runFlags, kept bool) error {
	if err := present(c, result, series, f.results, f.json, f.files); err != nil {
		return err
	}
	if kept {
		keep(c, result, f.history, f.results)
	}
	switch {
	case result.Partial:
		return verdict(exitInterrupted)
	case result.Verdict.Status == bench.Fail:
		return verdict(exitFail)
	case result.Verdict.Status == bench.Void:
		return verdict(exitVoid)
	}
	return nil
}

// measure runs a plan and tells how it goes, also to whoever live tells.
func measure(c *cobra.Command, plan *bench.Plan, o pipeline.Options, live *pipeline.Announcer) (*bench.Run, []bench.Series, error) {
	p := newProgress(c.ErrOrStderr())
	defer p.done()
	defer func() { _ = live.Close() }() // who watches sees the run itself next
	defer context.AfterFunc(c.Context(), func() {
		signal.Reset(os.Interrupt, syscall.SIGTERM) // before it is promised
		fmt.Fprintln(c.ErrOrStderr(), "\ninterrupted: waiting for requests in flight; interrupt again to end at once")
	})()
	return pipeline.Run(c.Context(), plan, o, func(now pipeline.Progress) {
		p.each(now)
		live.Each(now)
	})
}

// broken is the error of a run that could not be brought to its end. What was measured until then is saved and shown.
func broken(c *cobra.Command, err error, run *bench.Run, series []bench.Series, dir string, json bool, files reportFiles) error {
	if _, ok := errors.AsType[*pipeline.Unreachable](err); ok {
		return err
	}
	if run != nil && len(run.Scenarios) > 0 {
		err = errors.Join(err, present(c, run, series, dir, json, files))
	}
	return &oursError{err}
}

// present saves a run and shows it, as a table or as its record, and in the files that were asked for. A record that cannot be saved is shown: nothing measured is lost.
func present(c *cobra.Command, run *bench.Run, series []bench.Series, dir string, json bool, files reportFiles) error {
	path, saveErr := report.Save(dir, run, series)
	show := report.Text
	if json || saveErr != nil && path == "" {
		show = report.JSON
	}
	showErr := show(c.OutOrStdout(), run)
	if path != "" { // where it is helps most when it could not be shown
		fmt.Fprintln(c.ErrOrStderr(), "saved", path)
	}
	return ours(errors.Join(showErr, saveErr, files.write(c.ErrOrStderr(), &pipeline.Saved{Run: run, Series: series}, charted)))
}

// keep adds a run to history. It is saved already, so what goes wrong here is told and changes no verdict.
func keep(c *cobra.Command, run *bench.Run, location, results string) {
	ctx := context.WithoutCancel(c.Context()) // an interrupted run is kept too
	store, err := pipeline.OpenHistory(ctx, location)
	if err == nil {
		err = errors.Join(store.Add(ctx, run), store.Close())
	}
	if err != nil {
		fmt.Fprintf(c.ErrOrStderr(), "warning: the run is saved, but not in history: %v\n  tidemark history import %s adds it\n", err, filepath.Join(results, run.ID+".json"))
	}
}
