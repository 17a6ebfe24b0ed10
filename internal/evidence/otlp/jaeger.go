package otlp

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// jaegerAnswer is what GET /api/traces/{id} of Jaeger's query service answers.
type jaegerAnswer struct {
	Data []struct {
		Spans     []jaegerSpan `json:"spans"`
		Processes map[string]struct {
			Service string `json:"serviceName"`
		} `json:"processes"`
	} `json:"data"`
}

type jaegerSpan struct {
	TraceID    string `json:"traceID"`
	ID         string `json:"spanID"`
	Name       string `json:"operationName"`
	References []struct {
		Kind    string `json:"refType"`
		TraceID string `json:"traceID"`
		ID      string `json:"spanID"`
	} `json:"references"`
	Start    int64       `json:"startTime"` // microseconds since 1970
	Duration int64       `json:"duration"`  // microseconds
	Tags     []jaegerTag `json:"tags"`
	Process  string      `json:"processID"`
}

type jaegerTag struct {
	Key   string          `json:"key"`
	Kind  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

var jaegerKinds = map[string]ptrace.SpanKind{"server": ptrace.SpanKindServer, "client": ptrace.SpanKindClient, "producer": ptrace.SpanKindProducer,
	"consumer": ptrace.SpanKindConsumer, "internal": ptrace.SpanKindInternal}

// readJaeger is an answer of Jaeger's as OpenTelemetry has spans. Jaeger makes tags of what has a place of its own there.
func readJaeger(body []byte) (ptrace.Traces, error) {
	out := ptrace.NewTraces()
	var answer jaegerAnswer
	if err := json.Unmarshal(body, &answer); err != nil {
		return out, err
	}
	for _, trace := range answer.Data {
		for _, s := range trace.Spans {
			resource := out.ResourceSpans().AppendEmpty()
			resource.Resource().Attributes().PutStr("service.name", trace.Processes[s.Process].Service)
			scope := resource.ScopeSpans().AppendEmpty()
			if err := s.write(scope); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func (s jaegerSpan) write(scope ptrace.ScopeSpans) error {
	sp := scope.Spans().AppendEmpty()
	trace, err := jaegerID(s.TraceID, 32)
	if err != nil {
		return err
	}
	own, err := jaegerID(s.ID, 16)
	if err != nil {
		return err
	}
	sp.SetTraceID(pcommon.TraceID(trace))
	sp.SetSpanID(pcommon.SpanID(own[8:]))
	for _, r := range s.References {
		if r.Kind != "CHILD_OF" || r.TraceID != s.TraceID && r.TraceID != "" {
			continue
		}
		parent, err := jaegerID(r.ID, 16)
		if err != nil {
			return err
		}
		sp.SetParentSpanID(pcommon.SpanID(parent[8:]))
		break
	}
	sp.SetName(s.Name)
	start := time.UnixMicro(s.Start)
	sp.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	sp.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(time.Duration(s.Duration) * time.Microsecond)))
	for _, t := range s.Tags {
		text := t.text()
		switch t.Key {
		case "span.kind":
			sp.SetKind(jaegerKinds[text])
		case "otel.scope.name", "otel.library.name":
			scope.Scope().SetName(text)
		case "error", "otel.status_code":
			if text == "true" || text == "ERROR" {
				sp.Status().SetCode(ptrace.StatusCodeError)
			}
		default:
			if n, err := strconv.ParseInt(text, 10, 64); err == nil && strings.HasPrefix(t.Kind, "int") {
				sp.Attributes().PutInt(t.Key, n)
			} else {
				sp.Attributes().PutStr(t.Key, text)
			}
		}
	}
	return nil
}

// text is a tag's value: a text, or as JSON writes it.
func (t jaegerTag) text() string {
	var s string
	if json.Unmarshal(t.Value, &s) == nil {
		return s
	}
	return string(t.Value)
}

// jaegerID reads an id, which has no zeros in front, at the end of sixteen bytes.
func jaegerID(text string, most int) (id [16]byte, err error) {
	if len(text) > most || text == "" {
		return id, fmt.Errorf("%q is no id", label(text))
	}
	padded := strings.Repeat("0", 32-len(text)) + text
	for i := range id {
		n, err := strconv.ParseUint(padded[2*i:2*i+2], 16, 8)
		if err != nil {
			return id, fmt.Errorf("%q is no id", label(text))
		}
		id[i] = byte(n)
	}
	return id, nil
}
