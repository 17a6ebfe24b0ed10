package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// schemaFamily is what a record's schema begins with, whatever its minor version.
const schemaFamily = "tidemark.run/1"

// ReadRun reads a record. Fields that it does not know stay in the run's Text alone: a reader of version 1 reads every later 1.x.
func ReadRun(text []byte) (*Run, error) {
	r := Run{Text: bytes.Clone(text)}
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("is no run: %w", err)
	}
	if r.Schema != schemaFamily && !strings.HasPrefix(r.Schema, schemaFamily+".") {
		return nil, fmt.Errorf("is no run that can be read: its schema is %q, not %s", r.Schema, schemaFamily)
	}
	if err := r.Check(); err != nil {
		return nil, fmt.Errorf("is no run: %w", err)
	}
	if r.Control != nil && r.Control.Histogram == nil {
		return nil, errors.New("is no run: its control has no histogram")
	}
	return &r, nil
}

// Record is the run's JSON document: the one that it was read from, to the last byte, or one that is made now.
func (r *Run) Record() ([]byte, error) {
	if r.Text != nil {
		return r.Text, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(r)
	return b.Bytes(), err
}

// longestID is more than any id needs; with what is put before and after it a file's name may have 255 letters.
const longestID = 128

// longestFolder is more than the path of any folder in a repository.
const longestFolder = 1024

// plain letters of an id mean nothing to any file system.
func plain(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_'
}

// Check says what a run lacks to be kept, found again and read. Its id becomes a file's name, so one from elsewhere may not lead out
// of the folder.
func (r *Run) Check() error {
	switch {
	case r.ID == "" || r.Started.IsZero():
		return errors.New("it has no id, or no start")
	case len(r.ID) > longestID || strings.TrimFunc(r.ID, plain) != "":
		return fmt.Errorf("its id %.40q is not made of at most %d letters, digits, - and _", r.ID, longestID)
	}
	seen := map[string]bool{}
	for i := range r.Scenarios {
		id, h := r.Scenarios[i].ID, r.Scenarios[i].Histogram
		if h.Response == nil || h.Service == nil {
			return fmt.Errorf("scenario %q has no histogram", id)
		}
		if seen[id] {
			return fmt.Errorf("it has two scenarios %q", id)
		}
		seen[id] = true
	}
	return nil
}

// ReadVersus reads the record of a comparison, as ReadRun does that of a run.
func ReadVersus(text []byte) (*Versus, error) {
	var v Versus
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&v); err != nil {
		return nil, fmt.Errorf("is no comparison: %w", err)
	}
	if v.Schema != ComparisonSchema && !strings.HasPrefix(v.Schema, ComparisonSchema+".") {
		return nil, fmt.Errorf("is no comparison that can be read: its schema is %q, not %s", v.Schema, ComparisonSchema)
	}
	if err := v.whole(); err != nil {
		return nil, fmt.Errorf("is no comparison: %w", err)
	}
	return &v, nil
}

// whole says which side of a distribution is missing.
func (v *Versus) whole() error {
	for i := range v.Comparisons {
		if d := v.Comparisons[i].Distributions; d != nil && (d.Base == nil || d.Head == nil) {
			return fmt.Errorf("of scenario %q one side has no histogram", v.Comparisons[i].ID)
		}
	}
	return nil
}

// ReadBisection reads the record of a bisection, as ReadRun does that of a run.
func ReadBisection(text []byte) (*Bisection, error) {
	var b Bisection
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, fmt.Errorf("is no bisection: %w", err)
	}
	if b.Schema != BisectionSchema && !strings.HasPrefix(b.Schema, BisectionSchema+".") {
		return nil, fmt.Errorf("is no bisection that can be read: its schema is %q, not %s", b.Schema, BisectionSchema)
	}
	for _, v := range []*Versus{b.Whole, b.Proof} {
		if v == nil {
			continue
		}
		if err := v.whole(); err != nil {
			return nil, fmt.Errorf("is no bisection: %w", err)
		}
	}
	return &b, nil
}

// mostCompared is how many endpoints a comparison may have that comes from elsewhere.
const mostCompared = 2000

// Check says what a comparison that others made has that none of ours would: it is going to be shown.
func (v *Versus) Check() error {
	statuses := []Status{Pass, Fail, Inconclusive, Void}
	switch {
	case v.ID == "" || len(v.ID) > longestID || strings.TrimFunc(v.ID, plain) != "":
		return fmt.Errorf("is no comparison: its id %.40q is not made of at most %d letters, digits, - and _", v.ID, longestID)
	case utf8.RuneCountInString(v.Suite) > longestID:
		return fmt.Errorf("is no comparison: the name of its suite has more than %d letters", longestID)
	case utf8.RuneCountInString(v.Folder) > longestFolder:
		return fmt.Errorf("is no comparison: the folder of its suite has more than %d letters", longestFolder)
	case !slices.Contains(statuses, v.Verdict.Status):
		return fmt.Errorf("is no comparison: its verdict is %.40q, none of %q", v.Verdict.Status, statuses)
	case len(v.Comparisons) > mostCompared:
		return fmt.Errorf("is no comparison that can be shown: it has %d endpoints, more than %d", len(v.Comparisons), mostCompared)
	}
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		if !slices.Contains(append(statuses, NotJudged, Close), c.Verdict.Status) {
			return fmt.Errorf("is no comparison: the verdict of endpoint %d is %.40q", i+1, c.Verdict.Status)
		}
		if len(c.Earlier) > mostEarlier || len(c.Earlier) > 0 && (slices.Min(c.Earlier) < 0 || slices.Max(c.Earlier) > mostNumber) {
			return fmt.Errorf("is no comparison: the earlier p95 of endpoint %d are none, or more than %d", i+1, mostEarlier)
		}
		for _, e := range c.Effects {
			if !slices.Contains(Metrics, e.Metric) || min(e.Base, e.Head, e.Ratio, e.Low, e.High) < 0 || max(e.Base, e.Head, e.Ratio, e.Low, e.High) > mostNumber {
				return fmt.Errorf("is no comparison: the numbers of endpoint %d are none (%.40q)", i+1, e.Metric)
			}
		}
	}
	return nil
}

// mostEarlier is more runs than a comparison tells the p95 of.
const mostEarlier = 100

// mostNumber is more than any latency in milliseconds, and any ratio of two.
const mostNumber = 1e9

// Metrics are the numbers of a result that can be followed over runs, in the order in which they are offered.
var Metrics = []string{"p50", "p90", "p95", "p99", "p999", "mean", "max", "throughput", "errors"}

// Metric is one of them, with its unit: milliseconds, requests a second, or percent. ok is false for an unknown name, and for a metric that was
// not measured.
func (r *Result) Metric(name string) (value float64, unit string, ok bool) {
	value, unit, ok = r.metric(name)
	return value, unit, ok && r.Knows(name)
}

func (r *Result) metric(name string) (value float64, unit string, ok bool) {
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
