package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// What --engine may say.
const (
	engineOwn = "tidemark"
	engineK6  = "k6"
)

// scriptFlags are those of a URL that go with a script too.
var scriptFlags = []string{"threshold", "warmup"}

// runK6 has the user's k6 run a script.
func (f *runFlags) runK6(c *cobra.Command, args []string) error {
	flags := c.Flags()
	var own []string
	if dash := c.ArgsLenAtDash(); dash >= 0 {
		args, own = args[:dash], args[dash:]
	}
	if len(args) == 0 {
		return inputError{errors.New("--engine k6 runs a script: name it, as tidemark run --engine k6 load/checkout.js")}
	}
	for _, name := range urlFlags {
		if flags.Changed(name) && !slices.Contains(scriptFlags, name) {
			return inputError{fmt.Errorf("--%s goes with a URL; the script says it in its options, or say it to k6 behind --", name)}
		}
	}
	o := pipeline.K6Options{Binary: f.k6, Script: args[0], Flags: own, By: f.by, Commit: f.commit, Said: c.ErrOrStderr()}
	if flags.Changed("warmup") {
		o.Warmup = f.warmup
	}
	for _, t := range f.thresholds {
		name, value, _ := strings.Cut(t, "=")
		if err := o.Thresholds.Set(name, value); err != nil {
			return inputError{fmt.Errorf("--threshold %s: %w", t, err)}
		}
	}
	if f.target != "" {
		var err error
		if o.Target, err = pipeline.Target(f.target); err != nil {
			return inputError{fmt.Errorf("--target: %w", err)}
		}
	}
	if f.results == "" {
		f.results = "results"
	}
	plan := &bench.Plan{} // what the flags ask for beside the script
	if err := f.over(plan); err != nil {
		return inputError{err}
	}
	env, err := pipeline.Environment(plan)
	if err != nil {
		return inputError{err}
	}
	kept := f.history != ""
	if kept {
		if err := pipeline.CheckHistory(c.Context(), f.history); err != nil {
			return inputError{err}
		}
	}
	if o.Watch, err = startWatch(c, plan.Evidence, env); err != nil {
		return err
	}
	defer func() { _ = o.Watch.Close() }() // all that came is told
	run, series, err := followK6(c, o)
	if err != nil {
		if wrong, ok := errors.AsType[*pipeline.ScriptError](err); ok {
			return inputError{wrong}
		}
		if _, ok := errors.AsType[*pipeline.Unreachable](err); ok || errors.Is(err, context.Canceled) {
			return err
		}
		return &oursError{err}
	}
	return finish(c, run, series, *f, kept)
}

// followK6 runs a script and tells how it goes. A first interrupt is passed on, and k6 ends in order; a second ends it at once, and what it measured is
// still read.
func followK6(c *cobra.Command, o pipeline.K6Options) (*bench.Run, []bench.Series, error) {
	stderr := c.ErrOrStderr()
	hurry := make(chan struct{})
	o.Hurry = hurry
	over := make(chan struct{})
	defer close(over)
	defer context.AfterFunc(c.Context(), func() {
		again := make(chan os.Signal, 1)
		signal.Notify(again, os.Interrupt, syscall.SIGTERM) // before it is promised
		fmt.Fprintln(stderr, "\ninterrupted: k6 ends in order; interrupt again to end it at once")
		go func() {
			defer signal.Stop(again)
			select {
			case <-again:
				close(hurry)
			case <-over:
			}
		}()
	})()
	var requests int64
	told := time.Now()
	o.Each = func(scenario string, measured bool) {
		if measured {
			requests++
		}
		if time.Since(told) >= plainEvery {
			told = time.Now()
			fmt.Fprintf(stderr, "k6  %s  %d requests measured\n", scenario, requests)
		}
	}
	return pipeline.RunK6(c.Context(), o)
}
