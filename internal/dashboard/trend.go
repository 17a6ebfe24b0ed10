package dashboard

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// What a trend shows when nobody says, and how many rows its table has at most: what a chart can show, a table of that length cannot.
const (
	trendRuns = 100
	tableRuns = 200
)

// A trendPage is one metric of one endpoint over runs.
type trendPage struct {
	Filter   filter
	Scenario string
	Metric   string
	From, To string
	Last     int
	Trend    *bench.Trend
	Rows     []trendRow // the newest first
	Chart    chartData
	API      string // where all values are, for programs
	Others   []history.Endpoint
}

type trendRow struct {
	bench.Point
	Over bool
	Step *bench.Shift // it begins with this run
}

// A chartData is a trend as the script in the page draws it.
type chartData struct {
	Unit      string      `json:"unit"`
	Threshold float64     `json:"threshold"`
	AtLeast   bool        `json:"atLeast"`
	Times     []int64     `json:"times"`
	Values    []float64   `json:"values"`
	Runs      []string    `json:"runs"`
	About     []string    `json:"about"` // commits with their subjects
	Steps     []chartStep `json:"steps"`
	Drift     []*float64  `json:"drift,omitempty"` // the line's value at each run; null before it
}

type chartStep struct {
	Index  int     `json:"index"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	Commit string  `json:"commit"`
}

func (s *Server) trend(r *http.Request) (view, error) {
	q := r.URL.Query()
	p := trendPage{Scenario: q.Get("scenario"), Metric: q.Get("metric"), From: q.Get("from"), To: q.Get("to"), Last: trendRuns}
	if p.Metric == "" {
		p.Metric = "p95"
	}
	if !slices.Contains(bench.Metrics, p.Metric) {
		return view{}, badQuery{fmt.Errorf("No metric is called %q: choose one of %s.", p.Metric, bench.Metrics)} //nolint:revive,staticcheck // people read it
	}
	o := pipeline.TrendOptions{Metric: p.Metric, Scenario: p.Scenario}
	var err error
	if o.Since, err = day(p.From, 0); err == nil {
		o.Until, err = day(p.To, 1)
	}
	if text := q.Get("last"); err == nil && text != "" {
		if p.Last, err = strconv.Atoi(text); err != nil || p.Last < 1 {
			err = fmt.Errorf("last=%s: write how many runs, 1 or more.", text) //nolint:revive,staticcheck // people read it
		}
	} else if p.From != "" || p.To != "" {
		p.Last = 0 // all of that time
	}
	if err != nil {
		return view{}, badQuery{err}
	}
	if p.Filter, err = s.filter(r); err != nil {
		return view{}, err
	}
	if both := q.Get("endpoint"); both != "" { // as the form has it
		p.Filter.Suite, p.Scenario, _ = strings.Cut(both, "/")
		o.Scenario = p.Scenario
	}
	o.Suite, o.Branch, o.Last = p.Filter.Suite, p.Filter.Branch, p.Last
	if p.Others, err = s.store.Endpoints(r.Context(), history.Query{}); err != nil {
		return view{}, err
	}
	if p.Scenario == "" { // the first of the suite, or of all
		at := slices.IndexFunc(p.Others, func(e history.Endpoint) bool { return o.Suite == "" || e.Suite == o.Suite })
		if at < 0 {
			return view{Page: "trend", Title: "Trend", Nav: "trend", Data: p}, nil
		}
		p.Scenario, o.Scenario = p.Others[at].Scenario, p.Others[at].Scenario
		p.Filter.Suite, o.Suite = p.Others[at].Suite, p.Others[at].Suite
	}
	trends, err := pipeline.Trends(r.Context(), s.store, o)
	if errors.Is(err, history.ErrNotFound) { // the form can be mended
		return view{Page: "trend", Title: "Trend", Nav: "trend", Data: p}, nil
	}
	if err != nil {
		return view{}, err
	}
	if len(trends) > 0 {
		p.fill(&trends[0])
	}
	return view{Page: "trend", Title: p.title(), Nav: "trend", Fresh: true, Data: p}, nil
}

func (p *trendPage) title() string {
	if p.Trend == nil {
		return "Trend"
	}
	return p.Trend.Name + ": " + p.Metric
}

// day reads a day, as a form's field has it, or a time; plus is how many days later is meant.
func day(text string, plus int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t.AddDate(0, 0, plus), nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is no day: write it as 2026-11-24.", text) //nolint:revive,staticcheck // people read it
}

// fill turns a trend into what is shown of it.
func (p *trendPage) fill(t *bench.Trend) {
	p.Trend = t
	n := len(t.Points)
	d := chartData{Unit: t.Unit, Threshold: t.Threshold, AtLeast: t.AtLeast, Times: make([]int64, n), Values: make([]float64, n), Runs: make([]string, n), About: make([]string, n), Steps: []chartStep{}}
	steps := map[int]*bench.Shift{}
	for i := range t.Shifts {
		shift := &t.Shifts[i]
		steps[shift.Index] = shift
		d.Steps = append(d.Steps, chartStep{shift.Index, shift.Before, shift.After, short(shift.Commit)})
	}
	if t.Drift != nil {
		d.Drift = make([]*float64, n)
	}
	for i, point := range t.Points {
		d.Times[i], d.Values[i], d.Runs[i], d.About[i] = point.Time.Unix(), point.Value, point.Run, clip(short(point.Commit)+" "+point.Subject)
		if t.Drift != nil && !point.Time.Before(t.Drift.Since) {
			v := t.Drift.At(point.Time)
			d.Drift[i] = &v
		}
	}
	for i := n - 1; i >= max(n-tableRuns, 0); i-- {
		p.Rows = append(p.Rows, trendRow{t.Points[i], t.Breaches(t.Points[i].Value), steps[i]})
	}
	p.Chart = d
	v := url.Values{"scenario": {p.Scenario}, "metric": {p.Metric}}
	for key, text := range map[string]string{"suite": p.Filter.Suite, "branch": p.Filter.Branch} {
		if text != "" {
			v.Set(key, text)
		}
	}
	p.API = apiRoot + "/series?" + v.Encode()
}

// clip shortens a subject: a chart of ten thousand runs carries as many.
func clip(text string) string {
	const most = 80
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}
