package main

import (
	"fmt"

	"github.com/spf13/cobra"

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
				load := fmt.Sprintf("%d users", s.Load.Users)
				if s.Load.Open() {
					load = fmt.Sprintf("%g/s", s.Load.Rate)
				}
				if _, err := fmt.Fprintf(c.OutOrStdout(), "%s: %s, %s, %s after %s of warm-up\n", s.ID, s.Name, load, s.Load.Duration, s.Load.Warmup); err != nil {
					return &oursError{err}
				}
			}
			return nil
		},
	}
}
