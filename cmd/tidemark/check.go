package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

// defaultSuite is where a suite is looked for when no folder is named.
const defaultSuite = "benchmarks/api-performance"

func checkCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Read a suite and say what is wrong with it; contact nothing",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir := suiteDir(args)
			plan, err := pipeline.Check(dir, "")
			if err != nil {
				return inputError{err}
			}
			_, err = pipeline.Environment(plan)
			var warnings []string
			if err = errors.Join(err, pipeline.ServiceEnvironment(plan)); err != nil {
				warnings = strings.Split(err.Error(), "\n")
			}
			if others := pipeline.Namesakes(c.Context(), dir, plan.Name); len(others) > 0 {
				warnings = append(warnings, fmt.Sprintf("%s has a suite called %s too, and history would take the runs of one for those of the other: give one of them a `name: …` in its suite.yml", others[0], plan.Name))
			}
			for _, w := range warnings {
				fmt.Fprintln(c.ErrOrStderr(), "warning:", w)
			}
			if asJSON {
				return ours(report.PlanJSON(c.OutOrStdout(), plan, warnings))
			}
			return ours(listScenarios(c.OutOrStdout(), plan))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print what was read on standard output, as one JSON document")
	return c
}

func listScenarios(w io.Writer, plan *bench.Plan) error {
	for _, s := range plan.Scenarios {
		if _, err := fmt.Fprintf(w, "%s: %s, %s, %s after %s of warm-up\n", s.ID, s.Name, describe(s.Load), s.Load.Duration, s.Load.Warmup); err != nil {
			return err
		}
	}
	if s := plan.Control; s != nil {
		_, err := fmt.Fprintf(w, "control: %s, %s, %s after %s of warm-up, before each scenario and at the end\n", s.Name, describe(s.Load), s.Load.Duration, s.Load.Warmup)
		return err
	}
	return nil
}

// describe says a load in a few words.
func describe(l bench.Load) string {
	switch {
	case len(l.Stages) > 0 && l.Open():
		return fmt.Sprintf("%d stages from %g/s", len(l.Stages), l.Stages[0].Rate)
	case len(l.Stages) > 0:
		return fmt.Sprintf("%d stages of at most %d users", len(l.Stages), l.MostUsers())
	case l.Open():
		return fmt.Sprintf("%g/s", l.Rate)
	}
	return fmt.Sprintf("%d users", l.Users)
}
