package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// schemaFamily is what a record's schema begins with, whatever its minor version.
const schemaFamily = "tidemark.run/1"

// ReadRun reads a record. Fields that it does not know are left out: a reader of version 1 reads every later 1.x.
func ReadRun(text []byte) (*Run, error) {
	var r Run
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&r); err != nil {
		return nil, fmt.Errorf("is no run: %w", err)
	}
	switch {
	case r.Schema != schemaFamily && !strings.HasPrefix(r.Schema, schemaFamily+"."):
		return nil, fmt.Errorf("is no run that can be read: its schema is %q, not %s", r.Schema, schemaFamily)
	case r.ID == "" || r.Started.IsZero():
		return nil, errors.New("is no run: it has no id, or no start")
	}
	for i := range r.Scenarios {
		if h := r.Scenarios[i].Histogram; h.Response == nil || h.Service == nil {
			return nil, fmt.Errorf("is no run: scenario %q has no histogram", r.Scenarios[i].ID)
		}
	}
	if r.Control != nil && r.Control.Histogram == nil {
		return nil, errors.New("is no run: its control has no histogram")
	}
	return &r, nil
}

// Metrics are the numbers of a result that can be followed over runs, in the order in which they are offered.
var Metrics = []string{"p50", "p90", "p95", "p99", "p999", "mean", "max", "throughput", "errors"}

// Metric is one of them, with its unit: milliseconds, requests a second, or percent. ok is false for an unknown name.
func (r *Result) Metric(name string) (value float64, unit string, ok bool) {
	l := r.Latency
	switch name {
	case "p50":
		return l.P50, "ms", true
	case "p90":
		return l.P90, "ms", true
	case "p95":
		return l.P95, "ms", true
	case "p99":
		return l.P99, "ms", true
	case "p999":
		return l.P999, "ms", true
	case "mean":
		return l.Mean, "ms", true
	case "max":
		return l.Max, "ms", true
	case "throughput":
		return r.Throughput, "req/s", true
	case "errors":
		return 100 * float64(r.Failed()) / float64(max(r.Requests, 1)), "%", true
	}
	return 0, "", false
}
