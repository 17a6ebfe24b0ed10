// Package artillery reads the JSON report of Artillery 2.
//
// Its stance: the report has percentiles and no distribution; those of single endpoints are there if the plugin metrics-by-endpoint was on.
package artillery

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
)

// Format is the report.
var Format = convert.Format{Name: "artillery", About: "the JSON report of Artillery 2", Write: "artillery run --output report.json test.yml", Looks: looks, Read: read}

func looks(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && bytes.Contains(head[:min(len(head), 512)], []byte(`"aggregate"`)) && bytes.Contains(head, []byte(`"counters"`))
}

// A report as Artillery writes it. Times are in milliseconds.
type report struct {
	Aggregate *struct {
		Counters  map[string]float64            `json:"counters"`
		Summaries map[string]map[string]float64 `json:"summaries"`
		First     float64                       `json:"firstMetricAt"`
		Last      float64                       `json:"lastMetricAt"`
		Latency   json.RawMessage               `json:"latency"` // of version 1
	} `json:"aggregate"`
}

// mostReport bounds a report: it is one document, and held in memory. An hour with fifty endpoints has 20 MB.
const mostReport = 128 << 20

func read(in convert.Input, t *convert.Tally) error {
	content, err := io.ReadAll(io.LimitReader(in, mostReport+1))
	if err != nil {
		return err
	}
	if len(content) > mostReport {
		return fmt.Errorf("is larger than %d MB", mostReport>>20)
	}
	var r report
	if err := json.Unmarshal(content, &r); err != nil {
		if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
			return fmt.Errorf("line %d: %w", 1+bytes.Count(content[:min(int(wrong.Offset), len(content))], []byte("\n")), err)
		}
		return err
	}
	switch a := r.Aggregate; {
	case a == nil:
		return errors.New("is no report of Artillery: it has no aggregate")
	case a.Counters == nil && a.Latency != nil:
		return errors.New("is a report of Artillery 1: run it with Artillery 2, whose reports have counters and summaries")
	case a.Counters["http.requests"] == 0:
		return errors.New("counts no HTTP requests")
	}
	t.Tool = "Artillery"
	t.FromSending()
	t.Note("Artillery tells percentiles alone, those of answers with an error's status among them: there are neither intervals nor seconds")
	return r.tell(t)
}

// byEndpoint is how the names of the plugin's metrics begin.
const byEndpoint = "plugins.metrics-by-endpoint."

func (r *report) tell(t *convert.Tally) error {
	a := r.Aggregate
	length := time.Duration(0)
	if a.First > 1e12 && a.First < 1e14 && a.Last >= a.First && a.Last-a.First < 1e10 {
		t.Began(time.UnixMilli(int64(a.First)))
		length = time.Duration((a.Last - a.First) * float64(time.Millisecond))
	}
	told := false
	for _, name := range slices.Sorted(maps.Keys(a.Summaries)) {
		endpoint, found := strings.CutPrefix(name, byEndpoint+"response_time.")
		if !found {
			continue
		}
		told = true
		if err := t.Summarize(r.summary(endpoint, a.Summaries[name], byEndpoint+endpoint+".codes.", byEndpoint+endpoint+".errors.", "", length)); err != nil {
			return err
		}
	}
	if told {
		return nil
	}
	times := a.Summaries["http.response_time"]
	if times == nil {
		return errors.New("has no summary http.response_time: nothing was answered")
	}
	return t.Summarize(r.summary("all requests", times, "http.codes.", "errors.", "http.requests", length))
}

// summary is what the report says of one name: percentiles, and counters that begin alike.
func (r *report) summary(name string, times map[string]float64, codes, failures, requests string, length time.Duration) convert.Summary {
	s := convert.Summary{Name: name, Errors: map[string]int64{}, Statuses: map[int]int64{}, Duration: length, Latency: map[string]time.Duration{}}
	for counter, n := range r.Aggregate.Counters {
		count := int64(min(max(n, 0), 1e15))
		if code, found := strings.CutPrefix(counter, codes); found {
			status, err := strconv.Atoi(code)
			if err != nil {
				continue
			}
			s.Statuses[status] += count
			s.Requests += count
			if status >= 400 {
				s.Errors[bench.BadStatus.String()] += count
			}
		}
		if message, found := strings.CutPrefix(counter, failures); found {
			kind := convert.Outcome(0, message)
			s.Errors[kind.String()] += count
			if kind != bench.BadExpectation { // of a capture or an expectation there was an answer
				s.Requests += count
			}
		}
	}
	if requests != "" {
		s.Requests = max(s.Requests, int64(min(r.Aggregate.Counters[requests], 1e15)))
	}
	for _, p := range []string{"min", "max", "mean", "p50", "p90", "p95", "p99", "p999"} {
		if ms, there := times[p]; there && ms >= 0 && ms < 1e9 {
			s.Latency[p] = time.Duration(ms * float64(time.Millisecond))
		}
	}
	return s
}
