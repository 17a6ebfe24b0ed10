package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

func historyCommand() *cobra.Command {
	var location string
	c := &cobra.Command{Use: "history", Short: "The runs that are kept: list, show, export, import, prune"}
	c.PersistentFlags().StringVar(&location, "history", defaultHistory, "file that runs are kept in")
	c.AddCommand(historyList(&location), historyShow(&location), historyExport(&location), historyImport(&location), historyPrune(&location))
	return c
}

// openHistory opens a history that is there: to read of one that is not would make an empty file.
func openHistory(c *cobra.Command, location string) (history.Store, error) {
	if _, err := os.Stat(location); errors.Is(err, fs.ErrNotExist) {
		return nil, inputError{fmt.Errorf("there is no history at %s yet: run a suite first, or name another with --history", location)}
	}
	store, err := pipeline.OpenHistory(c.Context(), location)
	if err != nil {
		return nil, &oursError{err}
	}
	return store, nil
}

func historyList(location *string) *cobra.Command {
	var q history.Query
	var asJSON bool
	c := &cobra.Command{Use: "list", Short: "Runs, the newest first", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		store, err := openHistory(c, *location)
		if err != nil {
			return err
		}
		defer func() { _ = store.Close() }() // only read
		entries, err := store.List(c.Context(), q)
		if err != nil {
			return &oursError{err}
		}
		if asJSON {
			return ours(writeJSON(c, append([]history.Entry{}, entries...))) // none is [], not null
		}
		return ours(printEntries(c, entries))
	}}
	c.Flags().StringVar(&q.Branch, "branch", "", "of one branch")
	c.Flags().StringVar(&q.Commit, "commit", "", "of one commit, or how its name begins")
	c.Flags().StringVar(&q.Scenario, "scenario", "", "with a result of one scenario, by its id")
	c.Flags().IntVar(&q.Limit, "last", 20, "at most so many; 0: all")
	c.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return c
}

func printEntries(c *cobra.Command, entries []history.Entry) error {
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, e := range entries {
		status := string(e.Status)
		if e.Partial {
			status += ", interrupted"
		}
		fmt.Fprintf(w, "%s\t%s\t%.9s\t%s\t%s\t%d scenarios\t%s\n", e.ID, e.Started.Format("2006-01-02 15:04"), e.Commit.SHA, e.Commit.Branch, status, e.Scenarios, e.Target)
	}
	return w.Flush()
}

func historyShow(location *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "show RUN", Short: "One run: by id, commit, `last`, or the file of its record", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		store, err := openHistory(c, *location)
		if err != nil {
			return err
		}
		defer func() { _ = store.Close() }() // only read
		run, err := pipeline.FindRun(c.Context(), store, args[0])
		if err != nil {
			return inputError{err}
		}
		if asJSON {
			return ours(report.JSON(c.OutOrStdout(), run))
		}
		return ours(report.Text(c.OutOrStdout(), run))
	}}
	c.Flags().BoolVar(&asJSON, "json", false, "its record")
	return c
}

func historyExport(location *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "export DIR", Short: "Write every run's record to a folder", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		store, err := openHistory(c, *location)
		if err != nil {
			return err
		}
		defer func() { _ = store.Close() }() // only read
		entries, err := store.List(c.Context(), history.Query{})
		if err != nil {
			return &oursError{err}
		}
		written := []string{}
		for _, e := range entries {
			run, err := store.Run(c.Context(), e.ID)
			if err != nil {
				return &oursError{err}
			}
			path, err := report.SaveRecord(args[0], run)
			if err != nil {
				return &oursError{err}
			}
			written = append(written, path)
		}
		fmt.Fprintf(c.ErrOrStderr(), "%d runs written to %s\n", len(written), args[0])
		if asJSON {
			return ours(writeJSON(c, map[string]any{"written": written}))
		}
		return nil
	}}
	c.Flags().BoolVar(&asJSON, "json", false, "print the files that were written, as one JSON document")
	return c
}

func historyImport(location *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "import FILE | DIR...", Short: "Add the records of runs", Args: cobra.MinimumNArgs(1), RunE: func(c *cobra.Command, args []string) error {
		store, err := pipeline.OpenHistory(c.Context(), *location)
		if err != nil {
			return &oursError{err}
		}
		added, err := pipeline.ImportRecords(c.Context(), store, args)
		fmt.Fprintf(c.ErrOrStderr(), "%d runs are in %s\n", added, *location)
		if err != nil {
			_ = store.Close() // the error in hand matters more
			return inputError{err}
		}
		if err := store.Close(); err != nil || !asJSON {
			return ours(err)
		}
		return ours(writeJSON(c, map[string]any{"imported": added, "history": *location}))
	}}
	c.Flags().BoolVar(&asJSON, "json", false, "print how many were read, as one JSON document")
	return c
}

func historyPrune(location *string) *cobra.Command {
	var keep int
	var age time.Duration
	var asJSON bool
	c := &cobra.Command{
		Use:   "prune",
		Short: "Forget old runs, but never the last good one of a branch",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if keep <= 0 && age <= 0 {
				return inputError{errors.New("say what may go: --keep 100, --older-than 2160h, or both")}
			}
			store, err := openHistory(c, *location)
			if err != nil {
				return err
			}
			p := history.Policy{KeepLast: keep}
			if age > 0 {
				p.Before = time.Now().Add(-age)
			}
			gone, err := history.Prune(c.Context(), store, p)
			if err := errors.Join(err, store.Close()); err != nil {
				return &oursError{err}
			}
			fmt.Fprintf(c.ErrOrStderr(), "%d runs forgotten\n", len(gone))
			if asJSON {
				return ours(writeJSON(c, map[string]any{"forgotten": append([]history.Entry{}, gone...)}))
			}
			return nil
		},
	}
	c.Flags().IntVar(&keep, "keep", 0, "so many of the newest runs of each branch stay")
	c.Flags().DurationVar(&age, "older-than", 0, "younger runs stay, as 2160h")
	c.Flags().BoolVar(&asJSON, "json", false, "print those that are gone, as one JSON document")
	return c
}

func writeJSON(c *cobra.Command, v any) error { return json.NewEncoder(c.OutOrStdout()).Encode(v) }

// ours makes an error of writing or closing one of ours.
func ours(err error) error {
	if err == nil {
		return nil
	}
	return &oursError{err}
}
