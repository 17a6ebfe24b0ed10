package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/examples/shop"
)

// shopCommand serves the example shop until its standard input ends or it is interrupted. The demo starts it as a process of
// its own: in the generator's process it would share the runtime, and each would falsify the other's latency. A parent that
// dies closes the input, so that no shop is left behind.
func shopCommand() *cobra.Command {
	var config shop.Config
	c := &cobra.Command{
		Use:    "shop",
		Short:  "Serve the example shop",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := shop.Start(c.Context(), config)
			if err != nil {
				return &oursError{err}
			}
			ctx, cancel := context.WithCancel(c.Context())
			go func() {
				defer cancel()
				_, _ = io.Copy(io.Discard, os.Stdin) // however it ends, it has ended
			}()
			_, err = fmt.Fprintln(c.OutOrStdout(), s.URL)
			if err == nil {
				<-ctx.Done()
			}
			cancel()
			if err := errors.Join(err, s.Close()); err != nil {
				return &oursError{err}
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&config.Faults, "fault", nil, shop.NPlusOne+", "+shop.SlowDependency)
	c.Flags().DurationVar(&config.QueryDelay, "query-delay", 500*time.Microsecond, "added to each query, as a network would")
	return c
}
