package k6

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A Script is what k6 says of a script without running it.
type Script struct {
	Loads      map[string]bench.LoadRecord // of scenarios
	Thresholds map[string][]string         // of metrics, as http_req_duration{scenario:a}
}

// ReadScript reads what `k6 inspect` prints.
func ReadScript(text []byte) (*Script, error) {
	var o struct {
		VUs        *int              `json:"vus"`
		Duration   *string           `json:"duration"`
		Iterations *int64            `json:"iterations"`
		Stages     []stage           `json:"stages"`
		Scenarios  map[string]config `json:"scenarios"`
		Thresholds map[string]any    `json:"thresholds"`
	}
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, fmt.Errorf("what k6 says of the script: %w", err)
	}
	s := &Script{Loads: map[string]bench.LoadRecord{}, Thresholds: map[string][]string{}}
	for metric, v := range o.Thresholds {
		list, _ := v.([]any)
		for _, e := range list {
			switch e := e.(type) {
			case string:
				s.Thresholds[metric] = append(s.Thresholds[metric], e)
			case map[string]any: // with abortOnFail
				if text, ok := e["threshold"].(string); ok {
					s.Thresholds[metric] = append(s.Thresholds[metric], text)
				}
			}
		}
	}
	for name, c := range o.Scenarios {
		s.Loads[name] = c.load()
	}
	if len(o.Scenarios) == 0 {
		c := config{Executor: "constant-vus", VUs: o.VUs, Stages: o.Stages}
		if c.Duration = ""; o.Duration != nil {
			c.Duration = *o.Duration
		}
		if len(o.Stages) > 0 {
			c.Executor, c.StartVUs = "ramping-vus", o.VUs
		}
		s.Loads[defaultScenario] = c.load()
	}
	return s, nil
}

// config is a scenario as k6 prints it.
type config struct {
	Executor    string  `json:"executor"`
	VUs         *int    `json:"vus"`
	StartVUs    *int    `json:"startVUs"`
	Duration    string  `json:"duration"`
	Rate        float64 `json:"rate"`
	StartRate   float64 `json:"startRate"`
	TimeUnit    string  `json:"timeUnit"`
	MaxVUs      int     `json:"maxVUs"`
	MaxDuration string  `json:"maxDuration"`
	Stages      []stage `json:"stages"`
}

type stage struct {
	Duration string  `json:"duration"`
	Target   float64 `json:"target"`
}

func (c config) load() bench.LoadRecord {
	unit := 1.0
	if d, err := time.ParseDuration(c.TimeUnit); err == nil && d > 0 {
		unit = d.Seconds()
	}
	l := bench.LoadRecord{Model: "closed", Users: 1, Duration: inSeconds(c.Duration)}
	if c.VUs != nil {
		l.Users = *c.VUs
	}
	open := strings.HasSuffix(c.Executor, "arrival-rate")
	if open {
		l.Model, l.Users, l.Rate, l.InFlight = "open", 0, c.Rate/unit, c.MaxVUs
	}
	if !strings.HasPrefix(c.Executor, "ramping") {
		return l
	}
	l.Duration, l.Rate, l.Users = 0, 0, 0
	first := bench.StageRecord{Rate: c.StartRate / unit}
	if !open {
		first = bench.StageRecord{Users: 1}
		if c.StartVUs != nil {
			first.Users = *c.StartVUs
		}
	}
	l.Stages = []bench.StageRecord{first}
	for _, s := range c.Stages {
		record := bench.StageRecord{Rate: s.Target / unit, Duration: inSeconds(s.Duration)}
		if !open {
			record = bench.StageRecord{Users: int(s.Target), Duration: record.Duration}
		}
		l.Stages, l.Duration = append(l.Stages, record), l.Duration+record.Duration
	}
	return l
}

func inSeconds(text string) float64 {
	d, _ := time.ParseDuration(text) // none: k6 has checked it
	return d.Seconds()
}

var (
	latencyThreshold = regexp.MustCompile(`^\s*(p\(\s*([0-9.]+)\s*\)|med)\s*(<=?)\s*([0-9.]+)\s*$`)
	rateThreshold    = regexp.MustCompile(`^\s*rate\s*(<=?)\s*([0-9.]+)\s*$`)
	submetric        = regexp.MustCompile(`^([^{]+)(?:\{(.*)\})?$`)
)

// A threshold of a script, taken apart.
type threshold struct {
	metric string
	tags   map[string]string
	text   string
}

// all are the thresholds that are known: those that k6 said of the script, or else those that the stream repeats.
func (s *Stream) all() (list []threshold) {
	known := s.thresholds
	if s.o.Script != nil {
		known = s.o.Script.Thresholds
	}
	for _, metric := range slices.Sorted(maps.Keys(known)) {
		for _, text := range known[metric] {
			list = append(list, newThreshold(metric, text))
		}
	}
	return list
}

func newThreshold(metric, text string) threshold {
	t := threshold{metric, map[string]string{}, text}
	if parts := submetric.FindStringSubmatch(metric); parts != nil {
		t.metric = parts[1]
		for tag := range strings.SplitSeq(parts[2], ",") {
			if name, value, found := strings.Cut(tag, ":"); found {
				t.tags[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"'`)
			}
		}
	}
	return t
}

// set makes a threshold one of ours; false: it cannot be said so, and k6's own verdict stands.
func (t threshold) set(to *bench.Thresholds) bool {
	switch t.metric {
	case "http_req_duration":
		parts := latencyThreshold.FindStringSubmatch(t.text)
		if parts == nil {
			return false
		}
		place := map[string]**time.Duration{"50": &to.P50, "95": &to.P95, "99": &to.P99}[strings.TrimSuffix(parts[2], ".0")]
		if parts[1] == "med" {
			place = &to.P50
		}
		ms, err := strconv.ParseFloat(parts[4], 64)
		if place == nil || err != nil || ms <= 0 {
			return false
		}
		limit := time.Duration(ms * float64(time.Millisecond))
		if *place == nil || limit < **place { // two for one: the stricter
			*place = &limit
		}
		return true
	case "http_req_failed", "errors":
		parts := rateThreshold.FindStringSubmatch(t.text)
		if parts == nil || t.metric == "errors" && t.tags["phase"] != phaseMeasured { // any other is the user's own
			return false
		}
		share, err := strconv.ParseFloat(parts[2], 64)
		if err != nil {
			return false
		}
		if to.ErrorRate == nil || share < *to.ErrorRate {
			to.ErrorRate = &share
		}
		return true
	}
	return false
}

// fits reports whether a threshold's tags choose exactly the requests of some parts.
func (t threshold) fits(parts []part) bool {
	for name, value := range t.tags {
		switch {
		case name == "expected_response" && value == "true", name == "phase" && value == phaseMeasured:
		case name == "scenario" || name == "group" || name == "name":
			if slices.ContainsFunc(parts, func(p part) bool {
				return map[string]string{"scenario": p.scenario, "group": p.group, "name": p.name}[name] != value
			}) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// taken are the thresholds of the requests of some parts. One of all requests holds for each result: k6 held it against all together.
func (s *Stream) taken(parts []part) (t bench.Thresholds) {
	for _, x := range s.all() {
		if x.fits(parts) {
			x.set(&t)
		}
	}
	return t
}

// Own are the thresholds that k6 alone can judge, as metric and text.
func (s *Stream) Own() (own []string) {
	var parts [][]part
	groups := map[string][]part{}
	for key := range s.parts {
		id, _ := key.called(s.by(), s.severalScenarios())
		groups[id] = append(groups[id], key)
	}
	parts = slices.Collect(maps.Values(groups))
	metrics := s.thresholds
	if s.o.Script != nil {
		metrics = s.o.Script.Thresholds
	}
	for _, metric := range slices.Sorted(maps.Keys(metrics)) {
		for _, text := range metrics[metric] {
			t := newThreshold(metric, text)
			if !t.set(&bench.Thresholds{}) || !slices.ContainsFunc(parts, t.fits) {
				own = append(own, metric+": "+text)
			}
		}
	}
	return own
}

// Concerns reports whether a threshold of a metric is about a result's scenarios: by its tags, or because it is about all.
func (r *Result) Concerns(metric string) bool {
	scenario, named := newThreshold(metric, "").tags["scenario"]
	return !named || slices.Contains(r.Scenarios, scenario)
}
