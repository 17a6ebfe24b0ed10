package main

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/examples/shop"
)

// shopCommand serves the example shop until its standard input ends or it is interrupted. The demo starts it as a process of
// its own: in the generator's process it would share the runtime, and each would falsify the other's latency. A parent that
// dies closes the input, so that no shop is left behind.
func shopCommand() *cobra.Command {
	return &cobra.Command{
		Use:                "shop",
		Short:              "Serve the example shop",
		Hidden:             true,
		DisableFlagParsing: true, // they are the shop's own
		RunE: func(c *cobra.Command, args []string) error {
			ctx, cancel := context.WithCancel(c.Context())
			defer cancel()
			go func() {
				defer cancel()
				_, _ = io.Copy(io.Discard, os.Stdin) // however it ends, it has ended
			}()
			if err := shop.Run(ctx, args, c.OutOrStdout(), c.ErrOrStderr()); err != nil {
				return &oursError{err}
			}
			return nil
		},
	}
}
