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
	"github.com/tidemark/tidemark/hist"
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

// Run is the summary as a run that nobody has judged: k6's percentiles without any distribution, for the whole test or, where thresholds made k6 tell
// scenarios apart, for each.
func (s *Summary) Run() *bench.Run {
	run := &bench.Run{Schema: bench.Schema, Started: s.At, Environment: bench.Environment{Engine: "k6"}}
	scenarios := map[string]string{} // the metric that tells most of each
	for _, metric := range slices.Sorted(maps.Keys(s.Metrics)) {
		t := newThreshold(metric, "")
		if id := t.tags["scenario"]; t.metric == "http_req_duration" && id != "" && len(metric) > len(scenarios[id]) {
			scenarios[id] = metric
		}
	}
	for _, id := range slices.Sorted(maps.Keys(scenarios)) {
		run.Scenarios = append(run.Scenarios, s.result(id, scenarios[id]))
	}
	if len(run.Scenarios) == 0 {
		run.Scenarios = []bench.Result{s.result("default", "http_req_duration")}
	}
	return run
}

func (s *Summary) result(id, metric string) bench.Result {
	m := s.Metrics[metric]
	r := bench.Result{ID: id, Name: id, Load: bench.LoadRecord{Model: "k6"}, Errors: map[string]int64{}, Duration: s.Duration.Seconds(),
		Histogram: bench.Histograms{Response: hist.New(), Service: hist.New()}, Seconds: []bench.Second{}, Exemplars: []bench.Exemplar{}}
	var lacks []string
	get := func(what string, names ...string) float64 {
		v, ok := m.value(names...)
		if !ok {
			lacks = append(lacks, what)
		}
		return v
	}
	r.Latency = bench.Summary{Min: get("min", "min"), Mean: get("mean", "avg"), P50: get("p50", "med", "p(50)"), P90: get("p90", "p(90)", "p90"), P95: get("p95", "p(95)", "p95"),
		P99: get("p99", "p(99)", "p99"), P999: get("p999", "p(99.9)", "p999"), Max: get("max", "max")}
	r.Service = r.Latency
	whole := metric == "http_req_duration"
	if n, ok := m.value("count"); ok {
		r.Requests = int64(n)
	} else if n, ok := s.Metrics["http_reqs"].value("count"); ok && whole {
		r.Requests = int64(n)
	} else {
		lacks = append(lacks, "number of requests")
	}
	switch failed, ok := s.Metrics["http_req_failed"].value("passes", "matches"); { // a failure is what the rate counts
	case whole && ok && failed > 0:
		r.Errors[bench.BadStatus.String()] = int64(failed)
	case !whole:
		lacks = append(lacks, "errors")
	}
	if s.Duration > 0 && whole {
		r.Throughput = float64(r.Requests-r.Failed()) / s.Duration.Seconds()
	}
	r.Notes = []string{unknown, "from k6's summary, which has no distribution: its percentiles have no interval, and are shown and not judged"}
	if len(lacks) > 0 {
		r.Notes = append(r.Notes, "the summary does not tell: "+strings.Join(lacks, ", ")+" (shown as 0); --out json tells all")
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
