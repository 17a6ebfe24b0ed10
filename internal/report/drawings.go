package report

import (
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/report/chart"
)

// VersusDrawings are the charts that a comment can show where pictures can be hosted: by scenario, an SVG of its own for each endpoint that is no pass.
func VersusDrawings(v *bench.Versus) map[string]string {
	drawn := map[string]string{}
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		if d := c.Distributions; c.Verdict.Status != bench.Pass && d != nil && d.Base.Count() > 0 && d.Head.Count() > 0 && fileName(c.ID) {
			drawn[c.ID] = chart.Alone(distributionChart(c, chart.Wide))
		}
	}
	return drawn
}

// Drawings are those of a run.
func Drawings(r *bench.Run) map[string]string {
	drawn := map[string]string{}
	for i := range r.Scenarios {
		if s := &r.Scenarios[i]; s.Verdict.Status != bench.Pass && s.Histogram.Response.Count() > 0 && fileName(s.ID) {
			drawn[s.ID] = chart.Alone(runChart(s, chart.Wide))
		}
	}
	return drawn
}

// fileName reports whether a scenario's id, which may come from elsewhere, can be a file's name and a part of an address.
func fileName(id string) bool {
	return id != "" && id[0] != '.' && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}
