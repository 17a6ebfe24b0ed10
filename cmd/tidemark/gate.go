package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

type gateFlags struct {
	abFlags
	target, commit, branch, lock string
}

func gateCommand() *cobra.Command {
	var f gateFlags
	c := &cobra.Command{
		Use:   "gate [DIR]",
		Short: "Say whether a change made the API slower: what CI calls",
		Long: "Builds and starts both sides of a change as suite.yml's `service` says, each on a port and with data of its own, measures them in turns, and\n" +
			"measures again what looks slower before it fails. The base is the commit at which what is checked out (or --head) left --base.\n" +
			"With two URLs it compares deployments, as ab does. Without a base it measures --target and holds it against the runs of a branch in history:\n" +
			"for teams with one staging, which a lock keeps two jobs from measuring at once.",
		Example: "  tidemark gate --base origin/main\n" +
			"  tidemark gate --base v1.4.0 --head v1.5.0\n" +
			"  tidemark gate --base https://main.staging.example --head https://pr-17.staging.example\n" +
			"  tidemark gate --target https://staging.example --branch main",
		Args: cobra.MaximumNArgs(1),
		RunE: f.run,
	}
	flags := c.Flags()
	flags.StringVar(&f.base, "base", "", "branch, tag or commit that the change is to be merged into; or the URL that answers as it")
	flags.StringVar(&f.head, "head", "", "commit to judge (default: what is checked out, as it stands); or the URL that answers as it")
	flags.StringVar(&f.target, "target", "", "without --base: base URL that is measured (default: target in suite.yml)")
	flags.StringVar(&f.branch, "branch", "main", "without --base: branch whose runs it is held against")
	historyFlag(flags, &f.history, "without --base: where they are kept; with or without one, what is served shows how far the gate is")
	flags.StringVar(&f.commit, "commit", "", "without --base: commit that answers (default: what is checked out here)")
	flags.StringVar(&f.lock, "lock", "", "without --base: file of the lock, on a disk that all who measure the target share (default: one of this machine)")
	f.defineMeasuring(flags)
	flags.StringVar(&f.results, "results", "", "folder that the comparison and the service's logs are saved in (default DIR/results)")
	flags.BoolVar(&f.json, "json", false, "print the comparison's record on standard output, and nothing else there")
	f.files.define(c)
	flags.BoolVar(&f.publish, "publish", false, "in a CI job: show the verdict as the pull request's comment, as a check of its commit, and on the job's page; see docs/CI.md")
	f.evidenceFlags.define(flags)
	return c
}

func (f *gateFlags) run(c *cobra.Command, args []string) error {
	if f.publish {
		var err error
		if f.env, err = withhold(); err != nil {
			return &oursError{err}
		}
	}
	switch isURL := strings.Contains(f.base, "://"); {
	case f.base == "" && f.head != "":
		return inputError{errors.New("say what --head is held against: --base origin/main")}
	case f.base == "":
		return f.againstHistory(c, suiteDir(args))
	case isURL:
		return f.abFlags.run(c, args)
	case strings.Contains(f.head, "://"):
		return inputError{fmt.Errorf("--head %s is a URL and --base %s is not: give two URLs, or two commits", f.head, f.base)}
	}
	dir := suiteDir(args)
	progress := newABProgress(c.ErrOrStderr())
	return f.onCommits(c, dir, progress, func(plan *bench.Plan, repo pipeline.Repository, env map[string]string) error {
		watch, err := startWatch(c, plan.Evidence, env)
		if err != nil {
			return err
		}
		defer func() { _ = watch.Close() }() // all that came is told
		v, err := pipeline.Gate(c.Context(), plan, repo, f.base, f.head, env, watch, progress.each)
		progress.done()
		return f.present(c, v, err, plan.Policy, dir)
	})
}

// onCommits reads a suite for commits that are built and started here, and calls do, which ends the progress.
func (f *abFlags) onCommits(c *cobra.Command, dir string, progress *abProgress, do func(*bench.Plan, pipeline.Repository, map[string]string) error) error {
	plan, err := pipeline.Check(dir, "")
	if err != nil {
		return inputError{err}
	}
	env, err := f.settle(c, plan)
	if err != nil {
		return inputError{err}
	}
	if err := progress.announce(c.Context(), f.history, plan); err != nil {
		return err
	}
	defer progress.done()
	repo := pipeline.Repository{Dir: ".", Logs: filepath.Join(f.resultsIn(dir), "logs"), Said: progress.say}
	return do(plan, repo, env)
}

// againstHistory measures a staging and holds it against a branch's runs.
func (f *gateFlags) againstHistory(c *cobra.Command, dir string) error {
	plan, err := pipeline.Check(dir, f.target)
	if err == nil && plan.Target == "" {
		err = errors.New("say what the change is held against: --base origin/main; or which staging is held against history: --target http://host:port")
	}
	var env map[string]string
	if err == nil {
		env, err = f.settle(c, plan)
	}
	if err != nil {
		return inputError{err}
	}
	store, err := pipeline.OpenHistory(c.Context(), f.history)
	if err != nil {
		return storeError(err)
	}
	defer func() { _ = store.Close() }() // only read
	watch, err := startWatch(c, plan.Evidence, env)
	if err != nil {
		return err
	}
	defer func() { _ = watch.Close() }() // all that came is told
	progress := newProgress(c.ErrOrStderr())
	staging := pipeline.Staging{Store: store, Branch: f.branch, Lock: f.lock, Waiting: func(line string) { fmt.Fprintln(c.ErrOrStderr(), line) }}
	live := pipeline.Announce(c.Context(), f.history, plan, f.commit)
	v, runs, err := pipeline.GateHistory(c.Context(), plan, staging, pipeline.Options{Env: env, Commit: f.commit, Watch: watch}, func(now pipeline.Progress) {
		progress.each(now)
		live.Each(now)
	})
	_ = live.Close() // what could not be told is left out
	progress.done()
	for _, run := range runs {
		path, saveErr := report.SaveRecord(f.resultsIn(dir), run)
		if saveErr != nil {
			return &oursError{saveErr}
		}
		fmt.Fprintln(c.ErrOrStderr(), "saved", path)
	}
	return f.present(c, v, err, plan.Policy, dir)
}
