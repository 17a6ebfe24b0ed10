package bench

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A Point is one run's value in a series.
type Point struct {
	Run     string    `json:"run,omitempty"`
	Time    time.Time `json:"time"`
	Commit  string    `json:"commit,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Value   float64   `json:"value"`
}

// A Trend is what a series of one metric shows.
type Trend struct {
	Name      string   `json:"name"`   // of the scenario
	Metric    string   `json:"metric"` // such as p95
	Unit      string   `json:"unit,omitempty"`
	Threshold float64  `json:"threshold,omitempty"` // 0: none
	AtLeast   bool     `json:"at_least,omitempty"`  // values below the threshold breach it, as of throughput; else those above
	Points    []Point  `json:"points"`
	Shifts    []Shift  `json:"shifts"`
	Drift     *Drift   `json:"drift,omitempty"` // since the last shift
	Notes     []string `json:"notes,omitempty"`
}

// A Shift is a step in the level of a series, and where it happened.
type Shift struct {
	Index   int       `json:"index"` // of the first point of the new level
	Time    time.Time `json:"time"`
	Commit  string    `json:"commit,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Between []string  `json:"between,omitempty"` // commits since the point before, newest first, each with its subject
	Before  float64   `json:"before"`
	After   float64   `json:"after"`
	P       float64   `json:"p"`
}

// A Drift is a slow change of a series, by day, with its 95% interval.
type Drift struct {
	PerDay   float64   `json:"per_day"`
	Low      float64   `json:"low"`
	High     float64   `json:"high"`
	P        float64   `json:"p"`     // of Mann-Kendall's test
	Since    time.Time `json:"since"` // the first run that it was looked for in
	Start    float64   `json:"start"` // the line's value then
	Crossing *Crossing `json:"crossing,omitempty"`
}

// A Crossing is when a drift reaches the threshold, with its 95% interval.
type Crossing struct {
	Time     time.Time  `json:"time"`
	Earliest time.Time  `json:"earliest"`
	Latest   *time.Time `json:"latest,omitempty"` // nil: perhaps never
}

// Breaches reports whether a value is on the wrong side of the threshold.
func (t *Trend) Breaches(v float64) bool {
	return t.Threshold > 0 && (!t.AtLeast && v > t.Threshold || t.AtLeast && v < t.Threshold)
}

// At is the line's value at a time.
func (d *Drift) At(when time.Time) float64 {
	return d.Start + d.PerDay*when.Sub(d.Since).Hours()/24
}

// TrendSchema names the format of saved trends.
const TrendSchema = "tidemark.trend/1"

// ReadTrends reads a document of trends.
func ReadTrends(text []byte) ([]Trend, error) {
	var d struct {
		Schema string
		Trends []Trend
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("is no trend: %w", err)
	}
	if d.Schema != TrendSchema && !strings.HasPrefix(d.Schema, TrendSchema+".") {
		return nil, fmt.Errorf("is no trend that can be read: its schema is %q, not %s", d.Schema, TrendSchema)
	}
	for _, t := range d.Trends {
		for _, s := range t.Shifts {
			if s.Index < 0 || s.Index >= len(t.Points) {
				return nil, fmt.Errorf("is no trend: %q has a step at run %d of %d", t.Name, s.Index, len(t.Points))
			}
		}
	}
	return d.Trends, nil
}
