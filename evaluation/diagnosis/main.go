// Command diagnosis shows how often the true cause is named: the shop is given each of its faults in turn, is put under three loads, and what
// the evidence says is held against what is known. The healthy shop gets the same loads: then every finding is wrong.
//
//	go run ./evaluation/diagnosis                  all of it, some 15 minutes; the last results are in results.txt
//	go run ./evaluation/diagnosis -only growth     one fault, or several with commas
//	go run ./evaluation/diagnosis -from FOLDER     the records of an earlier evaluation (-records), by the rules of today
//	go run ./evaluation/diagnosis -overhead 30     what collecting costs the latency that is measured
//
// It needs PostgreSQL: the server in TIDEMARK_TEST_POSTGRES, with pg_stat_statements and HypoPG, or one that it starts from Debian's packages.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tidemark/tidemark/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := evaluate(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "diagnosis:", err)
		os.Exit(1)
	}
}

type options struct {
	only     []string
	duration time.Duration
	out      string // file; empty: none
	saved    string // folder of records; empty: none
	from     string // folder of records that are judged again; empty: none, it is measured
	verbose  bool
	pairs    int     // of blocks, to measure what collecting costs
	scale    float64 // of the loads, on a machine that is busy with other things
}

// evaluate measures and prints. Its error is that something could not be measured: wrong causes are the result, and no error.
func evaluate(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("diagnosis", flag.ContinueOnError)
	only := flags.String("only", "", "`names` of faults, with commas; healthy is the shop without one")
	var o options
	flags.DurationVar(&o.duration, "duration", 8*time.Second, "of each measurement")
	flags.StringVar(&o.out, "out", "evaluation/diagnosis/results.txt", "`file` that the results are written to when all is measured; empty: none")
	flags.StringVar(&o.saved, "records", "", "`folder` that each measurement's record is saved in")
	flags.StringVar(&o.from, "from", "", "`folder` of records, which are judged again instead of measuring")
	flags.IntVar(&o.pairs, "overhead", 0, "measure what collecting costs instead, in so many `pairs` of blocks for each source")
	flags.Float64Var(&o.scale, "scale", 1, "`factor` of the loads, for a slower machine")
	flags.BoolVar(&o.verbose, "v", false, "tell each finding")
	if err := flags.Parse(args); err != nil {
		return err
	}
	o.only = strings.FieldsFunc(*only, func(r rune) bool { return r == ',' })
	chosen, err := choose(o.only)
	if err != nil {
		return err
	}
	if o.pairs > 0 {
		return overhead(ctx, o, stdout, stderr)
	}
	observe, closeLab, err := source(ctx, o, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLab()) }()
	var t tally
	for _, c := range chosen {
		for _, l := range c.loads() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			m, err := observe(ctx, c, l, o)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", c.fault, l.name, err)
			}
			t.add(m)
			fmt.Fprintln(stderr, m.line())
			if o.verbose {
				fmt.Fprint(stderr, m.details())
			}
		}
	}
	text := t.text()
	if _, err := io.WriteString(stdout, text); err != nil {
		return err
	}
	if o.out != "" && len(o.only) == 0 {
		return os.WriteFile(o.out, []byte(text), 0o644)
	}
	return nil
}

// source is where measurements come from: the lab, or the records of an earlier one.
func source(ctx context.Context, o options, stderr io.Writer) (observe func(context.Context, trial, shopLoad, options) (measurement, error), end func() error, err error) {
	if o.from != "" {
		return recall, func() error { return nil }, nil
	}
	l, err := open(ctx, stderr)
	if err != nil {
		return nil, nil, err
	}
	return l.observe, l.close, nil
}

// recall judges the record of a trial again.
func recall(_ context.Context, t trial, ld shopLoad, o options) (m measurement, err error) {
	text, err := os.ReadFile(filepath.Join(o.from, recordName(t, ld)+".json"))
	if err != nil {
		return m, err
	}
	run, err := bench.ReadRun(text)
	if err != nil {
		return m, err
	}
	return judge(t, ld, &run.Scenarios[0]), nil
}

// recordName is the id of a trial's record.
func recordName(t trial, ld shopLoad) string {
	return fmt.Sprintf("%s-%s-%s", t.fault, t.scenario, strings.NewReplacer("/", "-per-", " ", "-", ",", "").Replace(ld.name))
}
