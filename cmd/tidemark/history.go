package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

// historyVariable names the history where --history does not.
const historyVariable = "TIDEMARK_HISTORY"

// historyFlag adds --history. What the variable says is not shown as its default: it may hold a password.
func historyFlag(flags *pflag.FlagSet, location *string, usage string) {
	flags.StringVar(location, "history", defaultHistory, usage+": a file, postgres://…, git:BRANCH or git:REMOTE/BRANCH, https://…; see docs/HISTORY.md.\n"+
		"The environment variable "+historyVariable+" takes the place of the default")
	if v := os.Getenv(historyVariable); v != "" {
		*location = v
	}
}

// watchedFlag adds --history to what keeps nothing there.
func watchedFlag(flags *pflag.FlagSet, location *string) {
	flags.StringVar(location, "history", "", "https://… of a history that is served, whose dashboard shows how far this is; any other is left alone. See docs/DASHBOARD.md.\n"+
		"The environment variable "+historyVariable+" takes the place of the default, which is none")
	if v := os.Getenv(historyVariable); v != "" {
		*location = v
	}
}

func historyCommand() *cobra.Command {
	var location string
	c := &cobra.Command{Use: "history", Short: "The runs that are kept: list, show, export, import, prune"}
	historyFlag(c.PersistentFlags(), &location, "where runs are kept")
	c.AddCommand(historyList(&location), historyShow(&location), historyExport(&location), historyImport(&location), historyPrune(&location))
	return c
}

// openHistory opens a history that is there.
func openHistory(c *cobra.Command, location string) (history.Store, error) {
	store, err := pipeline.ReadHistory(c.Context(), location)
	return store, storeError(err)
}

// storeError tells what the user can mend from what is ours.
func storeError(err error) error {
	for _, theirs := range []error{history.ErrLocation, history.ErrNone, history.ErrNotFound, history.ErrNewer} {
		if errors.Is(err, theirs) {
			return inputError{err}
		}
	}
	return ours(err)
}

func historyList(location *string) *cobra.Command {
	var q history.Query
	var asJSON bool
	c := &cobra.Command{Use: "list", Short: "Runs, the newest first", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		if q.Limit < 0 {
			return inputError{fmt.Errorf("--last %d: write 1 or more, or 0 for all", q.Limit)}
		}
		store, err := openHistory(c, *location)
		if err != nil {
			return err
		}
		defer func() { _ = store.Close() }() // only read
		entries, err := store.List(c.Context(), q)
		if err != nil {
			return storeError(err)
		}
		if asJSON {
			return ours(printJSON(c.OutOrStdout(), append([]history.Entry{}, entries...)))
		}
		return ours(printEntries(c.OutOrStdout(), entries))
	}}
	layouts := []string{time.DateOnly, time.RFC3339}
	c.Flags().StringVar(&q.Branch, "branch", "", "of one branch")
	c.Flags().StringVar(&q.Commit, "commit", "", "of one commit, or how its name begins")
	c.Flags().StringVar(&q.Scenario, "scenario", "", "with a result of one scenario, by its id")
	c.Flags().TimeVar(&q.Since, "since", time.Time{}, layouts, "started then or later: a day as 2026-11-24, which begins at midnight UTC, or a time as 2026-11-24T09:30:00Z")
	c.Flags().TimeVar(&q.Until, "until", time.Time{}, layouts, "started before")
	c.Flags().IntVar(&q.Limit, "last", 20, "at most so many; 0: all")
	c.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return c
}

func printEntries(out io.Writer, entries []history.Entry) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
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
			return storeError(err)
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
		written, err := pipeline.ExportRecords(c.Context(), store, args[0])
		fmt.Fprintf(c.ErrOrStderr(), "%d runs written to %s\n", written, args[0])
		if err != nil || !asJSON {
			return storeError(err)
		}
		return ours(printJSON(c.OutOrStdout(), struct {
			Folder string `json:"folder"`
			Runs   int    `json:"runs"`
		}{args[0], written}))
	}}
	c.Flags().BoolVar(&asJSON, "json", false, "say what was written as one JSON document")
	return c
}

func historyImport(location *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "import FILE | DIR...", Short: "Add the records of runs", Args: cobra.MinimumNArgs(1), RunE: func(c *cobra.Command, args []string) error {
		store, err := pipeline.OpenHistory(c.Context(), *location)
		if err != nil {
			return storeError(err)
		}
		added, refused, err := pipeline.ImportRecords(c.Context(), store, args)
		err = errors.Join(err, store.Close())
		fmt.Fprintf(c.ErrOrStderr(), "%d runs are in %s\n", added, pipeline.ShowHistory(*location))
		if err == nil && asJSON {
			err = printJSON(c.OutOrStdout(), imported{added, words(refused)})
		}
		switch {
		case err != nil:
			return storeError(errors.Join(append(refused, err)...))
		case len(refused) > 0:
			return inputError{errors.Join(refused...)}
		}
		return nil
	}}
	c.Flags().BoolVar(&asJSON, "json", false, "say what was added as one JSON document")
	return c
}

// imported is what an import says as JSON.
type imported struct {
	Runs    int      `json:"runs"`
	Refused []string `json:"refused"` // with the file, and why
}

func words(all []error) []string {
	texts := make([]string, len(all))
	for i, err := range all {
		texts[i] = err.Error()
	}
	return texts
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
			if keep < 0 || age < 0 || keep == 0 && age == 0 {
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
				return storeError(err)
			}
			fmt.Fprintf(c.ErrOrStderr(), "%d runs forgotten\n", len(gone))
			if asJSON {
				return ours(printJSON(c.OutOrStdout(), append([]history.Entry{}, gone...)))
			}
			return nil
		},
	}
	c.Flags().IntVar(&keep, "keep", 0, "so many of the newest runs of each branch stay")
	c.Flags().DurationVar(&age, "older-than", 0, "younger runs stay, as 2160h")
	c.Flags().BoolVar(&asJSON, "json", false, "what was forgotten, as one JSON document")
	return c
}

// printJSON writes a value as one JSON document.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// ours makes an error of writing or closing one of ours.
func ours(err error) error {
	if err == nil {
		return nil
	}
	return &oursError{err}
}
