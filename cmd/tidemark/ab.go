package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

type abFlags struct {
	pipeline.ABOptions
	tolerance, inconclusive string
	results                 string
	json                    bool
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
	f.define(c.Flags())
	return c
}

func (f *abFlags) define(flags *pflag.FlagSet) {
	flags.StringVar(&f.Base, "base", "", "base URL of the version that is known")
	flags.StringVar(&f.Head, "head", "", "base URL of the version in question")
	flags.DurationVar(&f.MaxTime, "max-time", 10*time.Minute, "for all scenarios together; what is undecided then is inconclusive; this and the next three take the place of policy in suite.yml")
	flags.StringVar(&f.tolerance, "tolerance", "5%", "how much slower bothers nobody")
	flags.DurationVar(&f.Bound.Change, "tolerance-time", time.Millisecond, "and how much, however small the percentage")
	flags.StringVar(&f.inconclusive, "inconclusive", "pass", "pass, or fail: exit with 3 when something is undecided")
	flags.StringVar(&f.results, "results", "", "folder that the comparison is saved in (default DIR/results)")
	flags.BoolVar(&f.json, "json", false, "print the comparison's record on standard output, and nothing else there")
}

func (f *abFlags) run(c *cobra.Command, args []string) error {
	plan, err := f.plan(c.Flags(), args)
	if err != nil {
		return inputError{err}
	}
	if f.Env, err = pipeline.Environment(plan); err != nil {
		return inputError{err}
	}
	progress := newABProgress(c.ErrOrStderr())
	v, err := pipeline.AB(c.Context(), plan, f.ABOptions, progress.each)
	progress.done()
	if err != nil {
		if _, ok := errors.AsType[*pipeline.Unreachable](err); ok {
			return err
		}
		return &oursError{err}
	}
	path, saveErr := report.SaveVersus(f.results, v)
	show := report.VersusText
	if f.json || saveErr != nil {
		show = report.VersusJSON
	}
	if err := errors.Join(show(c.OutOrStdout(), v), saveErr); err != nil {
		return &oursError{err}
	}
	fmt.Fprintln(c.ErrOrStderr(), "saved", path)
	switch {
	case v.Partial:
		return verdict(exitInterrupted)
	case v.Verdict.Status == bench.Fail:
		return verdict(exitFail)
	case v.Verdict.Status == bench.Void, v.Verdict.Status == bench.Inconclusive && f.inconclusive == "fail":
		return verdict(exitVoid)
	}
	return nil
}

func (f *abFlags) plan(flags *pflag.FlagSet, args []string) (*bench.Plan, error) {
	dir := defaultSuite
	if len(args) > 0 {
		dir = args[0]
	}
	if f.results == "" {
		f.results = filepath.Join(dir, "results")
	}
	switch {
	case f.Base == "" || f.Head == "":
		return nil, errors.New("say where both versions answer: --base http://host:port --head http://host:port")
	case f.inconclusive != "pass" && f.inconclusive != "fail":
		return nil, fmt.Errorf("--inconclusive %s: write pass or fail", f.inconclusive)
	case f.MaxTime <= 0 || f.Bound.Change < 0:
		return nil, errors.New("--max-time must be above 0s, and --tolerance-time not below it")
	}
	var err error
	if f.Bound.Ratio, err = bench.ParsePercent(f.tolerance); err != nil {
		return nil, fmt.Errorf("--tolerance: %w", err)
	}
	plan, err := pipeline.Check(dir, f.Base)
	if err != nil {
		return nil, err
	}
	f.follow(plan.Policy, flags)
	if _, err := pipeline.Check(dir, f.Head); err != nil {
		return nil, fmt.Errorf("--head: %w", err)
	}
	for _, s := range plan.Scenarios {
		if len(s.Load.Stages) > 0 {
			return nil, fmt.Errorf("%s has stages, which cannot be measured in turns: give users or rate", s.ID)
		}
	}
	return plan, nil
}

// follow takes from a suite's policy what no flag says.
func (f *abFlags) follow(p bench.Policy, flags *pflag.FlagSet) {
	if !flags.Changed("max-time") {
		f.MaxTime = p.MaxTime
	}
	if !flags.Changed("tolerance") {
		f.Bound.Ratio = p.Tolerance
	}
	if !flags.Changed("tolerance-time") {
		f.Bound.Change = p.ToleranceTime
	}
	if !flags.Changed("inconclusive") && p.FailInconclusive {
		f.inconclusive = "fail"
	}
}

// An abProgress shows the interval narrowing.
type abProgress struct {
	w        io.Writer
	terminal bool
}

func newABProgress(w io.Writer) *abProgress {
	f, ok := w.(*os.File)
	return &abProgress{w: w, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

// plainPairs is how many pairs go by between lines where there is no terminal.
const plainPairs = 5

func (p *abProgress) each(now pipeline.ABProgress) {
	if !p.terminal && now.Pairs%plainPairs != 0 {
		return
	}
	line := fmt.Sprintf("%s  pair %d", now.Scenario.Name, now.Pairs)
	if now.Confirming {
		line = fmt.Sprintf("%s  confirming, pair %d", now.Scenario.Name, now.Pairs)
	}
	if e := now.P95; e != nil {
		line += fmt.Sprintf("  p95 %+.1f%% (%+.1f%% to %+.1f%%)", 100*(e.Ratio-1), 100*(e.Low-1), 100*(e.High-1))
	}
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		return
	}
	fmt.Fprintln(p.w, line)
}

func (p *abProgress) done() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
