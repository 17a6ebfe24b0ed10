package hdr_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert/converttest"
	"github.com/tidemark/tidemark/internal/convert/hdr"
)

// A second of so many answers of 1, 2, 3 … ms, in the unit of a histogram.
func second(answers int, unit time.Duration) *hdrhistogram.Histogram {
	h := hdrhistogram.New(1, int64(time.Hour/unit), 3)
	for i := range answers {
		_ = h.RecordValue(int64(time.Duration(i+1) * time.Millisecond / unit)) // within an hour
	}
	return h
}

// logged is a log as HdrHistogram's own writer makes it: intervals with a tag, one after another.
func logged(t testing.TB, length time.Duration, tags ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := hdrhistogram.NewHistogramLogWriter(&b)
	start := int64(1_700_000_000_000)
	for _, err := range []error{w.OutputLogFormatVersion(), w.OutputStartTime(start), w.OutputLegend()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 25 {
		for _, tag := range tags {
			h := second(100, time.Nanosecond)
			h.SetTag(tag)
			h.SetStartTimeMs(start + int64(i)*length.Milliseconds())
			h.SetEndTimeMs(start + int64(i+1)*length.Milliseconds())
			if err := w.OutputIntervalHistogram(h); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.String()
}

// 25 seconds of 100 answers each: of 1 to 100 ms every second, so p50 is 50 ms, p95 95 ms, p99 99 ms.
func TestLog(t *testing.T) {
	tally, all := converttest.Read(t, hdr.Log, []byte(logged(t, time.Second, "list", "")), 0)
	for _, name := range []string{"list", "file"} {
		r := converttest.Scenario(t, all, name)
		converttest.Near(t, "p50", r.Latency.P50, 50, .05)
		converttest.Near(t, "p95", r.Latency.P95, 95, .1)
		converttest.Near(t, "p99", r.Latency.P99, 99, .1)
		converttest.Near(t, "throughput", r.Throughput, 100, 0)
		if r.Requests != 2500 || len(r.Slices) != 25 || len(r.Seconds) != 25 || r.Seconds[7].Count != 100 || r.Knows("errors") || r.Distribution != bench.Whole {
			t.Errorf("%s: %d requests, %d slices, unknown %v", name, r.Requests, len(r.Slices), r.Unknown)
		}
	}
	if !tally.Started().Equal(time.UnixMilli(1_700_000_000_000)) {
		t.Error(tally.Started())
	}
	_, all = converttest.Read(t, hdr.Log, []byte(logged(t, 10*time.Second, "list")), 0)
	if r := all[0]; len(r.Slices) != 0 || !strings.Contains(strings.Join(r.Notes, "\n"), "not of a second each") {
		t.Errorf("intervals of ten seconds: %d slices, %q", len(r.Slices), r.Notes)
	}
}

// The unit is told by the largest value that stands beside each histogram; where that is not in milliseconds, nobody knows.
func TestUnits(t *testing.T) {
	line := func(unit time.Duration, shown float64) string {
		text, err := second(100, unit).Encode(hdrhistogram.V2CompressedEncodingCookieBase)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("#[StartTime: 1700000000.0 (seconds since epoch)]\n0.0,1.0,%g,%s\n", shown, text)
	}
	for _, unit := range []time.Duration{time.Nanosecond, time.Microsecond, time.Millisecond} {
		tally, all := converttest.Read(t, hdr.Log, []byte(line(unit, 100)), 0)
		converttest.Near(t, "p50 in "+unit.String(), all[0].Latency.P50, 50, .05)
		if !tally.Started().Equal(time.Unix(1_700_000_000, 0)) {
			t.Errorf("times after the start of the log: it began at %s", tally.Started())
		}
	}
	_, all := converttest.Read(t, hdr.Log, []byte(line(time.Microsecond, 7)), time.Microsecond)
	converttest.Near(t, "p50 in a unit that is said", all[0].Latency.P50, 50, .05)
	converttest.Refuses(t, hdr.Log,
		converttest.Refused{About: "no unit", Content: line(time.Microsecond, 7), Words: "line 2: the unit of its values is not clear: say it as --unit"},
		converttest.Refused{About: "cut", Content: line(time.Nanosecond, 100)[:200], Words: "line 2: the histogram cannot be read"},
		converttest.Refused{About: "another line", Content: line(time.Nanosecond, 100) + "1,2,3\n", Words: "line 3: has 3 fields"})
}

// table is 10,000 answers of 0.1 to 1,000 ms in steps of 0.1, as HdrHistogram prints their percentiles.
func table(t testing.TB) string {
	t.Helper()
	h := hdrhistogram.New(1, int64(time.Hour), 3)
	for i := range 10_000 {
		_ = h.RecordValue(int64(i+1) * int64(100*time.Microsecond)) // within an hour
	}
	var b bytes.Buffer
	if _, err := h.PercentilesPrint(&b, 5, 1e6); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTable(t *testing.T) {
	content := table(t)
	csv := strings.NewReplacer("       Value", `"Value"`, "\tPercentile", `,"Percentile"`).Replace(content)
	for name, content := range map[string]string{"text": content, "as some write it": csv} {
		tally, all := converttest.Read(t, hdr.Table, []byte(content), time.Millisecond)
		r := all[0]
		// The table has p50, p90 and p95 as rows. Between rows a percentile is that of the next: p99's is of 0.990625.
		converttest.Near(t, name+": p50", r.Latency.P50, 500, .5)
		converttest.Near(t, name+": p90", r.Latency.P90, 900, 1)
		converttest.Near(t, name+": p95", r.Latency.P95, 950, 1)
		converttest.Near(t, name+": p99", r.Latency.P99, 990.625, 1)
		converttest.Near(t, name+": mean", r.Latency.Mean, 500, 1)
		if r.Requests != 10_000 || r.Distribution != bench.Spectrum || r.Knows("errors") || r.Knows("throughput") || !r.Knows("p99") || !tally.Started().Equal(time.Time{}) {
			t.Errorf("%s: %d requests, %q, unknown %v, at %s", name, r.Requests, r.Distribution, r.Unknown, tally.Started())
		}
	}
	lines := strings.SplitAfter(content, "\n")
	converttest.Refuses(t, hdr.Table,
		converttest.Refused{About: "no unit", Content: content, Words: "say it as --unit"},
		converttest.Refused{About: "cut", Content: strings.Join(lines[:20], ""), Words: "ends before its last row", Unit: time.Millisecond},
		converttest.Refused{About: "falling", Content: strings.Join(append(lines[:20:20], lines[10:]...), ""), Words: "percentiles rise", Unit: time.Millisecond},
		converttest.Refused{About: "words", Content: lines[0] + lines[1] + "a b c d\n", Words: `line 3: "a" is no value`, Unit: time.Millisecond})
}

func FuzzLog(f *testing.F) {
	lines := strings.SplitAfter(logged(f, time.Second, "list", ""), "\n")
	converttest.Fuzz(f, hdr.Log, []byte(strings.Join(lines[:7], "")))
}

func FuzzTable(f *testing.F) {
	converttest.Fuzz(f, hdr.Table, []byte(table(f)))
}
