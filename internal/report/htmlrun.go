package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/report/chart"
)

type runContent struct {
	Rows     []runRow
	Lines    []string
	Sections []runSection
}

type runRow struct {
	Name, Anchor, Status string
	Cells                []htmlCell
}

// A htmlCell is a number with the threshold that it is held against.
type htmlCell struct {
	Column, Text, Limit string
	Breach              bool
}

type runSection struct {
	Anchor, Name, Status, Load string
	Lines                      []string
	Findings                   []htmlFinding
	Figures                    []figure
	Exemplars                  []htmlExemplar
}

type htmlExemplar struct {
	Request, Trace string
	Cells          []htmlCell
}

// HTML writes a run as a page. series is the seconds that it was collected from, whose histograms the heat maps are drawn of; where they were not
// kept, percentiles of each second are drawn.
func HTML(w io.Writer, r *bench.Run, series []bench.Series) error {
	c := runContent{Lines: controlLines(r.Control)}
	worst := make([]*bench.Result, len(r.Scenarios))
	for i := range r.Scenarios {
		worst[i] = &r.Scenarios[i]
	}
	slices.SortStableFunc(worst, func(a, b *bench.Result) int {
		return cmp.Compare(severity[a.Verdict.Status], severity[b.Verdict.Status])
	})
	shown := map[*bench.Result]string{}
	for i, s := range worst[:min(len(worst), mostSections)] {
		shown[s] = "e" + strconv.Itoa(i+1)
		c.Sections = append(c.Sections, sectionOf(s, shown[s], series))
	}
	for i := range r.Scenarios {
		c.Rows = append(c.Rows, rowOf(&r.Scenarios[i], shown[&r.Scenarios[i]]))
	}
	if left := len(worst) - len(c.Sections); left > 0 {
		c.Lines = append(c.Lines, fmt.Sprintf("The %d worst endpoints are drawn below; %d more are in the table alone.", len(c.Sections), left))
	}
	p := htmlPage{Suite: cmp.Or(r.Suite, "tidemark"), Headline: runVerdict(r), Content: c, Notes: []string{
		"Percentiles are of response time, from the time at which a request was due to the end of its answer. Intervals are 95%.", machine(r.Environment), madeBy(r.Environment, r.ID)}}
	p.Title = p.Headline + " · " + p.Suite
	p.Facts = []string{r.Started.UTC().Format("2 January 2006, 15:04 MST")}
	if r.Commit != nil {
		p.Facts = append(p.Facts, commitLine(r.Commit))
		if r.Commit.Branch != "" {
			p.Facts = append(p.Facts, r.Commit.Branch)
		}
	}
	p.Facts = append(p.Facts, r.Target.URL)
	if r.Partial {
		p.Facts = append(p.Facts, "interrupted: this is what was measured until then")
	}
	return p.write(w, runPage)
}

// runVerdict is a run's verdict as a heading.
func runVerdict(r *bench.Run) string {
	counts := map[bench.Status]int{}
	for i := range r.Scenarios {
		counts[r.Scenarios[i].Verdict.Status]++
	}
	of := func(s bench.Status) string { return fmt.Sprintf("%d of %s", counts[s], endpoints(len(r.Scenarios))) }
	switch s := r.Verdict.Status; s {
	case bench.Fail:
		return "Fail: " + of(s) + " missed thresholds"
	case bench.Void:
		return "Void: the load generator was late on " + of(s)
	case bench.Pass:
		return "Pass: " + endpoints(len(r.Scenarios)) + " within the thresholds"
	default:
		return "Pass, with a warning about " + of(s)
	}
}

func controlLines(c *bench.Control) []string {
	var b strings.Builder
	controlText(&b, c)
	if b.Len() == 0 {
		return nil
	}
	return strings.Split(strings.TrimSpace(b.String()), "\n")
}

func rowOf(s *bench.Result, anchor string) runRow {
	row := runRow{Name: s.Name, Anchor: anchor, Status: upper(s.Verdict.Status)}
	for i, cell := range numbers(s, func(cell string) string { return cell }) {
		metric := []string{"p50", "p95", "p99", "throughput", "errors"}[i]
		h := htmlCell{Column: metric, Text: cell, Breach: slices.Contains(s.Verdict.Breached, metric)}
		switch limit, ok := s.Thresholds.Latency(metric); {
		case ok:
			h.Limit = "≤ " + Duration(limit)
		case metric == "throughput" && s.Thresholds.Throughput != nil:
			h.Limit = "≥ " + thousands(*s.Thresholds.Throughput) + " req/s"
		case metric == "errors" && s.Thresholds.ErrorRate != nil:
			h.Limit = fmt.Sprintf("≤ %g%%", 100**s.Thresholds.ErrorRate)
		}
		row.Cells = append(row.Cells, h)
	}
	return row
}

// mostExemplars is how many of the slowest requests a page lists.
const mostExemplars = 10

func sectionOf(s *bench.Result, anchor string, series []bench.Series) runSection {
	out := runSection{Anchor: anchor, Name: s.Name, Status: upper(s.Verdict.Status), Load: loadLine(s), Findings: htmlFindings(s.Findings)}
	out.Lines = slices.Concat(s.Verdict.Reasons, s.Notes)
	for _, kind := range slices.Sorted(maps.Keys(s.Errors)) {
		out.Lines = append(out.Lines, fmt.Sprintf("%d × %s", s.Errors[kind], kind))
	}
	for _, a := range s.Advice {
		out.Lines = append(out.Lines, "To learn more: "+a)
	}
	if h := s.Histogram.Response; h != nil && h.Count() > 0 {
		out.Figures = append(out.Figures, figureOf("Latency by percentile", fmt.Sprintf("%s answers", thousands(float64(h.Count()))), func(width float64) string { return runChart(s, width) }))
	}
	if seconds, kept := secondsOf(s, series); len(seconds) > 1 {
		about := "each second, the darker the more answers; lines: p50 and p95 of each second"
		if !kept {
			about = "p50 and p95 of each second"
		}
		out.Figures = append(out.Figures, figureOf("Latency over time", about, func(width float64) string { return chart.HeatMap("Latency over time of "+s.Name, width, seconds) }))
	}
	out.Figures = append(out.Figures, waterfalls(s.Evidence)...)
	for _, e := range s.Exemplars[:min(len(s.Exemplars), mostExemplars)] {
		status := e.Outcome.String()
		if e.Status > 0 {
			status = strconv.Itoa(e.Status)
		}
		out.Exemplars = append(out.Exemplars, htmlExemplar{strings.TrimSpace(e.Method + " " + e.Path), e.TraceID, []htmlCell{{Column: "Status", Text: status}, {Column: "At", Text: fmt.Sprintf("%.1fs", e.Start.Seconds())},
			{Column: "Waited", Text: Duration(bench.Milliseconds(e.Wait))}, {Column: "First byte", Text: Duration(bench.Milliseconds(e.FirstByte))},
			{Column: "Body", Text: Duration(bench.Milliseconds(e.Body))}, {Column: "Whole", Text: Duration(bench.Milliseconds(e.Response))}}})
	}
	return out
}

// runChart draws the response times of a result; in an open load over the service times, which begin when a request was sent.
func runChart(s *bench.Result, width float64) string {
	lines := []chart.Distribution{{Name: "response", Histogram: s.Histogram.Response}}
	if service := s.Histogram.Service; service != nil && service.Count() > 0 && s.Load.Model == "open" {
		lines = append([]chart.Distribution{{Name: "service", Base: true, Histogram: service}}, lines...)
	}
	return chart.Percentiles("Latency of "+s.Name, width, lines, limitsOf(s))
}

// loadLine is a load in words.
func loadLine(s *bench.Result) string {
	l := s.Load
	words := fmt.Sprintf("%d users who each wait for their answer", l.Users)
	switch {
	case len(l.Stages) > 0:
		words = fmt.Sprintf("%s model, %d stages", l.Model, len(l.Stages))
	case l.Model == "open" && l.Poisson:
		words = fmt.Sprintf("%g requests a second, at random", l.Rate)
	case l.Model == "open":
		words = fmt.Sprintf("%g requests a second, whatever the answers do", l.Rate)
	}
	return fmt.Sprintf("%s, %gs after %gs of warm-up: %s requests", words, s.Duration, l.Warmup, thousands(float64(s.Requests)))
}

func limitsOf(s *bench.Result) (limits []chart.Limit) {
	for _, l := range []struct {
		metric   string
		quantile float64
	}{{"p50", .5}, {"p95", .95}, {"p99", .99}} {
		if ms, ok := s.Thresholds.Latency(l.metric); ok {
			limits = append(limits, chart.Limit{Quantile: l.quantile, MS: ms, Breached: slices.Contains(s.Verdict.Breached, l.metric)})
		}
	}
	return limits
}

// secondsOf is a result's seconds, with their histograms where those were kept.
func secondsOf(s *bench.Result, series []bench.Series) (seconds []chart.Second, kept bool) {
	for _, second := range s.Seconds {
		seconds = append(seconds, chart.Second{P50: second.P50, P95: second.P95, Errors: second.Errors})
	}
	for _, one := range series {
		if one.Scenario != s.ID || len(one.Slices) != len(seconds) {
			continue
		}
		for i, slice := range one.Slices {
			seconds[i].Bins, kept = chart.Bins(slice.Response), true
		}
	}
	return seconds, kept
}
