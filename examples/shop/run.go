package shop

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"runtime"
)

// contentions says that one of so many waits for a lock is kept for /debug/pprof/mutex. It is the process's, and so not Start's.
const contentions = 10

// Run is the program: it starts a shop as the arguments say, prints Ready as one line of JSON to stdout, serves until ctx
// ends, and leaves nothing behind. Failures are logged to stderr.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	defer runtime.SetMutexProfileFraction(runtime.SetMutexProfileFraction(contentions))
	options, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	closeLog, err := options.openAccessLog(stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	server, err := Start(ctx, options.Config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	if err := json.NewEncoder(stdout).Encode(server.Ready); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
