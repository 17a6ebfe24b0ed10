package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
)

type compareFlags struct {
	pipeline.CompareOptions
	policyFlags
	history, results string
	json             bool
	files            reportFiles
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
	historyFlag(flags, &f.history, "where runs are kept; empty: nowhere, BASE and HEAD are files")
	f.files.define(c)
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
	return presentVersus(c, v, nil, policy, f.results, f.json, f.files)
}

// open opens history if it is there: records that are named by their files need none.
func (f *compareFlags) open(c *cobra.Command) (history.Store, error) {
	if f.history == "" {
		return nil, nil //nolint:nilnil // no history, and no error
	}
	store, err := pipeline.ReadHistory(c.Context(), f.history)
	if errors.Is(err, history.ErrNone) && f.history == defaultHistory {
		return nil, nil //nolint:nilnil // as above
	}
	return store, storeError(err)
}
