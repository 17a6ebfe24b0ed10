package report

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// versusTable is all endpoints of a comparison as lines of a Markdown table.
func versusTable(v *bench.Versus) iter.Seq[string] {
	from := "Pairs"
	if len(v.HeadRuns) > 0 {
		from = "Runs"
	}
	return func(yield func(string) bool) {
		if !yield("| Endpoint | | Base | Head | Change | 95% interval | Threshold | "+from+" | Verdict |") || !yield("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |") {
			return
		}
		for i := range v.Comparisons {
			for _, row := range versusRows(&v.Comparisons[i]) {
				if !yield("| " + strings.Join(row, " | ") + " |") {
					return
				}
			}
		}
	}
}

func versusRows(c *bench.Comparison) (rows [][]string) {
	add := func(metric, base, head, change, interval, threshold string) {
		rows = append(rows, []string{"", metric, base, head, change, interval, threshold, "", ""})
	}
	for _, e := range c.Effects {
		threshold := "-"
		if limit, ok := c.Thresholds.Latency(e.Metric); ok {
			threshold = Duration(limit)
		}
		changed := percent(e.Ratio)
		if held(c, &e) {
			changed = "**" + changed + "**"
		}
		add(e.Metric, Duration(e.Base), Duration(e.Head), changed, percent(e.Low)+" to "+percent(e.High), threshold)
	}
	for _, r := range c.Rates {
		cells := rateCells(r)
		add(r.Metric, cells.base, cells.head, cells.change, cells.interval, "-")
	}
	if len(rows) == 0 {
		add("-", "-", "-", "-", "-", "-")
	}
	first := rows[0]
	first[0], first[len(first)-2], first[len(first)-1] = code(c.Name), standing(c), statusWord(c.Verdict.Status)
	return rows
}

// standing is what a comparison stands on: its pairs, or the runs of its sides.
func standing(c *bench.Comparison) string {
	if c.BaseRuns > 0 || c.HeadRuns > 0 {
		return fmt.Sprintf("%d : %d", c.BaseRuns, c.HeadRuns)
	}
	return strconv.Itoa(c.Pairs)
}

// A rate's numbers as words.
type rate struct{ base, head, change, interval string }

func rateCells(r bench.RateEffect) rate {
	if r.Unit == "%" {
		return rate{fmt.Sprintf("%.2f%%", r.Base), fmt.Sprintf("%.2f%%", r.Head), fmt.Sprintf("%+.2f points", r.Change), fmt.Sprintf("%+.2f to %+.2f points", r.Low, r.High)}
	}
	return rate{thousands(r.Base) + "/s", thousands(r.Head) + "/s", fmt.Sprintf("%+.1f%%", r.Change), fmt.Sprintf("%+.1f%% to %+.1f%%", r.Low, r.High)}
}

// runTable is all endpoints of a run as lines of a Markdown table.
func runTable(r *bench.Run) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield("| Endpoint | p50 | p95 | p99 | Throughput | Errors | Verdict |") || !yield("| --- | ---: | ---: | ---: | ---: | ---: | --- |") {
			return
		}
		for i := range r.Scenarios {
			s := &r.Scenarios[i]
			cells := append([]string{code(s.Name)}, numbers(s, func(cell string) string { return "**" + strings.ReplaceAll(cell, ">", "&gt;") + "**" })...)
			if !yield("| " + strings.Join(append(cells, statusWord(s.Verdict.Status)), " | ") + " |") {
				return
			}
		}
	}
}
