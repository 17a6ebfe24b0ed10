package metrics

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/tidemark/tidemark/internal/evidence"
)

// A series is one line of a metric that is known.
type series struct {
	name, labels, kind string
	grows              bool // a counter
}

// scrape is the known metrics at one moment.
func (c *Collector) scrape(ctx context.Context) (map[series]float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url, http.NoBody)
	if err != nil {
		return nil, errors.New("the URL cannot be asked")
	}
	request.Header.Set("Accept", "text/plain;version=0.0.4")
	answer, err := c.client.Do(request)
	if err != nil {
		if at, ok := errors.AsType[*url.Error](err); ok {
			err = at.Err // without the URL, which may hold a token
		}
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }() // it was only read
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the answer is %s", evidence.Plain(answer.Status))
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostBody+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostBody {
		return nil, fmt.Errorf("more than %d MB of metrics", mostBody>>20)
	}
	return read(text)
}

// read takes the metrics that are known out of an exposition.
func read(text []byte) (map[series]float64, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("this is not Prometheus' text format: %s", evidence.Short(evidence.Plain(err.Error()), 200))
	}
	found := map[series]float64{}
	for name, family := range families {
		for _, m := range known[name] {
			for _, metric := range family.GetMetric() {
				value, ok := m.value(metric)
				if !ok || value != value { // NaN: a summary without observations
					continue
				}
				s := series{name: name, kind: m.kind, grows: m.grows}
				if m.each {
					s.labels = labels(metric)
				}
				found[s] += value * m.scale
			}
		}
	}
	return found, nil
}

// value is a line's, or the sum of a distribution.
func (m meaning) value(metric *dto.Metric) (float64, bool) {
	if m.label != "" && !has(metric, m.label) {
		return 0, false
	}
	switch {
	case metric.Counter != nil:
		return metric.GetCounter().GetValue(), true
	case metric.Gauge != nil:
		return metric.GetGauge().GetValue(), true
	case metric.Untyped != nil:
		return metric.GetUntyped().GetValue(), true
	case metric.Histogram != nil && m.count:
		return float64(metric.GetHistogram().GetSampleCount()), true
	case metric.Histogram != nil:
		return metric.GetHistogram().GetSampleSum(), true
	case metric.Summary != nil && m.count:
		return float64(metric.GetSummary().GetSampleCount()), true
	case metric.Summary != nil:
		return metric.GetSummary().GetSampleSum(), true
	}
	return 0, false
}

func has(metric *dto.Metric, label string) bool {
	name, value, _ := strings.Cut(label, "=")
	for _, l := range metric.GetLabel() {
		if l.GetName() == name && l.GetValue() == value {
			return true
		}
	}
	return false
}

// labels are a line's, as a reader sees them.
func labels(metric *dto.Metric) string {
	parts := make([]string, 0, len(metric.GetLabel()))
	for _, l := range metric.GetLabel() {
		parts = append(parts, l.GetName()+"="+l.GetValue())
	}
	return evidence.Short(evidence.Plain(strings.Join(parts, " ")), 100)
}
