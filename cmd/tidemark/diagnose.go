package main

import (
	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

func diagnoseCommand() *cobra.Command {
	var location string
	var asJSON bool
	c := &cobra.Command{
		Use:   "diagnose RUN",
		Short: "Say why what failed in a saved run or comparison is slow, with evidence",
		Long: "Looks for causes in the evidence that was saved with a run, or a comparison, once more, by the rules of this version. RUN is the file of a record\n" +
			"(results/01J….json, results/01J….comparison.json), or a run in history: its id or how that begins, a commit, or last.",
		Example: "  tidemark diagnose last\n  tidemark diagnose benchmarks/api-performance/results/01J8….json --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var store history.Store
			if !pipeline.IsRecord(args[0]) {
				var err error
				if store, err = openHistory(c, location); err != nil {
					return err
				}
				defer func() { _ = store.Close() }() // only read
			}
			run, comparison, err := pipeline.Diagnose(c.Context(), store, args[0])
			if err != nil {
				return inputError{err}
			}
			switch {
			case comparison != nil && asJSON:
				err = report.VersusJSON(c.OutOrStdout(), comparison)
			case comparison != nil:
				err = report.VersusDiagnosisText(c.OutOrStdout(), comparison)
			case asJSON:
				err = report.JSON(c.OutOrStdout(), run)
			default:
				err = report.DiagnosisText(c.OutOrStdout(), run)
			}
			return ours(err)
		},
	}
	c.Flags().StringVar(&location, "history", defaultHistory, "where runs are kept")
	c.Flags().BoolVar(&asJSON, "json", false, "print the record with its findings on standard output, and nothing else there")
	return c
}
