// Command gate proves how often the gate is wrong: it records blocks of a server whose slowdown is known, and decides thousands of times.
//
//	go run ./evaluation/gate all -for 60m -out FOLDER      all of these, at once
//	go run ./evaluation/gate record -out FILE -for 60m -factors 1
//	go run ./evaluation/gate live -runs 30
//	go run ./evaluation/gate judge FILE...
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
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := gate(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gate:", err)
		os.Exit(1)
	}
}

func gate(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say all, record, live or judge")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	out := flags.String("out", "", "file that pairs are appended to; of all, a folder")
	length := flags.Duration("for", time.Hour, "how long to record")
	factors := flags.String("factors", "1", "slowdowns of head, in turn: 1,1.1")
	runs := flags.Int("runs", 30, "live decisions")
	decisions := flags.Int("decisions", 2000, "resampled decisions of each factor")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	var list []float64
	for _, text := range strings.Split(*factors, ",") {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || f < 1 {
			return fmt.Errorf("-factors: %q is no slowdown", text)
		}
		list = append(list, f)
	}
	switch args[0] {
	case "serve":
		factor, err := strconv.ParseFloat(flags.Arg(0), 64)
		if err != nil {
			return err
		}
		return serve(ctx, factor)
	case "disturb":
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() {
			defer cancel()
			_, _ = io.Copy(io.Discard, os.Stdin) // however it ends, it has ended
		}()
		disturb(ctx)
		return nil
	case "all":
		return all(ctx, *out, *length, *runs, *decisions)
	case "record":
		return record(ctx, *out, list, *length)
	case "live":
		return live(ctx, *runs, list)
	case "judge":
		return judge(os.Stdout, flags.Args(), *decisions)
	}
	return fmt.Errorf("%s: say all, record, live or judge", args[0])
}

// all records identical servers and slowed ones side by side, lets the comparison decide live beside them, and decides on what was recorded.
func all(ctx context.Context, dir string, length time.Duration, runs, decisions int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	same, slowed := filepath.Join(dir, "same.jsonl"), filepath.Join(dir, "slowed.jsonl")
	var together errgroup.Group
	together.Go(func() error { return record(ctx, same, []float64{1}, length) })
	together.Go(func() error { return record(ctx, slowed, []float64{1.1, 1.05, 1.2, 1.5}, length) })
	together.Go(func() error { return live(ctx, runs, []float64{1}) })
	if err := together.Wait(); err != nil || ctx.Err() != nil {
		return err
	}
	return judge(os.Stdout, []string{same, slowed}, decisions)
}
