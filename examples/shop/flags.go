package shop

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/tidemark/tidemark/examples/shop/telemetry"
)

// errUsage is wrapped by what is wrong with the arguments.
var errUsage = errors.New("shop: usage")

// options are the arguments that are not a Config's as they stand.
type options struct {
	Config
	faults, accessLog, format string
}

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{Config: Config{Log: slog.New(slog.NewTextHandler(stderr, nil))}}
	flags := flag.NewFlagSet("shop", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // whoever called Run says what went wrong, once
	flags.StringVar(&o.Listen, "listen", freePort, "`address` of the API; port 0 is a free one")
	flags.StringVar(&o.Admin, "admin", freePort, "`address` of fault switches, reset and pprof")
	flags.StringVar(&o.Inventory, "inventory", freePort, "`address` of the inventory service")
	flags.StringVar(&o.Database, "database", "", "postgres:// `URL` or SQLite file; default: a temporary SQLite file")
	flags.DurationVar(&o.Delay, "db-delay", 0, "`time` that the network adds to each round trip to the database, such as 500us")
	flags.IntVar(&o.Connections, "db-connections", defaultConnections, "at most so many connections to the database")
	flags.StringVar(&o.faults, "fault", "", "`names` of faults to switch on, separated by commas")
	flags.StringVar(&o.Token, "token", os.Getenv("SHOP_TOKEN"), "bearer token that may act for every user; default: SHOP_TOKEN, or a random one")
	flags.DurationVar(&o.TokenLifetime, "token-lifetime", defaultLifetime, "how long a login lasts")
	flags.StringVar(&o.Version, "version", "", "what /version and X-Shop-Version say; default: the commit built from")
	flags.StringVar(&o.OTLP, "otlp", os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"), "base `URL` of an OTLP/HTTP endpoint for traces; default: OTEL_EXPORTER_OTLP_ENDPOINT, or none")
	flags.BoolVar(&o.SQLComments, "sql-comments", false, "with --otlp: name the trace in a comment of each statement, which makes each a statement of its own to the database")
	flags.StringVar(&o.accessLog, "access-log", "", "`file` to append the access log to, or - for standard error")
	flags.StringVar(&o.format, "access-log-format", string(telemetry.Combined), "combined (nginx's, with the request time) or json")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(stderr)
		flags.Usage()
		return nil, err
	}
	if err == nil {
		err = o.complete(flags.Args())
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	return o, nil
}

// complete reads the arguments that the flag package only has as text, and refuses what makes no sense.
func (o *options) complete(rest []string) (err error) {
	o.Faults = strings.FieldsFunc(o.faults, func(r rune) bool { return r == ',' || r == ' ' })
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case o.Connections < 1:
		return errors.New("--db-connections must be at least 1")
	case o.Delay < 0:
		return errors.New("--db-delay must not be negative")
	case o.TokenLifetime <= 0:
		return errors.New("--token-lifetime must be more than 0")
	}
	o.AccessLogFormat, err = telemetry.ParseFormat(o.format)
	return err
}

// openAccessLog returns what closes the log.
func (o *options) openAccessLog(stderr io.Writer) (closeLog func() error, err error) {
	switch o.accessLog {
	case "":
	case "-":
		o.AccessLog = stderr
	default:
		file, err := os.OpenFile(o.accessLog, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, err
		}
		o.AccessLog = file
		return file.Close, nil
	}
	return func() error { return nil }, nil
}
