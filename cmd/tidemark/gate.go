package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
)

type gateFlags struct {
	abFlags
}

func gateCommand() *cobra.Command {
	var f gateFlags
	c := &cobra.Command{
		Use:   "gate [DIR]",
		Short: "Say whether a change made the API slower: what CI calls",
		Long: "Builds and starts both sides of a change as suite.yml's `service` says, each on a port and with data of its own, measures them in turns, and\n" +
			"measures again what looks slower before it fails. The base is the commit at which what is checked out (or --head) left --base.\n" +
			"With two URLs it compares deployments, as ab does.",
		Example: "  tidemark gate --base origin/main\n" +
			"  tidemark gate --base v1.4.0 --head v1.5.0\n" +
			"  tidemark gate --base https://main.staging.example --head https://pr-17.staging.example",
		Args: cobra.MaximumNArgs(1),
		RunE: f.run,
	}
	flags := c.Flags()
	flags.StringVar(&f.base, "base", "", "branch, tag or commit that the change is to be merged into; or the URL that answers as it")
	flags.StringVar(&f.head, "head", "", "commit to judge (default: what is checked out, as it stands); or the URL that answers as it")
	f.defineMeasuring(flags)
	flags.StringVar(&f.results, "results", "", "folder that the comparison and the service's logs are saved in (default DIR/results)")
	flags.BoolVar(&f.json, "json", false, "print the comparison's record on standard output, and nothing else there")
	f.evidenceFlags.define(flags)
	return c
}

func (f *gateFlags) run(c *cobra.Command, args []string) error {
	switch isURL := strings.Contains(f.base, "://"); {
	case f.base == "":
		return inputError{errors.New("say what the change is held against: --base origin/main")}
	case isURL:
		return f.abFlags.run(c, args)
	case strings.Contains(f.head, "://"):
		return inputError{fmt.Errorf("--head %s is a URL and --base %s is not: give two URLs, or two commits", f.head, f.base)}
	}
	dir := suiteDir(args)
	return f.onCommits(c, dir, func(plan *bench.Plan, repo pipeline.Repository, env map[string]string) error {
		watch, err := startWatch(c, plan.Evidence, env)
		if err != nil {
			return err
		}
		defer func() { _ = watch.Close() }() // all that came is told
		progress := newABProgress(c.ErrOrStderr())
		v, err := pipeline.Gate(c.Context(), plan, repo, f.base, f.head, env, watch, progress.each)
		progress.done()
		return presentVersus(c, v, err, plan.Policy, f.resultsIn(dir), f.json)
	})
}

// onCommits reads a suite for commits that are built and started here, and calls do.
func (f *abFlags) onCommits(c *cobra.Command, dir string, do func(*bench.Plan, pipeline.Repository, map[string]string) error) error {
	plan, err := pipeline.Check(dir, "")
	if err != nil {
		return inputError{err}
	}
	if plan.Policy, err = f.policyFlags.over(plan.Policy, c.Flags()); err == nil {
		err = f.evidenceFlags.over(plan)
	}
	if err != nil {
		return inputError{err}
	}
	env, err := pipeline.Environment(plan)
	if err != nil {
		return inputError{err}
	}
	repo := pipeline.Repository{Dir: ".", Logs: filepath.Join(f.resultsIn(dir), "logs"), Said: func(line string) { fmt.Fprintln(c.ErrOrStderr(), line) }}
	return do(plan, repo, env)
}
