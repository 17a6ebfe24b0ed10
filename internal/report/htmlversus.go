package report

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/report/chart"
)

type versusContent struct {
	From     string // what a comparison stands on
	Rows     []versusRow
	Lines    []string
	Sections []versusSection
}

type versusRow struct {
	Name, Anchor, Metric, Base, Head, Limit, Change, Interval, Standing, Status string

	Drawn template.HTML
	Fails bool
	More  bool // of the endpoint follow more
}

type versusSection struct {
	Anchor, Name, Status string
	Lines                []string
	Findings             []htmlFinding
	Figures              []figure
}

// VersusHTML writes a comparison as a page.
func VersusHTML(w io.Writer, v *bench.Versus) error {
	c := versusContent{From: "Pairs", Lines: v.Warnings}
	if len(v.HeadRuns) > 0 {
		c.From = "Runs"
	}
	worst := make([]*bench.Comparison, len(v.Comparisons))
	reach := 1.1
	for i := range v.Comparisons {
		worst[i] = &v.Comparisons[i]
		for _, e := range v.Comparisons[i].Effects {
			if e.Low > 0 {
				reach = max(reach, e.High, 1/e.Low)
			}
		}
	}
	reach = min(reach, 16)
	slices.SortStableFunc(worst, func(a, b *bench.Comparison) int {
		return cmp.Or(cmp.Compare(severity[a.Verdict.Status], severity[b.Verdict.Status]), cmp.Compare(slowest(b), slowest(a)))
	})
	shown := map[*bench.Comparison]string{}
	for i, one := range worst[:min(len(worst), mostSections)] {
		s := versusSectionOf(one, "e"+strconv.Itoa(i+1))
		if len(s.Lines)+len(s.Findings)+len(s.Figures) > 0 { // the table says it all
			c.Sections, shown[one] = append(c.Sections, s), s.Anchor
		}
	}
	for i := range v.Comparisons {
		c.Rows = append(c.Rows, htmlVersusRows(&v.Comparisons[i], shown[&v.Comparisons[i]], reach)...)
	}
	if left := len(worst) - mostSections; left > 0 {
		c.Lines = append(slices.Clone(c.Lines), fmt.Sprintf("The %d worst endpoints are drawn below; %d more are in the table alone.", mostSections, left))
	}
	p := htmlPage{Suite: cmp.Or(v.Suite, "tidemark"), Headline: versusVerdict(v), Content: c}
	p.Title = p.Headline + " · " + p.Suite
	p.Facts = []string{v.Started.UTC().Format("2 January 2006, 15:04 MST")}
	if v.BaseCommit != nil {
		p.Facts = append(p.Facts, "base "+commitLine(v.BaseCommit))
	}
	if v.HeadCommit != nil {
		p.Facts = append(p.Facts, "head "+commitLine(v.HeadCommit))
	}
	if len(v.HeadRuns) > 0 {
		p.Facts = append(p.Facts, "base: "+side(v.BaseRuns), "head: "+side(v.HeadRuns))
	}
	if v.Partial {
		p.Facts = append(p.Facts, "interrupted: this is what was measured until then")
	}
	how := "Base and head were measured in turns, in pairs of blocks in random order. What looked slower was measured " + anew(v) + ", and fails only where it is there again."
	if len(v.HeadRuns) > 0 {
		how = "Saved runs, held against the noise between runs."
	}
	p.Notes = []string{how + " Percentiles are of response time. Intervals are 95%.", machine(v.Environment), madeBy(v.Environment, v.ID)}
	return p.write(w, versusPage)
}

// versusVerdict is a comparison's verdict as a heading.
func versusVerdict(v *bench.Versus) string {
	counts := map[bench.Status]int{}
	for i := range v.Comparisons {
		counts[v.Comparisons[i].Verdict.Status]++
	}
	of := func(s bench.Status) string { return fmt.Sprintf("%d of %s", counts[s], endpoints(len(v.Comparisons))) }
	switch s := v.Verdict.Status; s {
	case bench.Fail:
		return "Fail: " + of(s) + " got worse"
	case bench.Void:
		return "Void: the load generator was late on " + of(s)
	case bench.Inconclusive:
		return "Inconclusive: " + of(s) + " could not be decided"
	case bench.Pass:
		return "Pass: none of " + endpoints(len(v.Comparisons)) + " got slower"
	default:
		return "Pass, with a warning about " + of(s)
	}
}

func htmlVersusRows(c *bench.Comparison, anchor string, reach float64) (rows []versusRow) {
	for i := range c.Effects {
		e := &c.Effects[i]
		row := versusRow{Metric: e.Metric, Base: Duration(e.Base), Head: Duration(e.Head), Change: percent(e.Ratio), Interval: percent(e.Low) + " to " + percent(e.High), Fails: held(c, e)}
		if limit, ok := c.Thresholds.Latency(e.Metric); ok {
			row.Limit = "≤ " + Duration(limit)
		}
		row.Drawn = template.HTML(chart.Interval(e.Low, e.Ratio, e.High, reach, row.Fails)) //nolint:gosec // numbers alone
		rows = append(rows, row)
	}
	for _, r := range c.Rates {
		cells := rateCells(r)
		rows = append(rows, versusRow{Metric: r.Metric, Base: cells.base, Head: cells.head, Change: cells.change, Interval: cells.interval, Fails: r.Flagged})
	}
	if len(rows) == 0 {
		rows = []versusRow{{Base: "-", Head: "-", Change: "-"}}
	}
	for i := range rows {
		rows[i].More = i < len(rows)-1
	}
	rows[0].Name, rows[0].Anchor, rows[0].Standing, rows[0].Status = c.Name, anchor, standing(c), upper(c.Verdict.Status)
	return rows
}

func versusSectionOf(c *bench.Comparison, anchor string) versusSection {
	s := versusSection{Anchor: anchor, Name: c.Name, Status: upper(c.Verdict.Status), Findings: htmlFindings(c.Findings)}
	s.Lines = slices.Concat(c.Verdict.Reasons, c.Notes)
	for _, a := range c.Advice {
		s.Lines = append(s.Lines, "To learn more: "+a)
	}
	if d := c.Distributions; d != nil && d.Base.Count() > 0 && d.Head.Count() > 0 {
		s.Figures = append(s.Figures, figureOf("Latency by percentile", "base over head", func(width float64) string { return distributionChart(c, width) }))
	}
	s.Figures = append(s.Figures, waterfalls(c.Evidence)...)
	return s
}

func distributionChart(c *bench.Comparison, width float64) string {
	var limits []chart.Limit
	for i := range c.Effects {
		e := &c.Effects[i]
		if ms, ok := c.Thresholds.Latency(e.Metric); ok {
			q := map[string]float64{"p50": .5, "p95": .95, "p99": .99}[e.Metric]
			limits = append(limits, chart.Limit{Quantile: q, MS: ms, Breached: e.HeadLow > ms && c.Verdict.Status == bench.Fail})
		}
	}
	return chart.Percentiles("Latency of "+c.Name+": base and head", width,
		[]chart.Distribution{{Name: "base", Base: true, Histogram: c.Distributions.Base}, {Name: "head", Histogram: c.Distributions.Head}}, limits)
}
