package report

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// CSV writes a run as a table: a line for each scenario and metric.
func CSV(w io.Writer, r *bench.Run) error {
	t := csv.NewWriter(w)
	_ = t.Write([]string{"run", "started", "commit", "scenario", "name", "metric", "unit", "value", "low", "high", "threshold", "breached", "status"}) // Flush tells
	commit := ""
	if r.Commit != nil {
		commit = r.Commit.SHA
	}
	for i := range r.Scenarios {
		s := &r.Scenarios[i]
		for _, metric := range bench.Metrics {
			value, unit, _ := s.Metric(metric)
			low, high := "", ""
			if in, ok := s.Intervals[metric]; ok {
				low, high = exact(in.Low), exact(in.High)
			}
			_ = t.Write([]string{cell(r.ID), moment(r.Started), cell(commit), cell(s.ID), cell(s.Name), metric, unit, exact(value), low, high, budget(s.Thresholds, metric),
				strconv.FormatBool(slices.Contains(s.Verdict.Breached, metric)), string(s.Verdict.Status)})
		}
	}
	t.Flush()
	return t.Error()
}

// VersusCSV writes a comparison as a table: a line for each scenario and metric. Changes are in percent, of errors in percentage points.
func VersusCSV(w io.Writer, v *bench.Versus) error {
	t := csv.NewWriter(w)
	_ = t.Write([]string{"comparison", "started", "base_commit", "head_commit", "scenario", "name", "metric", "unit", "base", "head", "change", "low", "high", "p", "threshold", "flagged", "confirmed", "status"}) // Flush tells
	var commits [2]string
	for i, c := range []*bench.Commit{v.BaseCommit, v.HeadCommit} {
		if c != nil {
			commits[i] = cell(c.SHA)
		}
	}
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		line := func(metric, unit string, base, head, change, low, high, p float64, flagged bool, confirmed string) {
			_ = t.Write([]string{cell(v.ID), moment(v.Started), commits[0], commits[1], cell(c.ID), cell(c.Name), metric, unit, exact(base), exact(head), exact(change), exact(low), exact(high), exact(p),
				budget(c.Thresholds, metric), strconv.FormatBool(flagged), confirmed, string(c.Verdict.Status)})
		}
		for _, e := range c.Effects {
			confirmed := ""
			if e.Confirmed != nil {
				confirmed = strconv.FormatBool(e.Confirmed.Holds)
			}
			line(e.Metric, "ms", e.Base, e.Head, 100*(e.Ratio-1), 100*(e.Low-1), 100*(e.High-1), e.P, e.Flagged, confirmed)
		}
		for _, r := range c.Rates {
			line(r.Metric, r.Unit, r.Base, r.Head, r.Change, r.Low, r.High, r.P, r.Flagged, "")
		}
	}
	t.Flush()
	return t.Error()
}

// TrendsCSV writes trends as a table: a line for each run of each.
func TrendsCSV(w io.Writer, trends []bench.Trend) error {
	t := csv.NewWriter(w)
	_ = t.Write([]string{"name", "metric", "unit", "time", "run", "commit", "subject", "value", "threshold", "breached", "step"}) // Flush tells
	for i := range trends {
		one := &trends[i]
		threshold := ""
		if one.Threshold > 0 {
			threshold = exact(one.Threshold)
		}
		for k, p := range one.Points {
			step := slices.ContainsFunc(one.Shifts, func(s bench.Shift) bool { return s.Index == k })
			_ = t.Write([]string{cell(one.Name), cell(one.Metric), cell(one.Unit), moment(p.Time), cell(p.Run), cell(p.Commit), cell(p.Subject), exact(p.Value), threshold,
				strconv.FormatBool(one.Breaches(p.Value)), strconv.FormatBool(step)})
		}
	}
	t.Flush()
	return t.Error()
}

// budget is the threshold of a metric, in its unit; empty: none.
func budget(t bench.ThresholdRecord, metric string) string {
	switch limit, ok := t.Latency(metric); {
	case ok:
		return exact(limit)
	case metric == "errors" && t.ErrorRate != nil:
		return exact(100 * *t.ErrorRate)
	case metric == "throughput" && t.Throughput != nil:
		return exact(*t.Throughput)
	}
	return ""
}

func exact(v float64) string { return strconv.FormatFloat(v, 'g', 8, 64) }

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// cell is text from outside on one line. What a spreadsheet would take for a formula begins with an apostrophe.
func cell(s string) string {
	if s = plain(s, mostText); s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
