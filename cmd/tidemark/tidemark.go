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

	"github.com/tidemark/tidemark/internal/history"
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

func (e inputError) Unwrap() error { return e.error }

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
	root := rootCommand()
	root.SetArgs(args)
	said, asJSON := &noted{Writer: stdout}, wantsJSON(args)
	if root.SetOut(stdout); asJSON {
		root.SetOut(said)
	}
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return inputError{err} })
	err := root.ExecuteContext(ctx)
	if code = exitCode(err); code == exitUnreachable && ctx.Err() != nil {
		code = exitInterrupted // that is why
	}
	if _, spoken := errors.AsType[verdict](err); err == nil || spoken {
		return code
	}
	fmt.Fprintln(stderr, "tidemark:", err)
	if asJSON && !said.written {
		if err := writeFailure(stdout, code, err); err != nil {
			return exitOurs
		}
	}
	return code
}

// rootCommand is the program, with all its commands.
func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "tidemark",
		Short:         "Proves that an HTTP API is still fast",
		Version:       pipeline.Version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(demoCommand(), initCommand(), checkCommand(), runCommand(), abCommand(), gateCommand(), bisectCommand(), compareCommand(), diagnoseCommand(), trendCommand(), reportCommand(), historyCommand(), serveCommand(), importCommand(), exportCommand(), publishCommand(), versionCommand(), shopCommand())
	cobra.EnableCommandSorting = false // the order in which they are used
	return root
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
	case errors.As(err, &unreachable), errors.Is(err, history.ErrUnreachable):
		return exitUnreachable
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &ours):
		return exitOurs
	}
	return exitInput // what cobra finds wrong with the command line has no type of its own
}

// An oursError is a failure of ours, or of the machine under us.
type oursError struct{ err error }

func (e *oursError) Error() string { return e.err.Error() }
func (e *oursError) Unwrap() error { return e.err }
