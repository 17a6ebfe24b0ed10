package artillery_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert/artillery"
	"github.com/tidemark/tidemark/internal/convert/converttest"
)

func file(t testing.TB) string {
	t.Helper()
	content, err := os.ReadFile("testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Artillery 2.0.21 wrote it of three requests of the shop, one of them of what is not there. On its screen: detail p95 71.5, p99 89.1; list median 13.1.
func TestByEndpoint(t *testing.T) {
	tally, all := converttest.Read(t, artillery.Format, []byte(file(t)), 0)
	detail, list, missing := converttest.Scenario(t, all, "detail"), converttest.Scenario(t, all, "list"), converttest.Scenario(t, all, "missing")
	if detail.Latency.P95 != 71.5 || detail.Latency.P99 != 89.1 || list.Latency.P50 != 13.1 || detail.Requests != 160 || detail.Failed() != 0 {
		t.Errorf("%+v, %+v, %d requests", detail.Latency, list.Latency, detail.Requests)
	}
	if missing.Requests != 160 || missing.Errors["status"] != 160 || missing.Statuses["404"] != 160 {
		t.Errorf("%d requests, %v, %v", missing.Requests, missing.Errors, missing.Statuses)
	}
	// From 1795577842911 to 1795577850917 are 8.006 s.
	if detail.Distribution != bench.Percentiles || detail.Duration != 8.006 || tally.Started().UnixMilli() != 1795577842911 || len(detail.Unknown) != 0 {
		t.Errorf("%q, %g s, at %s, unknown %v", detail.Distribution, detail.Duration, tally.Started(), detail.Unknown)
	}
}

// Without the plugin there is one name for all; errors without an answer are requests too.
func TestAllRequests(t *testing.T) {
	content := strings.ReplaceAll(file(t), "plugins.metrics-by-endpoint.", "plugins.other.")
	content = strings.Replace(content, `"http.requests": 480,`, `"http.requests": 490, "errors.ETIMEDOUT": 10, "errors.Failed capture or match": 3,`, 1)
	_, all := converttest.Read(t, artillery.Format, []byte(content), 0)
	r := converttest.Scenario(t, all, "all requests")
	if r.Requests != 490 || r.Errors["status"] != 160 || r.Errors["timeout"] != 10 || r.Errors["expectation"] != 3 || r.Latency.P95 != 56.3 {
		t.Errorf("%d requests, %v, %+v", r.Requests, r.Errors, r.Latency)
	}
}

func TestWhatIsNoReport(t *testing.T) {
	content := file(t)
	converttest.Refuses(t, artillery.Format,
		converttest.Refused{About: "cut", Content: content[:len(content)/2], Words: "line "},
		converttest.Refused{About: "of version 1", Content: `{"aggregate": {"latency": {"min": 1}, "codes": {"200": 5}}}`, Words: "is a report of Artillery 1"},
		converttest.Refused{About: "another document", Content: `{"metrics": {}}`, Words: "it has no aggregate"},
		converttest.Refused{About: "without requests", Content: `{"aggregate": {"counters": {"vusers.created": 1}}}`, Words: "counts no HTTP requests"})
}

func FuzzRead(f *testing.F) {
	converttest.Fuzz(f, artillery.Format, []byte(file(f)))
}
