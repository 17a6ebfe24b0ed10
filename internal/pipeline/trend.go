package pipeline

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/trend"
)

// TrendOptions say what is looked at.
type TrendOptions struct {
	Metric   string // one of bench.Metrics
	Scenario string // empty: those of the newest run
	Branch   string // empty: all
	Suite    string // its name; empty: all
	Since    time.Time
	Until    time.Time
	Last     int // so many of the newest runs; 0: as many as are looked at
}

// longest is how many runs are looked at.
const longest = 10_000

// Trends is what history shows of each scenario.
func Trends(ctx context.Context, store history.Store, o TrendOptions) ([]bench.Trend, error) {
	q := history.Query{Suite: o.Suite, Branch: o.Branch, Scenario: o.Scenario, Since: o.Since, Until: o.Until, Limit: 1}
	newest, err := store.List(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(newest) == 0 {
		return nil, fmt.Errorf("history has no such run: %w", history.ErrNotFound)
	}
	run, err := store.Run(ctx, newest[0].ID)
	if err != nil {
		return nil, err
	}
	q.Scenario, q.Limit = "", longest
	if o.Last > 0 {
		q.Limit = min(o.Last, longest)
	}
	var all []bench.Trend
	for i := range run.Scenarios {
		r := &run.Scenarios[i]
		if o.Scenario != "" && r.ID != o.Scenario {
			continue
		}
		_, unit, _ := r.Metric(o.Metric)
		t := bench.Trend{Name: r.Name, Metric: o.Metric, Unit: unit}
		t.Threshold, t.AtLeast = thresholdOf(r, o.Metric)
		if t.Points, err = store.Series(ctx, r.ID, o.Metric, q); err != nil {
			return nil, err
		}
		trend.Analyse(&t, trend.Defaults())
		between(ctx, &t)
		all = append(all, t)
	}
	return all, nil
}

// thresholdOf is a result's threshold for a metric, in its unit, and whether values have to be at least that; 0: there is none.
func thresholdOf(r *bench.Result, metric string) (limit float64, atLeast bool) {
	switch t := r.Thresholds; {
	case metric == "errors" && t.ErrorRate != nil:
		return 100 * *t.ErrorRate, false
	case metric == "throughput" && t.Throughput != nil:
		return *t.Throughput, true
	}
	limit, _ = r.Thresholds.Latency(metric) // 0: none
	return limit, false
}

// mostBetween is how many of the commits between two runs are told.
const mostBetween = 10

// between looks up the commits that a shift may come from: those since the run before. Where git does not know them, nothing is said.
func between(ctx context.Context, t *bench.Trend) {
	for i := range t.Shifts {
		s := &t.Shifts[i]
		before := t.Points[s.Index-1].Commit
		if before == "" || s.Commit == "" || before == s.Commit {
			continue
		}
		out, err := exec.CommandContext(ctx, "git", "log", "--format=%h %s", "--max-count="+strconv.Itoa(mostBetween), "--end-of-options", before+".."+s.Commit).Output()
		if lines := strings.Split(strings.TrimSpace(string(out)), "\n"); err == nil && lines[0] != "" {
			s.Between = lines
		}
	}
}

// CSVTrends is what a table shows: a column time, a column commit if there is one, and a column for each metric.
func CSVTrends(ctx context.Context, r io.Reader, name string) ([]bench.Trend, error) {
	table := csv.NewReader(r)
	table.TrimLeadingSpace = true
	head, err := table.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: no line of names: %w", name, err)
	}
	when, commit := slices.Index(head, "time"), slices.Index(head, "commit")
	if when < 0 {
		return nil, fmt.Errorf("%s:1: no column is named time: write time, commit, and a column for each metric", name)
	}
	trends := map[int]*bench.Trend{}
	for i, metric := range head {
		if i != when && i != commit {
			trends[i] = &bench.Trend{Name: metric, Metric: metric}
		}
	}
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		p := bench.Point{}
		if p.Time, err = readTime(row[when]); err != nil {
			return nil, cellError(table, name, when, err)
		}
		if commit >= 0 {
			p.Commit = row[commit]
		}
		for i, t := range trends {
			if row[i] == "" {
				continue // that run did not have it
			}
			if p.Value, err = strconv.ParseFloat(row[i], 64); err != nil {
				return nil, cellError(table, name, i, fmt.Errorf("%q is no number", row[i]))
			}
			t.Points = append(t.Points, p)
		}
	}
	var all []bench.Trend
	o := trend.Defaults()
	o.MinChange = 0 // its unit is not known
	for i := range head {
		if t := trends[i]; t != nil {
			slices.SortStableFunc(t.Points, func(a, b bench.Point) int { return a.Time.Compare(b.Time) })
			trend.Analyse(t, o)
			between(ctx, t)
			all = append(all, *t)
		}
	}
	return all, nil
}

func cellError(table *csv.Reader, name string, field int, err error) error {
	line, column := table.FieldPos(field)
	return fmt.Errorf("%s:%d:%d: %w", name, line, column, err)
}

func readTime(text string) (time.Time, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return time.UnixMilli(int64(seconds * 1000)).UTC(), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05 -0700", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write it as 2026-11-24T09:30:00Z, or in seconds since 1970", text)
}
