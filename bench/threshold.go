package bench

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Thresholds are absolute budgets. A nil field is no budget.
type Thresholds struct {
	P50        *time.Duration
	P95        *time.Duration
	P99        *time.Duration
	ErrorRate  *float64 // share of requests, 0 to 1
	Throughput *float64 // requests a second, at least
}

// Set sets one budget from text: p50, p95 and p99 to a duration as 300ms, errors to a share as 0.1%, throughput to requests a second.
// The error says what to write instead.
func (t *Thresholds) Set(name, value string) error {
	switch name {
	case "p50", "p95", "p99":
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return fmt.Errorf("%q is no duration: write one with its unit, as 300ms", value)
		}
		*map[string]**time.Duration{"p50": &t.P50, "p95": &t.P95, "p99": &t.P99}[name] = &d
	case "errors":
		share, percent := strings.CutSuffix(value, "%")
		n, err := strconv.ParseFloat(share, 64)
		if err != nil || !percent || !(n >= 0 && n <= 100) {
			return fmt.Errorf("%q is no share: write a percentage, as 0.1%%", value)
		}
		n /= 100
		t.ErrorRate = &n
	case "throughput":
		n, err := strconv.ParseFloat(strings.TrimSuffix(value, "/s"), 64)
		if err != nil || !(n >= 0 && n <= 1e9) {
			return fmt.Errorf("%q is no throughput: write requests a second, as 100/s", value)
		}
		t.Throughput = &n
	default:
		return fmt.Errorf("no threshold is named %q: know p50, p95, p99, errors and throughput", name)
	}
	return nil
}

// Merge is t, with what it does not set taken from base.
func (t Thresholds) Merge(base Thresholds) Thresholds {
	if t.P50 == nil {
		t.P50 = base.P50
	}
	if t.P95 == nil {
		t.P95 = base.P95
	}
	if t.P99 == nil {
		t.P99 = base.P99
	}
	if t.ErrorRate == nil {
		t.ErrorRate = base.ErrorRate
	}
	if t.Throughput == nil {
		t.Throughput = base.Throughput
	}
	return t
}

// Record is the thresholds as a record tells them.
func (t Thresholds) Record() ThresholdRecord {
	ms := func(d *time.Duration) *float64 {
		if d == nil {
			return nil
		}
		v := Milliseconds(*d)
		return &v
	}
	return ThresholdRecord{ms(t.P50), ms(t.P95), ms(t.P99), t.ErrorRate, t.Throughput}
}
