package ab_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert/ab"
	"github.com/tidemark/tidemark/internal/convert/converttest"
)

func file(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// ab 2.3 wrote both files of one run of 400 requests. In its report: 50% 7 ms, 90% 16, 95% 20, 99% 32, longest 72.
func TestRequests(t *testing.T) {
	tally, all := converttest.Read(t, ab.Format, []byte(file(t, "requests.tsv")), 0)
	r := converttest.Scenario(t, all, "file")
	converttest.Near(t, "p50", r.Latency.P50, 7, .1)
	converttest.Near(t, "p90", r.Latency.P90, 15, .1) // ab takes the 361st of 400 for 90%; the nearest rank is the 360th
	converttest.Near(t, "p95", r.Latency.P95, 20, .1)
	converttest.Near(t, "p99", r.Latency.P99, 32, .1)
	converttest.Near(t, "max", r.Latency.Max, 72, .1)
	if r.Requests != 400 || r.Knows("errors") || !r.Knows("throughput") || len(r.Seconds) == 0 || tally.Started().IsZero() {
		t.Errorf("%d requests, unknown %v, %d seconds, at %s", r.Requests, r.Unknown, len(r.Seconds), tally.Started())
	}
}

func TestPercentiles(t *testing.T) {
	_, all := converttest.Read(t, ab.Format, []byte(file(t, "percentiles.csv")), 0)
	r := converttest.Scenario(t, all, "file")
	converttest.Near(t, "p50", r.Latency.P50, 6.692, .0005)
	converttest.Near(t, "p95", r.Latency.P95, 20.095, .0005)
	converttest.Near(t, "p99", r.Latency.P99, 32.444, .0005)
	if r.Distribution != bench.Percentiles || r.Knows("requests") || r.Knows("throughput") || r.Knows("errors") || r.Knows("mean") || !r.Knows("max") {
		t.Errorf("%q, unknown %v", r.Distribution, r.Unknown)
	}
}

func TestWhatIsOfNoAb(t *testing.T) {
	requests, percentiles := file(t, "requests.tsv"), file(t, "percentiles.csv")
	most, _, _ := strings.Cut(percentiles, "\n99,")
	title, _, _ := strings.Cut(requests, "\n")
	converttest.Refuses(t, ab.Format,
		converttest.Refused{About: "cut", Content: requests[:len(requests)-10], Words: "line 401: has "},
		converttest.Refused{About: "cut percentiles", Content: most, Words: "ends before its last percentiles"},
		converttest.Refused{About: "mixed", Content: requests + percentiles, Words: "line 402: has 1 columns"},
		converttest.Refused{About: "a title alone", Content: title, Words: "has no request"})
}

func FuzzRead(f *testing.F) {
	converttest.Fuzz(f, ab.Format, []byte(file(f, "requests.tsv")[:500]), []byte(file(f, "percentiles.csv")))
}
