package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/report/chart"
)

type trendContent struct{ Sections []trendSection }

type trendSection struct {
	Name, Metric, Runs string
	Figures            []figure
	Lines              []string
	Points             []trendPoint
}

type trendPoint struct {
	Time, Commit, Value string
	Breach              bool
}

// TrendsHTML writes one page that needs nothing else, with the last points of each trend.
func TrendsHTML(w io.Writer, trends []bench.Trend, last int) error {
	var c trendContent
	steps, drifts := 0, 0
	for i := range trends {
		t := &trends[i]
		c.Sections = append(c.Sections, trendSectionOf(t, last))
		steps += len(t.Shifts)
		if t.Drift != nil {
			drifts++
		}
	}
	p := htmlPage{Suite: "tidemark", Title: "Trends · tidemark", Headline: "Trends", Content: c, Notes: []string{
		"Runs are evenly spaced. A step is a change of the level, with the commit at which it happened; a drift is a slow change since the last step, drawn on with its 95% interval."}}
	p.Facts = []string{fmt.Sprintf("%d %s", len(trends), plural(len(trends), "series", "series")), fmt.Sprintf("%d %s", steps, plural(steps, "step", "steps")), fmt.Sprintf("%d %s", drifts, plural(drifts, "drift", "drifts"))}
	return p.write(w, trendPage)
}

func trendSectionOf(t *bench.Trend, last int) trendSection {
	s := trendSection{Name: t.Name, Metric: t.Metric, Lines: trendLines(t)}
	s.Figures = []figure{figureOf(fmt.Sprintf("The last %d of %d runs", min(last, len(t.Points)), len(t.Points)), "", func(width float64) string { return chart.Trend(trendTitle(t), width, t, last) })}
	points := t.Points[max(len(t.Points)-last, 0):]
	s.Runs = fmt.Sprintf("%d runs as numbers", len(points))
	for _, p := range slices.Backward(points) {
		s.Points = append(s.Points, trendPoint{p.Time.Format("2006-01-02 15:04"), strings.TrimSpace(short(p.Commit) + " " + p.Subject), amount(p.Value, t.Unit), t.Breaches(p.Value)})
	}
	return s
}

func trendTitle(t *bench.Trend) string {
	if t.Metric == t.Name {
		return t.Name
	}
	return t.Name + ": " + t.Metric
}

// trendLines says the steps and the drift of a trend.
func trendLines(t *bench.Trend) (lines []string) {
	for _, s := range t.Shifts {
		line := fmt.Sprintf("Step: %s -> %s (%+.0f%%) on %s%s", amount(s.Before, t.Unit), amount(s.After, t.Unit), 100*(s.After/s.Before-1), date(s.Time), at(s))
		if len(s.Between) > 0 {
			line += "; commits since the run before: " + strings.Join(s.Between, ", ")
		}
		lines = append(lines, line)
	}
	if len(t.Shifts) == 0 && len(t.Points) > 0 {
		lines = append(lines, "No step.")
	}
	words := driftText(t)
	return append(append(lines, strings.ToUpper(words[:1])+words[1:]+"."), t.Notes...)
}

// TrendSVG draws the last points of a trend, with its steps, threshold and drift. It is whole in itself, for a file.
func TrendSVG(w io.Writer, t *bench.Trend, last int) error {
	_, err := io.WriteString(w, chart.Alone(chart.Trend(trendTitle(t), chart.Wide, t, last)))
	return err
}
