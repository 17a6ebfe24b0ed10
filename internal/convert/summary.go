package convert

import (
	"strconv"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// A Summary is what a tool says of all requests of a name together.
type Summary struct {
	Name      string
	Requests  int64            // failed ones included; -1: not told
	Errors    map[string]int64 // by kind; nil: not told
	Statuses  map[int]int64
	Duration  time.Duration            // 0: not told
	Latency   map[string]time.Duration // by the names of bench.Metrics, and min; what is missing is not told
	Histogram *hist.Histogram          // nil: there are percentiles alone
	Spectrum  bool                     // the histogram was made of percentiles, and not of answers
	Slices    []*bench.Slice           // seconds, where histograms of each are told
	Notes     []string
}

// result is what bench would say, as far as it is told.
func (s *Summary) result(of bench.Scenario) Measured {
	m := Measured{Slices: s.Slices}
	if s.Histogram != nil {
		m.Result = bench.Collect(of, s.Slices, s.Duration)
		m.Latency, m.Histogram = bench.Summarize(s.Histogram), bench.Histograms{Response: s.Histogram, Service: s.Histogram}
		if mean, told := s.Latency["mean"]; told {
			m.Latency.Mean = bench.Milliseconds(mean)
		}
		m.Service = m.Latency
		if s.Spectrum {
			m.Distribution = bench.Spectrum
		}
	} else {
		m.Result = bench.Collect(of, nil, s.Duration)
		m.Distribution = bench.Percentiles
		m.Latency = s.latency()
		m.Service = m.Latency
	}
	m.Notes = append(m.Notes, s.Notes...)
	m.Requests, m.Errors = max(s.Requests, 0), map[string]int64{}
	for kind, n := range s.Errors {
		if n > 0 {
			m.Errors[kind] = n
		}
	}
	if s.Duration > 0 && s.Requests >= 0 {
		m.Throughput = float64(m.Requests-m.Failed()) / s.Duration.Seconds()
	}
	m.Unknown = s.unknown()
	m.Statuses = map[string]int64{}
	for status, n := range s.Statuses {
		m.Statuses[strconv.Itoa(status)] = n
	}
	return m
}

func (s *Summary) latency() bench.Summary {
	ms := func(name string) float64 { return bench.Milliseconds(s.Latency[name]) }
	return bench.Summary{Min: ms("min"), Mean: ms("mean"), P50: ms("p50"), P90: ms("p90"), P95: ms("p95"), P99: ms("p99"), P999: ms("p999"), Max: ms("max")}
}

// unknown is what the file does not tell.
func (s *Summary) unknown() (all []string) {
	if s.Requests < 0 {
		all = append(all, "requests")
	}
	for _, name := range append([]string{"min"}, bench.Metrics...) {
		known := s.Histogram != nil
		switch name {
		case "throughput":
			known = s.Requests >= 0 && s.Duration > 0
		case "errors":
			known = s.Requests >= 0 && s.Errors != nil
		default:
			if _, told := s.Latency[name]; told {
				known = true
			}
		}
		if !known {
			all = append(all, name)
		}
	}
	return all
}
