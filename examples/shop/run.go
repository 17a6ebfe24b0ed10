package shop

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
)

// Run is the program: it starts a shop as the arguments say, prints Ready as one line of JSON to stdout, serves until ctx
// ends, and leaves nothing behind. Failures are logged to stderr.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
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
