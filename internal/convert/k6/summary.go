package k6

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
)

// A Summary is what k6 says at the end of a test: --summary-export, the argument of handleSummary, or the machine-readable summary.
type Summary struct {
	Metrics  map[string]SummaryMetric
	Duration time.Duration // of the test; 0: not told
	At       time.Time     // when it was written; zero: not told
}

// A SummaryMetric is one of its metrics, or a part of one by tags, as http_req_duration{scenario:a}.
type SummaryMetric struct {
	Values  map[string]float64
	Crossed map[string]bool // thresholds, and whether they were
}

// ReadSummary reads a summary in any of its three forms.
func ReadSummary(text []byte) (*Summary, error) {
	var d struct {
		Metrics map[string]map[string]json.RawMessage `json:"metrics"`
		State   struct {
			Duration float64 `json:"testRunDurationMs"`
		} `json:"state"`
		Config struct {
			Duration float64 `json:"duration"`
		} `json:"config"`
		Metadata struct {
			At time.Time `json:"generated_at"`
		} `json:"metadata"`
		Results struct {
			Metrics []struct {
				Name   string             `json:"name"`
				Values map[string]float64 `json:"values"`
			} `json:"metrics"`
		} `json:"results"`
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("is no summary of k6: %w", err)
	}
	s := &Summary{Metrics: map[string]SummaryMetric{}, At: d.Metadata.At,
		Duration: time.Duration(d.State.Duration*float64(time.Millisecond)) + time.Duration(d.Config.Duration*float64(time.Second))}
	for name, members := range d.Metrics {
		m, err := summaryMetric(members)
		if err != nil {
			return nil, fmt.Errorf("is no summary of k6: %s: %w", name, err)
		}
		s.Metrics[name] = m
	}
	for _, m := range d.Results.Metrics {
		s.Metrics[m.Name] = SummaryMetric{Values: m.Values}
	}
	if _, there := s.Metrics["http_req_duration"]; !there {
		return nil, errors.New("is no summary of k6 with HTTP requests: it has no metric http_req_duration")
	}
	return s, nil
}

func summaryMetric(members map[string]json.RawMessage) (SummaryMetric, error) {
	m := SummaryMetric{Values: map[string]float64{}, Crossed: map[string]bool{}}
	for name, raw := range members {
		switch name {
		case "type", "contains":
		case "values":
			if err := json.Unmarshal(raw, &m.Values); err != nil {
				return m, err
			}
		case "thresholds":
			var all map[string]json.RawMessage
			if err := json.Unmarshal(raw, &all); err != nil {
				return m, err
			}
			for text, raw := range all {
				var crossed bool
				var verdict struct {
					OK bool `json:"ok"`
				}
				if json.Unmarshal(raw, &crossed) != nil {
					if err := json.Unmarshal(raw, &verdict); err != nil {
						return m, err
					}
					crossed = !verdict.OK
				}
				m.Crossed[text] = crossed
			}
		default:
			var v float64
			if json.Unmarshal(raw, &v) == nil {
				m.Values[name] = v
			}
		}
	}
	return m, nil
}

// value is one of some names that a value has in the three forms; ok is false where there is none.
func (m SummaryMetric) value(names ...string) (v float64, ok bool) {
	for _, name := range names {
		if v, ok = m.Values[name]; ok {
			return v, true
		}
	}
	return 0, false
}

// Results are what it says of the whole test or, where thresholds made k6 tell scenarios apart, of each.
func (s *Summary) Results() (all []convert.Summary) {
	scenarios := map[string]string{} // the metric that tells most of each
	for _, metric := range slices.Sorted(maps.Keys(s.Metrics)) {
		t := newThreshold(metric, "")
		if id := t.tags["scenario"]; t.metric == "http_req_duration" && id != "" && len(metric) > len(scenarios[id]) {
			scenarios[id] = metric
		}
	}
	for _, id := range slices.Sorted(maps.Keys(scenarios)) {
		all = append(all, s.result(id, scenarios[id]))
	}
	if len(all) == 0 {
		all = []convert.Summary{s.result(defaultScenario, "http_req_duration")}
	}
	return all
}

// summaryNames are bench's names of what a summary tells, by the three forms.
var summaryNames = map[string][]string{"min": {"min"}, "mean": {"avg"}, "p50": {"med", "p(50)"}, "p90": {"p(90)", "p90"}, "p95": {"p(95)", "p95"},
	"p99": {"p(99)", "p99"}, "p999": {"p(99.9)", "p999"}, "max": {"max"}}

func (s *Summary) result(name, metric string) convert.Summary {
	m := s.Metrics[metric]
	r := convert.Summary{Name: name, Requests: -1, Latency: map[string]time.Duration{}}
	for name, theirs := range summaryNames {
		if ms, told := m.value(theirs...); told && ms >= 0 && ms < 1e9 {
			r.Latency[name] = time.Duration(ms * float64(time.Millisecond))
		}
	}
	whole := metric == "http_req_duration"
	if n, told := m.value("count"); told {
		r.Requests = int64(min(max(n, 0), 1e15))
	} else if n, told := s.Metrics["http_reqs"].value("count"); told && whole {
		r.Requests = int64(min(max(n, 0), 1e15))
	}
	if !whole {
		return r // of parts neither failures nor the length are told
	}
	r.Duration = s.Duration
	if failed, told := s.Metrics["http_req_failed"].value("passes", "matches"); told { // a failure is what the rate counts
		r.Errors = map[string]int64{bench.BadStatus.String(): int64(min(max(failed, 0), 1e15))}
	}
	return r
}

// A Crossing is a threshold that k6 found crossed.
type Crossing struct{ Metric, Text string }

// Crossed are the thresholds that were, by metric.
func (s *Summary) Crossed() (all []Crossing) {
	for metric, m := range s.Metrics {
		for text, crossed := range m.Crossed {
			if crossed {
				all = append(all, Crossing{metric, text})
			}
		}
	}
	slices.SortFunc(all, func(a, b Crossing) int {
		return cmp.Or(strings.Compare(a.Metric, b.Metric), strings.Compare(a.Text, b.Text))
	})
	return all
}
