package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

type bisectFlags struct {
	abFlags
	scenario string
}

func bisectCommand() *cobra.Command {
	var f bisectFlags
	c := &cobra.Command{
		Use:   "bisect GOOD..BAD [DIR]",
		Short: "Find the commit that made a scenario slower",
		Long: "Compares GOOD with BAD, then builds and measures commits between them against GOOD until it is 99% sure which one made the scenario slower, and\n" +
			"proves it against the commit before. Follows first parents, so that a merged branch is one commit. One that cannot be built is passed over.",
		Example: "  tidemark bisect v1.4.0..main\n  tidemark bisect HEAD~30..HEAD --scenario user-orders",
		Args:    cobra.RangeArgs(1, 2),
		RunE:    f.run,
	}
	flags := c.Flags()
	flags.StringVar(&f.scenario, "scenario", "", "by its file's stem or title (default: the one that differs most)")
	watchedFlag(flags, &f.history)
	f.defineMeasuring(flags)
	flags.StringVar(&f.results, "results", "", "folder that the search and the service's logs are saved in (default DIR/results)")
	flags.BoolVar(&f.json, "json", false, "print the search's record on standard output, and nothing else there")
	return c
}

func (f *bisectFlags) run(c *cobra.Command, args []string) error {
	good, bad, found := strings.Cut(args[0], "..")
	if !found || good == "" || strings.HasPrefix(bad, ".") {
		return inputError{fmt.Errorf("%q is no range of commits: write GOOD..BAD, as v1.4.0..main", args[0])}
	}
	if bad == "" {
		bad = "HEAD"
	}
	dir := suiteDir(args[1:])
	progress := newABProgress(c.ErrOrStderr())
	return f.onCommits(c, dir, progress, func(plan *bench.Plan, repo pipeline.Repository, env map[string]string) error {
		b, err := pipeline.Bisect(c.Context(), plan, repo, good, bad, f.scenario, env, progress.each)
		progress.done()
		return presentBisection(c, b, err, f.resultsIn(dir), f.json)
	})
}

// presentBisection saves a search and shows it. Its exit code is 0 when there is a culprit, 3 when nothing is slower or it could not be proved.
func presentBisection(c *cobra.Command, b *bench.Bisection, failed error, results string, json bool) error {
	if b == nil {
		return notMeasured(failed)
	}
	path, saveErr := report.SaveBisection(results, b)
	show := report.BisectionText
	if json || saveErr != nil {
		show = report.BisectionJSON
	}
	if err := errors.Join(show(c.OutOrStdout(), b), saveErr); err != nil {
		return &oursError{err}
	}
	fmt.Fprintln(c.ErrOrStderr(), "saved", path)
	switch {
	case failed != nil:
		return notMeasured(failed)
	case b.Partial:
		return verdict(exitInterrupted)
	case !b.Proved():
		return verdict(exitVoid)
	}
	return nil
}
