package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

// defaultHistory is where runs are kept.
const defaultHistory = ".tidemark/history.db"

// charted is how many runs a chart shows when nobody says: it has room for more than a list.
const charted = 100

type trendFlags struct {
	pipeline.TrendOptions
	history, csv, format string
	last                 int
}

func trendCommand() *cobra.Command {
	var f trendFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "trend [DIR]",
		Short: "p95 over runs: steps with their commits, drift, and the day it crosses the threshold",
		Example: "  tidemark trend --last 20\n" +
			"  tidemark trend --metric p99 --scenario user-orders --format svg > orders.svg\n" +
			"  tidemark trend --csv measured-elsewhere.csv",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if asJSON {
				f.format = "json"
			}
			if len(args) > 0 {
				var err error
				if f.Suite, err = pipeline.SuiteName(args[0]); err != nil {
					return inputError{err}
				}
			}
			if !c.Flags().Changed("last") && (f.format == "svg" || f.format == "html") {
				f.last = charted
			}
			trends, err := f.trends(c)
			if err != nil {
				return err
			}
			if f.format == "svg" && len(trends) != 1 {
				return inputError{errOneChart}
			}
			if err := f.show(c, trends); err != nil {
				return &oursError{err}
			}
			return nil
		},
	}
	flags := c.Flags()
	flags.IntVar(&f.last, "last", 10, "how many runs are shown, in charts 100; steps and drift are looked for in all")
	flags.StringVar(&f.Metric, "metric", "p95", strings.Join(bench.Metrics, ", ")+"; with --csv a column (default: all)")
	flags.StringVar(&f.Scenario, "scenario", "", "id of one scenario (default: all of the newest run)")
	flags.StringVar(&f.Branch, "branch", "", "runs of one branch (default: all)")
	historyFlag(flags, &f.history, "where runs are kept")
	flags.StringVar(&f.csv, "csv", "", "file to read instead of history: columns time, commit, and one for each metric")
	flags.StringVar(&f.format, "format", "text", "text, svg, html or json")
	flags.BoolVar(&asJSON, "json", false, "the same as --format json")
	return c
}

func (f *trendFlags) trends(c *cobra.Command) ([]bench.Trend, error) {
	switch {
	case f.csv != "" && f.Suite != "":
		return nil, inputError{errors.New("--csv is read instead of a suite's history: keep one of the two")}
	case f.last < 1:
		return nil, inputError{fmt.Errorf("--last %d: write 1 or more", f.last)}
	case f.csv == "" && !slices.Contains(bench.Metrics, f.Metric):
		return nil, inputError{fmt.Errorf("--metric %s: know %s", f.Metric, strings.Join(bench.Metrics, ", "))}
	case !slices.Contains([]string{"text", "svg", "html", "json"}, f.format):
		return nil, inputError{fmt.Errorf("--format %s: know text, svg, html and json", f.format)}
	}
	if f.csv != "" {
		file, err := os.Open(f.csv)
		if err != nil {
			return nil, inputError{err}
		}
		defer func() { _ = file.Close() }() // only read
		trends, err := pipeline.CSVTrends(c.Context(), file, f.csv)
		if err != nil {
			return nil, inputError{err}
		}
		return f.column(trends, c.Flags().Changed("metric"))
	}
	store, err := openHistory(c, f.history)
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }() // only read
	trends, err := pipeline.Trends(c.Context(), store, f.TrendOptions)
	return trends, storeError(err)
}

// column is the one of a table's trends that --metric names, or all.
func (f *trendFlags) column(trends []bench.Trend, named bool) ([]bench.Trend, error) {
	if !named {
		return trends, nil
	}
	names := make([]string, len(trends))
	for i, t := range trends {
		if names[i] = t.Name; t.Name == f.Metric {
			return trends[i : i+1], nil
		}
	}
	return nil, inputError{fmt.Errorf("--metric %s: %s has the columns %s", f.Metric, f.csv, strings.Join(names, ", "))}
}

var errOneChart = errors.New("--format svg draws one chart: name its scenario with --scenario, or its column of a table with --metric")

func (f *trendFlags) show(c *cobra.Command, trends []bench.Trend) error {
	out := c.OutOrStdout()
	switch f.format {
	case "json":
		return report.TrendsJSON(out, trends)
	case "html":
		return report.TrendsHTML(out, trends, f.last)
	case "svg":
		return report.TrendSVG(out, &trends[0], f.last)
	}
	return report.TrendsText(out, trends, f.last)
}
