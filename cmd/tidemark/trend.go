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

type trendFlags struct {
	pipeline.TrendOptions
	history, csv, format string
	last                 int
}

func trendCommand() *cobra.Command {
	var f trendFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "trend",
		Short: "p95 over runs: steps with their commits, drift, and the day it crosses the threshold",
		Example: "  tidemark trend --last 20\n" +
			"  tidemark trend --metric p99 --scenario user-orders --format svg > orders.svg\n" +
			"  tidemark trend --csv measured-elsewhere.csv",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if asJSON {
				f.format = "json"
			}
			trends, err := f.trends(c)
			if err != nil {
				return err
			}
			if err := f.show(c, trends); err != nil {
				return &oursError{err}
			}
			return nil
		},
	}
	flags := c.Flags()
	flags.IntVar(&f.last, "last", 10, "how many runs are listed; steps and drift are looked for in all")
	flags.StringVar(&f.Metric, "metric", "p95", strings.Join(bench.Metrics, ", "))
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
	case f.last < 1:
		return nil, inputError{fmt.Errorf("--last %d: write 1 or more", f.last)}
	case !slices.Contains(bench.Metrics, f.Metric):
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
		trends, err := pipeline.CSVTrends(file, f.csv)
		if err != nil {
			return nil, inputError{err}
		}
		return trends, nil
	}
	store, err := openHistory(c, f.history)
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }() // only read
	trends, err := pipeline.Trends(c.Context(), store, f.TrendOptions)
	return trends, storeError(err)
}

var errOneChart = errors.New("--format svg draws one scenario: name it with --scenario")

func (f *trendFlags) show(c *cobra.Command, trends []bench.Trend) error {
	out := c.OutOrStdout()
	switch f.format {
	case "json":
		return report.TrendsJSON(out, trends)
	case "html":
		return report.TrendsHTML(out, trends, f.last)
	case "svg":
		if len(trends) != 1 {
			return errOneChart
		}
		return report.TrendSVG(out, &trends[0])
	}
	return report.TrendsText(out, trends, f.last)
}
