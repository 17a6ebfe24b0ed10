package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

type compareFlags struct {
	pipeline.CompareOptions
	policyFlags
	history, results string
	json             bool
}

func compareCommand() *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare BASE HEAD",
		Short: "Compare two saved runs, or two windows of runs",
		Long: "Compares what was measured before. Runs differ from each other more than the seconds of one run do, so the noise between runs is what counts: it is\n" +
			"taken from base's runs and those before them on its branch, in history. With one run on each side and no history little is proved, and the answer says so.\n\n" +
			"BASE and HEAD are each one of\n" +
			"  results/01J….json   the file of a record; or a folder of them, which is a window\n" +
			"  01J8…, last         a run, by its id or how that begins; the newest\n" +
			"  3f2a91c, HEAD~2     a commit, by how its name begins or as git knows it: all of its runs\n" +
			"  main                a branch that has runs in history: its newest runs from before head, 10 of them or as --last says\n" +
			"  FIRST..LAST         two runs or commits and all runs between them on the branch of the last\n\n" +
			"See docs/JUDGEMENT.md, \"Saved runs\".",
		Example: "  tidemark compare main last\n" +
			"  tidemark compare --last 10 3f2a91c last              # base is that commit's run and those before it, ten in all\n" +
			"  tidemark compare results/before results/after --json",
		Args: cobra.ExactArgs(2),
		RunE: f.run,
	}
	flags := c.Flags()
	flags.IntVar(&f.Last, "last", 0, "so many runs make base: the runs before it on its branch join it; of a branch so many are taken (default 10)")
	f.define(flags)
	flags.BoolVar(&f.AllowUnlike, "allow-unlike", false, "judge even if machine, CI, target host or load of the sides differ")
	flags.StringVar(&f.history, "history", defaultHistory, "where runs are kept; empty: nowhere, BASE and HEAD are files")
	flags.StringVar(&f.results, "results", filepath.Join(defaultSuite, "results"), "folder that the comparison is saved in")
	flags.BoolVar(&f.json, "json", false, "print the comparison's record on standard output, and nothing else there")
	return c
}

func (f *compareFlags) run(c *cobra.Command, args []string) error {
	policy, err := f.over(bench.DefaultPolicy(), c.Flags())
	if err == nil && f.Last < 0 {
		err = fmt.Errorf("--last %d: write 1 or more", f.Last)
	}
	if err != nil {
		return inputError{err}
	}
	f.Tolerance = policy.Tolerance
	store, err := f.open(c)
	if err != nil {
		return err
	}
	if store != nil {
		defer func() { _ = store.Close() }() // only read
	}
	v, err := pipeline.Compare(c.Context(), store, args[0], args[1], f.CompareOptions)
	if err != nil {
		return inputError{err}
	}
	path, saveErr := report.SaveVersus(f.results, v)
	show := report.SavedText
	if f.json || saveErr != nil {
		show = report.VersusJSON
	}
	if err := errors.Join(show(c.OutOrStdout(), v), saveErr); err != nil {
		return &oursError{err}
	}
	fmt.Fprintln(c.ErrOrStderr(), "saved", path)
	switch v.Verdict.Status {
	case bench.Fail:
		return verdict(exitFail)
	case bench.Void:
		return verdict(exitVoid)
	case bench.Inconclusive:
		if policy.FailInconclusive {
			return verdict(exitVoid)
		}
	}
	return nil
}

// open opens history if it is there: records that are named by their files need none.
func (f *compareFlags) open(c *cobra.Command) (history.Store, error) {
	if _, err := os.Stat(f.history); f.history == "" || f.history == defaultHistory && errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no history, and no error
	}
	return openHistory(c, f.history)
}
