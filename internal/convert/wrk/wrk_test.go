package wrk_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert/converttest"
	"github.com/tidemark/tidemark/internal/convert/wrk"
)

func file(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Debian's wrk 4.1 printed it: 12.18 ms at 50%, 27.25 at 90%, 54.22 at 99%; 582 requests in 4.01 s.
func TestWrk(t *testing.T) {
	tally, all := converttest.Read(t, wrk.Wrk, []byte(file(t, "wrk.txt")), 0)
	r := converttest.Scenario(t, all, "/api/v1/products/:id")
	if l := r.Latency; l.P50 != 12.18 || l.P90 != 27.25 || l.P99 != 54.22 || l.Max != 82.73 || l.Mean != 14.71 {
		t.Errorf("%+v", l)
	}
	if r.Distribution != bench.Percentiles || r.Knows("p95") || r.Knows("p999") || !r.Knows("p99") || r.Requests != 582 || r.Histogram.Response.Count() != 0 {
		t.Errorf("%q, unknown %v, %d requests", r.Distribution, r.Unknown, r.Requests)
	}
	converttest.Near(t, "throughput", r.Throughput, 144.98, .2) // as wrk says it, of a time that it prints to the hundredth
	if !strings.HasPrefix(tally.Where(), "http://127.0.0.1:") || r.Load.Users != 2 || r.Load.Duration != 4 {
		t.Errorf("%q, %+v", tally.Where(), r.Load)
	}
}

// wrk2 printed it: a table of percentiles in which 50%, 90% and 99.9% are rows, and the same at the top to the hundredth of a millisecond.
func TestWrk2(t *testing.T) {
	content := file(t, "wrk2.txt")
	_, all := converttest.Read(t, wrk.Wrk2, []byte(content), 0)
	r := converttest.Scenario(t, all, "/api/v1/products/:id")
	for percent, got := range map[string]float64{" 50.000%": r.Latency.P50, " 90.000%": r.Latency.P90, " 99.000%": r.Latency.P99} {
		_, rest, _ := strings.Cut(content, percent)
		shown, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
		printed, err := time.ParseDuration(shown)
		if err != nil {
			t.Fatal(err)
		}
		ms := bench.Milliseconds(printed)
		// wrk2 rounds the rank: of 239 answers 90% are 215.1, for which it takes the 215th, and the nearest rank the 216th.
		converttest.Near(t, percent, got, ms, .01*ms)
	}
	if r.Distribution != bench.Spectrum || r.Histogram.Response.Count() == 0 || r.Histogram.Response.Count() >= r.Requests || r.Load.Model != "open" || len(r.Seconds) != 0 {
		t.Errorf("%q of %d answers of %d requests, %+v, %d seconds", r.Distribution, r.Histogram.Response.Count(), r.Requests, r.Load, len(r.Seconds))
	}
}

// Errors as wrk prints them: 7 sockets that failed are no requests of its 2,000, of which 12 had a status of an error.
func TestErrors(t *testing.T) {
	content := strings.Replace(file(t, "wrk.txt"), "  582 requests in 4.01s, 1.31MB read\n", "  2000 requests in 10.00s, 1.31MB read\n  Socket errors: connect 1, read 2, write 0, timeout 4\n  Non-2xx or 3xx responses: 12\n", 1)
	_, all := converttest.Read(t, wrk.Wrk, []byte(content), 0)
	if r := all[0]; r.Requests != 2007 || r.Errors["refused"] != 1 || r.Errors["reset"] != 2 || r.Errors["timeout"] != 4 || r.Errors["status"] != 12 || r.Throughput != 198.8 {
		t.Errorf("%d requests, %v, %g/s", r.Requests, r.Errors, r.Throughput)
	}
}

func TestWhatIsNoReport(t *testing.T) {
	plain, full := file(t, "wrk.txt"), file(t, "wrk2.txt")
	half, _, _ := strings.Cut(full, "#[Mean")
	_, percentiles, _ := strings.Cut(plain, "  Latency Distribution")
	percentiles, _, _ = strings.Cut(percentiles, "  582")
	converttest.Refuses(t, wrk.Wrk2,
		converttest.Refused{About: "cut", Content: half, Words: "the report ends before its total"},
		converttest.Refused{About: "without percentiles", Content: strings.Replace(plain, percentiles, "\n", 1), Words: "run it with --latency"},
		converttest.Refused{About: "two reports", Content: plain + plain, Words: "line 14: begins a second report"},
		converttest.Refused{About: "uncorrected", Content: strings.Replace(full, "HdrHistogram - Recorded Latency", "HdrHistogram - Uncorrected Latency", 1), Words: "not corrected for delayed starts"})
}

func FuzzRead(f *testing.F) {
	converttest.Fuzz(f, wrk.Wrk2, []byte(file(f, "wrk.txt")), []byte(file(f, "wrk2.txt")))
}
