package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/internal/pipeline"
)

// Exit codes: what a script may rely on.
const (
	exitPass        = 0
	exitFail        = 1
	exitInput       = 2
	exitVoid        = 3
	exitUnreachable = 4
	exitOurs        = 5
	exitInterrupted = 130
)

// A verdict ends the program with a code of its own; its words have been printed already.
type verdict int

func (v verdict) Error() string { return fmt.Sprintf("exit %d", int(v)) }

// An inputError is the user's to mend; nothing was sent.
type inputError struct{ error }

func tidemark(args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(stderr, "tidemark: a bug: %v\n%s", p, debug.Stack())
			code = exitOurs
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	root := &cobra.Command{
		Use:           "tidemark",
		Short:         "Proves that an HTTP API is still fast",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(demoCommand(), checkCommand(), runCommand(), abCommand(), gateCommand(), bisectCommand(), compareCommand(), diagnoseCommand(), trendCommand(), historyCommand(), shopCommand())
	cobra.EnableCommandSorting = false // the order in which they are used
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return inputError{err} })
	err := root.ExecuteContext(ctx)
	var v verdict
	if err != nil && !errors.As(err, &v) {
		fmt.Fprintln(stderr, "tidemark:", err)
	}
	return exitCode(err)
}

func exitCode(err error) int {
	var (
		v           verdict
		unreachable *pipeline.Unreachable
		ours        *oursError
	)
	switch {
	case err == nil:
		return exitPass
	case errors.As(err, &v):
		return int(v)
	case errors.As(err, &unreachable):
		return exitUnreachable
	case errors.As(err, &ours):
		return exitOurs
	}
	return exitInput // what cobra finds wrong with the command line has no type of its own
}

// An oursError is a failure of ours, or of the machine under us.
type oursError struct{ err error }

func (e *oursError) Error() string { return e.err.Error() }
func (e *oursError) Unwrap() error { return e.err }
