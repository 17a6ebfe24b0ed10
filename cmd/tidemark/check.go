package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// defaultSuite is where a suite is looked for when no folder is named.
const defaultSuite = "benchmarks/api-performance"

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [DIR]",
		Short: "Read a suite and say what is wrong with it; contact nothing",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir := defaultSuite
			if len(args) > 0 {
				dir = args[0]
			}
			plan, err := pipeline.Check(dir, "")
			if err != nil {
				return inputError{err}
			}
			for _, s := range plan.Scenarios {
				if _, err := fmt.Fprintf(c.OutOrStdout(), "%s: %s, %s, %s after %s of warm-up\n", s.ID, s.Name, describe(s.Load), s.Load.Duration, s.Load.Warmup); err != nil {
					return &oursError{err}
				}
			}
			if s := plan.Control; s != nil {
				if _, err := fmt.Fprintf(c.OutOrStdout(), "control: %s, %s, %s after %s of warm-up, before each scenario and at the end\n", s.Name, describe(s.Load), s.Load.Duration, s.Load.Warmup); err != nil {
					return &oursError{err}
				}
			}
			_, err = pipeline.Environment(plan)
			if err = errors.Join(err, pipeline.ServiceEnvironment(plan)); err != nil {
				fmt.Fprintf(c.ErrOrStderr(), "warning: %s\n", strings.ReplaceAll(err.Error(), "\n", "\nwarning: "))
			}
			return nil
		},
	}
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
