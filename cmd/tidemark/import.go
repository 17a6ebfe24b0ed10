package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
)

type importFlags struct {
	pipeline.ImportOptions
	unit             string
	thresholds       []string
	results, history string
	json             bool
	files            reportFiles
}

func importCommand() *cobra.Command {
	var f importFlags
	var formats strings.Builder
	for _, format := range pipeline.ImportFormats() {
		fmt.Fprintf(&formats, "  %-16s %s: %s\n", format.Name, format.About, format.Write)
	}
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "Judge what another tool measured, and save it as a run",
		Long: "Reads the results of another load generator, judges them against thresholds, and saves them as a run that is compared, followed and shown like any.\n" +
			"Several files are one run: those of several workers, or the two that Locust writes. - is standard input. What a format cannot tell is not made up:\n" +
			"it stands in the result, and a threshold on it is not judged. See docs/IMPORT.md.\n\nFormats, each with how its tool writes it:\n" + formats.String(),
		Example: "  tidemark import results.bin --threshold p95=300ms --threshold errors=0.1%\n" +
			"  tidemark import results.jtl --threshold 'Place an order: p99=800ms' --commit $GITHUB_SHA --branch main\n" +
			"  tidemark import latency.hgrm --unit ms --time 2026-11-24T09:30:00Z",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f.Files, f.Stdin = args, c.InOrStdin()
			if err := f.settle(); err != nil {
				return inputError{err}
			}
			return f.run(c)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.Format, "format", "", "of the files; may be left out where they begin unmistakably")
	flags.StringArrayVar(&f.thresholds, "threshold", nil, `p50, p95 or p99=300ms, errors=0.1%, throughput=100; of one name of requests: "GET /products: p95=300ms" (may be repeated)`)
	flags.StringVar(&f.unit, "unit", "", "of values in files that do not tell it (hdr-log, hdr-percentiles): ns, us, ms or s")
	flags.StringVar(&f.Commit, "commit", "", "commit that answered (default: what is checked out here)")
	flags.StringVar(&f.Branch, "branch", "", "branch of it (default: what is checked out here)")
	flags.StringVar(&f.Name, "name", "", `of the requests, where the files do not name them (ab, h2load, HdrHistogram), as "GET /products" (default: the file's name)`)
	flags.StringVar(&f.Suite, "suite", "", "name that runs of the same kind are kept under, so that they are compared with each other (default: the format's)")
	flags.TimeVar(&f.Time, "time", time.Time{}, []string{time.RFC3339, time.DateOnly}, "when the run began, where the files do not tell it, as 2026-11-24T09:30:00Z")
	flags.StringVar(&f.results, "results", "results", "folder that the run is saved in")
	historyFlag(flags, &f.history, "where the run is kept; empty: nowhere")
	f.files.define(c)
	flags.BoolVar(&f.json, "json", false, "print the run's record on standard output, and nothing else there")
	return c
}

// units are what --unit takes.
var units = map[string]time.Duration{"": 0, "ns": time.Nanosecond, "us": time.Microsecond, "ms": time.Millisecond, "s": time.Second}

// settle reads what flags say in words.
func (f *importFlags) settle() error {
	unit, known := units[f.unit]
	if !known {
		return fmt.Errorf("--unit %q: write ns, us, ms or s", f.unit)
	}
	f.Unit, f.ByName = unit, map[string]bench.Thresholds{}
	for _, text := range f.thresholds {
		name, limit := "", text
		if at := strings.LastIndex(text, ": "); at >= 0 {
			name, limit = text[:at], text[at+2:]
		}
		metric, value, found := strings.Cut(limit, "=")
		if !found {
			return fmt.Errorf("--threshold %q: write a metric and its limit, as p95=300ms", text)
		}
		t := f.Thresholds
		if name != "" {
			t = f.ByName[name]
		}
		if err := t.Set(strings.TrimSpace(metric), strings.TrimSpace(value)); err != nil {
			return fmt.Errorf("--threshold %q: %w", text, err)
		}
		if name != "" {
			f.ByName[name] = t
		} else {
			f.Thresholds = t
		}
	}
	return nil
}

func (f *importFlags) run(c *cobra.Command) error {
	if f.history != "" {
		if err := pipeline.CheckHistory(c.Context(), f.history); err != nil {
			return inputError{err}
		}
	}
	run, series, err := pipeline.Import(c.Context(), f.ImportOptions)
	if err != nil {
		return inputError{err}
	}
	if err := present(c, run, series, f.results, f.json, f.files); err != nil {
		return err
	}
	if f.history != "" {
		keep(c, run, f.history, filepath.Clean(f.results))
	}
	if run.Verdict.Status == bench.Fail {
		return verdict(exitFail)
	}
	return nil
}
