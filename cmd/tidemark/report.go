package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

// reportFiles are the files that a result is written to beside its record.
type reportFiles struct {
	html, markdown, junit, csv string
	charts, chartsAt           string
}

// define adds the flags to a command, which refuses what does not go together before it measures anything.
func (f *reportFiles) define(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.html, "html", "", "file: a page that needs nothing else, with charts")
	flags.StringVar(&f.markdown, "markdown", "", "file: the comment of a pull request")
	flags.StringVar(&f.junit, "junit", "", "file: JUnit's XML, for GitLab, Jenkins and others")
	flags.StringVar(&f.csv, "csv", "", "file: a line for each scenario and metric")
	flags.StringVar(&f.charts, "charts", "", "folder: a drawing, NAME.svg, of each scenario that did not pass")
	flags.StringVar(&f.chartsAt, "charts-at", "", "with --charts: the https address at which that folder will be seen, for --markdown to show the drawings")
	c.PreRunE = func(*cobra.Command, []string) error {
		if f.chartsAt != "" && f.charts == "" {
			return inputError{errors.New("--charts-at says where the drawings of --charts are seen: name that folder too")}
		}
		return nil
	}
}

func (f *reportFiles) any() bool { return *f != reportFiles{} }

// write writes what was asked for. What cannot be written is told, and the rest is.
func (f *reportFiles) write(said io.Writer, s *pipeline.Saved, last int) error {
	comment, failed := f.draw(said, s)
	for _, one := range []struct {
		path, name         string
		run, versus, trend func(io.Writer) error
		bisection          func(io.Writer) error
	}{
		{f.html, "html", func(w io.Writer) error { return report.HTML(w, s.Run, s.Series) }, func(w io.Writer) error { return report.VersusHTML(w, s.Versus) },
			func(w io.Writer) error { return report.TrendsHTML(w, s.Trends, last) }, func(w io.Writer) error { return report.BisectionHTML(w, s.Bisection) }},
		{f.markdown, "markdown", func(w io.Writer) error { return report.RunComment(w, s.Run, comment) },
			func(w io.Writer) error { return report.Comment(w, s.Versus, comment) }, func(w io.Writer) error { return report.TrendsMarkdown(w, s.Trends, last) },
			func(w io.Writer) error { return report.BisectionMarkdown(w, s.Bisection) }},
		{f.junit, "junit", func(w io.Writer) error { return report.JUnit(w, s.Run) }, func(w io.Writer) error { return report.VersusJUnit(w, s.Versus) }, nil, nil},
		{f.csv, "csv", func(w io.Writer) error { return report.CSV(w, s.Run) }, func(w io.Writer) error { return report.VersusCSV(w, s.Versus) },
			func(w io.Writer) error { return report.TrendsCSV(w, s.Trends) }, nil},
	} {
		write := one.trend
		switch {
		case one.path == "":
			continue
		case s.Run != nil:
			write = one.run
		case s.Versus != nil:
			write = one.versus
		case s.Bisection != nil:
			write = one.bisection
		}
		if write == nil {
			why := "a trend has no verdict, so there is nothing to test"
			if s.Bisection != nil {
				why = "a bisection is no table of endpoints: write it with --html or --markdown"
			}
			failed = errors.Join(failed, inputError{fmt.Errorf("--%s: %s", one.name, why)})
			continue
		}
		if err := report.SaveAs(one.path, write); err != nil {
			failed = errors.Join(failed, &oursError{fmt.Errorf("--%s: %w", one.name, err)})
			continue
		}
		fmt.Fprintln(said, "wrote", one.path)
	}
	return failed
}

// draw writes the drawings that were asked for, and says where a comment finds them.
func (f *reportFiles) draw(said io.Writer, s *pipeline.Saved) (o report.CommentOptions, failed error) {
	var drawn map[string]string
	switch {
	case f.charts == "":
		return o, nil
	case s.Run != nil:
		drawn = report.Drawings(s.Run)
	case s.Versus != nil:
		drawn = report.VersusDrawings(s.Versus)
	}
	o.Images = map[string]string{}
	for id, svg := range drawn {
		path := filepath.Join(f.charts, id+".svg")
		if err := report.SaveAs(path, func(w io.Writer) error { _, err := io.WriteString(w, svg); return err }); err != nil {
			failed = errors.Join(failed, &oursError{fmt.Errorf("--charts: %w", err)})
			continue
		}
		fmt.Fprintln(said, "wrote", path)
		if f.chartsAt != "" {
			o.Images[id] = strings.TrimSuffix(f.chartsAt, "/") + "/" + id + ".svg"
		}
	}
	return o, failed
}

func reportCommand() *cobra.Command {
	var f reportFiles
	var location, results string
	var last int
	var asJSON bool
	c := &cobra.Command{
		Use:   "report RUN",
		Short: "Show something saved again: as text, HTML, Markdown, JUnit, CSV or JSON",
		Long: "RUN is one of\n" +
			"  results/01J….json               the file of a run's record, of a comparison's (.comparison.json), a bisection's (.bisection.json), or of trends (tidemark trend --json > trends.json)\n" +
			"  01J8ZC…                         the id of a run, a comparison or a bisection in the folder of results\n" +
			"  01J8, 3f2a91c, HEAD~2           a run in history, by how its id begins or by its commit\n" +
			"  last                            the newest of all of these\n\n" +
			"Without a file to write it is shown as text. See docs/REPORTS.md.",
		Example: "  tidemark report last --html report.html\n" +
			"  tidemark report results/01J8….comparison.json --markdown comment.md --junit junit.xml",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if last < 1 {
				return inputError{fmt.Errorf("--last %d: write 1 or more", last)}
			}
			saved, err := findSaved(c, location, results, args[0])
			if err != nil {
				return err
			}
			if err := f.write(c.ErrOrStderr(), saved, last); err != nil {
				return err
			}
			switch {
			case asJSON:
				return ours(savedJSON(c.OutOrStdout(), saved))
			case !f.any():
				return ours(savedText(c.OutOrStdout(), saved, last))
			}
			return nil
		},
	}
	f.define(c)
	c.Flags().IntVar(&last, "last", charted, "of a trend: how many runs are shown")
	historyFlag(c.Flags(), &location, "where runs are kept; empty: nowhere")
	c.Flags().StringVar(&results, "results", filepath.Join(defaultSuite, "results"), "folder of records, and of the seconds beside them")
	c.Flags().BoolVar(&asJSON, "json", false, "print the record on standard output, and nothing else there")
	return c
}

// findSaved is what a reference means.
func findSaved(c *cobra.Command, location, results, reference string) (*pipeline.Saved, error) {
	var store history.Store
	if !pipeline.IsRecord(reference) && location != "" {
		var err error
		store, err = pipeline.ReadHistory(c.Context(), location)
		if isNone := errors.Is(err, history.ErrNone) && location == defaultHistory; err != nil && !isNone {
			return nil, storeError(err)
		}
		if store != nil {
			defer func() { _ = store.Close() }() // only read
		}
	}
	saved, err := pipeline.Find(c.Context(), store, results, reference)
	return saved, storeError(err)
}

func savedJSON(w io.Writer, s *pipeline.Saved) error {
	switch {
	case s.Run != nil:
		return report.JSON(w, s.Run)
	case s.Versus != nil:
		return report.VersusJSON(w, s.Versus)
	case s.Bisection != nil:
		return report.BisectionJSON(w, s.Bisection)
	}
	return report.TrendsJSON(w, s.Trends)
}

func savedText(w io.Writer, s *pipeline.Saved, last int) error {
	switch {
	case s.Run != nil:
		return report.Text(w, s.Run)
	case s.Versus != nil:
		return versusText(s.Versus)(w, s.Versus)
	case s.Bisection != nil:
		return report.BisectionText(w, s.Bisection)
	}
	return report.TrendsText(w, s.Trends, last)
}

// versusText is how a comparison is shown as text.
func versusText(v *bench.Versus) func(io.Writer, *bench.Versus) error {
	if len(v.HeadRuns) > 0 {
		return report.SavedText
	}
	return report.VersusText
}
