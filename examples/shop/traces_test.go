package shop_test

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/tidemark/tidemark/examples/shop"
)

// A collector is what the shop sends its spans to.
type collector struct {
	url   string
	mu    sync.Mutex
	spans []span
}

// A span is one of OTLP's, with what the tests ask of it.
type span struct {
	service, name, trace, id, parent string
	kind                             tracepb.Span_SpanKind
	start, end                       uint64 // nanoseconds
	about                            map[string]string
}

func (s span) String() string { return fmt.Sprintf("%s %q %q", s.service, s.name, s.about) }

// is reports whether an attribute has a value.
func (s span) is(key, value string) bool { return s.about[key] == value }

// startCollector makes the shops of the test send their spans at once.
func startCollector(t *testing.T) *collector {
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "5")
	c := &collector{}
	server := httptest.NewServer(http.HandlerFunc(c.receive))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *collector) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var sent collectorpb.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &sent)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range sent.ResourceSpans {
		service := read(resource.Resource.Attributes)["service.name"]
		for _, scope := range resource.ScopeSpans {
			for _, s := range scope.Spans {
				c.spans = append(c.spans, span{
					service: service, name: s.Name, kind: s.Kind, about: read(s.Attributes),
					trace: hex.EncodeToString(s.TraceId), id: hex.EncodeToString(s.SpanId), parent: hex.EncodeToString(s.ParentSpanId),
					start: s.StartTimeUnixNano, end: s.EndTimeUnixNano,
				})
			}
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func read(attributes []*commonpb.KeyValue) map[string]string {
	about := map[string]string{}
	for _, a := range attributes {
		switch v := a.Value.Value.(type) {
		case *commonpb.AnyValue_StringValue:
			about[a.Key] = v.StringValue
		case *commonpb.AnyValue_IntValue:
			about[a.Key] = fmt.Sprint(v.IntValue)
		}
	}
	return about
}

// all are the spans that arrived and meet a condition, in the order of their starts.
func (c *collector) all(condition func(span) bool) []span {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := slices.DeleteFunc(slices.Clone(c.spans), func(s span) bool { return !condition(s) })
	slices.SortStableFunc(found, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	return found
}

// A trace is the spans of one request to the shop.
type trace []span

// statements are those sent to the database, in their order.
func (t trace) statements() []span { return t.with("db.query.text") }

// calls are those of the inventory service, as the shop saw them.
func (t trace) calls() []span { return t.with("url.template") }

func (t trace) with(key string) []span {
	return slices.DeleteFunc(slices.Clone(t), func(s span) bool { return s.about[key] == "" })
}

// traced sends a request and returns the answer and its trace, which is complete but for the inventory service's own spans.
func (c *client) traced(from *collector, method, path, body string) (answer, trace) {
	c.t.Helper()
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.Ready.URL+path, strings.NewReader(body))
	check(c.t, err)
	request.Header.Set("Authorization", "Bearer "+c.Ready.Token)
	request.Header.Set("Traceparent", fmt.Sprintf("00-%x-00f067aa0ba902b7-01", id))
	response, err := c.http.Do(request)
	check(c.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(c.t, err)
	ours := func(s span) bool { return s.trace == hex.EncodeToString(id[:]) }
	eventually(c.t, "the span of "+path, func() bool {
		return len(from.all(func(s span) bool { return ours(s) && s.parent == "00f067aa0ba902b7" })) == 1
	})
	return answer{c.t, method + " " + path, response.StatusCode, response.Header, text}, from.all(ours)
}

// requests are one of each kind.
var requests = []struct{ method, path, body, route string }{
	{"POST", "/api/v1/login", `{"email":"user7@shop.example","password":"tidemark"}`, "/api/v1/login"},
	{"GET", "/api/v1/products?page=3", "", "/api/v1/products"},
	{"GET", "/api/v1/products?category=kitchen-tools", "", "/api/v1/products"},
	{"GET", "/api/v1/products/17", "", "/api/v1/products/{id}"},
	{"GET", "/api/v1/search?q=oak+table", "", "/api/v1/search"},
	{"GET", "/api/v1/search?q=oak&category=kitchen-tools", "", "/api/v1/search"},
	{"POST", "/api/v1/orders", `{"user_id":1,"line_items":[{"product_id":1,"quantity":1},{"product_id":2,"quantity":1}]}`, "/api/v1/orders"},
	{"GET", "/api/v1/users/7/orders", "", "/api/v1/users/{id}/orders"},
}

func TestSpansSayWhatWasAskedAndWhere(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		spans := startCollector(t)
		c := start(t, shop.Config{Database: database, OTLP: spans.url})
		for _, r := range requests {
			_, trace := c.traced(spans, r.method, r.path, r.body)
			var served int
			for _, s := range trace {
				switch {
				case s.kind == tracepb.Span_SPAN_KIND_SERVER && s.service == "shop":
					served++
					if !s.is("http.route", r.route) || !s.is("server.address", "127.0.0.1") || s.name != r.method+" "+r.route {
						t.Errorf("%s: %s", r.path, s)
					}
				case s.kind == tracepb.Span_SPAN_KIND_CLIENT:
					if !strings.Contains(s.about["code.function.name"], "/examples/shop/") || s.about["code.line.number"] == "" ||
						!strings.HasSuffix(s.about["code.file.path"], ".go") || strings.Contains(s.about["code.function.name"], "/shop/database") {
						t.Errorf("%s does not say where it was written: %s", r.path, s)
					}
				}
			}
			if served != 1 {
				t.Errorf("%s: %d spans of the request", r.path, served)
			}
			for _, s := range trace.statements() {
				system := map[bool]string{true: "postgresql", false: "sqlite"}[strings.HasPrefix(database, "postgres")]
				if !s.is("db.system.name", system) || s.name != s.about["db.operation.name"] || !strings.HasPrefix(s.about["db.query.text"], s.name+" ") {
					t.Errorf("%s: %s", r.path, s)
				}
				if system == "postgresql" && (!s.is("server.address", "127.0.0.1") || s.about["server.port"] == "" || !s.is("db.namespace", nameOf(database))) {
					t.Errorf("%s: the server is not named: %s", r.path, s)
				}
				if strings.Contains(s.about["db.query.text"], "/*") {
					t.Errorf("%s: a comment in %s", r.path, s)
				}
				_, shown := s.about["db.query.parameter.0"]
				if has := strings.Contains(s.about["db.query.text"], "$1"); shown != (has && !private(r.path) && !batch(s)) {
					t.Errorf("%s: parameters are shown: %t: %s", r.path, shown, s)
				}
			}
			for _, s := range trace.calls() {
				if !s.is("service.peer.name", "inventory") || !s.is("peer.service", "inventory") || !strings.HasPrefix(s.about["url.full"], c.Ready.Inventory) ||
					s.name != "GET "+s.about["url.template"] {
					t.Errorf("%s: %s", r.path, s)
				}
				eventually(t, "the inventory service's own span", func() bool {
					return len(spans.all(func(its span) bool { return its.service == "inventory" && its.parent == s.id && its.trace == s.trace })) == 1
				})
			}
		}
		eventually(t, "the span of a job", func() bool {
			return len(spans.all(func(s span) bool { return s.name == "reconcile orders" && s.parent == "" })) > 0
		})
	})
}

func private(path string) bool { return path == "/api/v1/login" }

func batch(s span) bool { return strings.Contains(s.about["db.query.text"], "$9") }

func TestStatementsNameTheirTraceIfTheyAreTo(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		spans := startCollector(t)
		c := start(t, shop.Config{Database: database, OTLP: spans.url, SQLComments: true})
		a, _ := c.traced(spans, "GET", "/api/v1/products/17", "")
		a.is(200)
		if !strings.HasPrefix(database, "postgres") {
			return // has no memory of what it was asked
		}
		seen := queryOne(t, database, `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shop' AND query LIKE '%/*traceparent=%'`)
		if seen == "0" {
			t.Error("the server saw no comment")
		}
	})
}
