package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

type abFlags struct {
	policyFlags
	evidenceFlags
	base, head, results string
	history             string // that shows how far the comparison is, if it is served
	json, publish       bool
	env                 func(string) string // where publish is set
	files               reportFiles
}

func abCommand() *cobra.Command {
	var f abFlags
	c := &cobra.Command{
		Use:   "ab [DIR]",
		Short: "Measure two deployments in turns, and say whether head is slower than base",
		Long: "Measures base and head in turns, in pairs of blocks of a second, scenario by scenario. What drifts on the machine drifts for both.\n" +
			"What looks slower is measured anew before it fails. See docs/JUDGEMENT.md.",
		Example: "  tidemark ab --base http://127.0.0.1:8080 --head http://127.0.0.1:8081",
		Args:    cobra.MaximumNArgs(1),
		RunE:    f.run,
	}
	flags := c.Flags()
	flags.StringVar(&f.base, "base", "", "base URL of the version that is known")
	flags.StringVar(&f.head, "head", "", "base URL of the version in question")
	watchedFlag(flags, &f.history)
	f.defineMeasuring(flags)
	flags.StringVar(&f.results, "results", "", "folder that the comparison is saved in (default DIR/results)")
	flags.BoolVar(&f.json, "json", false, "print the comparison's record on standard output, and nothing else there")
	f.files.define(c)
	f.evidenceFlags.define(flags)
	return c
}

func (f *abFlags) run(c *cobra.Command, args []string) error {
	dir := suiteDir(args)
	if f.base == "" || f.head == "" {
		return inputError{errors.New("say where both versions answer: --base http://host:port --head http://host:port")}
	}
	plan, sides, err := pipeline.CheckDeployed(dir, f.base, f.head)
	if err != nil {
		return inputError{err}
	}
	env, err := f.settle(c, plan)
	if err != nil {
		return inputError{err}
	}
	progress := newABProgress(c.ErrOrStderr())
	if err := progress.announce(c.Context(), f.history, plan); err != nil {
		return err
	}
	defer progress.done()
	watch, err := startWatch(c, plan.Evidence, env)
	if err != nil {
		return err
	}
	defer func() { _ = watch.Close() }() // all that came is told
	v, err := pipeline.AB(c.Context(), plan, sides, env, watch, progress.each)
	progress.done()
	return f.present(c, v, err, plan.Policy, dir)
}

// settle puts what flags say over a plan, and gives what its texts are filled with.
func (f *abFlags) settle(c *cobra.Command, plan *bench.Plan) (env map[string]string, err error) {
	if plan.Policy, err = f.policyFlags.over(plan.Policy, c.Flags()); err != nil {
		return nil, err
	}
	if err := f.evidenceFlags.over(plan); err != nil {
		return nil, err
	}
	return pipeline.Environment(plan)
}

// present saves a comparison, shows it, and publishes it where that was asked for.
func (f *abFlags) present(c *cobra.Command, v *bench.Versus, failed error, p bench.Policy, dir string) error {
	if v != nil {
		pipeline.LocateSuite(c.Context(), v, dir)
	}
	err := presentVersus(c, v, failed, p, f.resultsIn(dir), f.json, f.files)
	if f.publish {
		publish(c, f.env, v, f.resultsIn(dir), exitCode(err))
	}
	return err
}

func (f *abFlags) resultsIn(dir string) string {
	if f.results != "" {
		return f.results
	}
	return filepath.Join(dir, "results")
}

// suiteDir is the folder that the arguments name, or the usual one.
func suiteDir(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return defaultSuite
}

// notMeasured gives an error of the pipeline its exit code.
func notMeasured(err error) error {
	if _, ok := errors.AsType[*pipeline.Unreachable](err); ok {
		return err
	}
	if bad, ok := errors.AsType[*pipeline.BadInput](err); ok {
		return inputError{bad}
	}
	return &oursError{err}
}

// presentVersus saves a comparison and shows it, also in the files that were asked for, and ends with its verdict, or with the failure that
// ended it early. What cannot be saved is shown as its record.
func presentVersus(c *cobra.Command, v *bench.Versus, failed error, p bench.Policy, results string, json bool, files reportFiles) error {
	if v == nil {
		return notMeasured(failed)
	}
	path, saveErr := report.SaveVersus(results, v)
	show := versusText(v)
	if json || saveErr != nil {
		show = report.VersusJSON
	}
	showErr := show(c.OutOrStdout(), v)
	if saveErr == nil {
		fmt.Fprintln(c.ErrOrStderr(), "saved", path)
	}
	if err := errors.Join(showErr, saveErr, files.write(c.ErrOrStderr(), &pipeline.Saved{Versus: v}, charted)); err != nil {
		return &oursError{err}
	}
	if failed != nil {
		return notMeasured(failed)
	}
	return verdictOf(v, p)
}

// verdictOf is the exit code of a comparison.
func verdictOf(v *bench.Versus, p bench.Policy) error {
	switch {
	case v.Partial:
		return verdict(exitInterrupted)
	case v.Verdict.Status == bench.Fail:
		return verdict(exitFail)
	case v.Verdict.Status == bench.Void, v.Verdict.Status == bench.Inconclusive && p.FailInconclusive:
		return verdict(exitVoid)
	}
	return nil
}
