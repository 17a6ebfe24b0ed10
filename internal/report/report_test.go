package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

func sample() *bench.Run {
	s := bench.NewSlice(0)
	for i := range 100 {
		s.Record(bench.Measurement{Done: time.Duration(i+1) * 13 * time.Millisecond})
	}
	s.Record(bench.Measurement{Done: 10 * time.Second, Outcome: bench.Timeout})
	s.Record(bench.Measurement{Done: 10 * time.Second, Outcome: bench.Timeout})
	limit := time.Second
	r := bench.Collect(bench.Scenario{Name: "GET /a", Thresholds: bench.Thresholds{P50: &limit, P95: &limit}}, []*bench.Slice{s}, time.Second)
	r.Verdict = bench.Verdict{Status: bench.Fail, Reasons: []string{"p95 is high"}, Breached: []string{"p95", "errors"}}
	return &bench.Run{Schema: bench.Schema, ID: "01X", Scenarios: []bench.Result{r}}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, sample()); err != nil {
		t.Fatal(err)
	}
	// 102 latencies: p50 is the 51st, 663 ms; p95 the 97th, 1,261 ms; p99 the 101st, a timeout.
	want := "Endpoint  p50    p95       p99         Throughput  Errors  Status\n" +
		"GET /a    663ms  1,261ms!  > 10,000ms  100 req/s   1.96%!  FAIL\n\nGET /a: p95 is high\nGET /a: 2 × timeout\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextOfAControl(t *testing.T) {
	run := sample()
	run.Control = &bench.Control{Name: "GET /healthz", Latency: bench.Summary{P50: 0.5}, Pieces: []bench.ControlPiece{{P50: 0.6}, {P50: 0.4}, {P50: 9, Void: true}}, Notes: []string{"teardown failed"}}
	var b bytes.Buffer
	if err := Text(&b, run); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.HasSuffix(got, "\ncontrol GET /healthz: p50 0.50ms, between 0.40ms and 0.60ms over the run\ncontrol GET /healthz: teardown failed\n") {
		t.Errorf("%s", got)
	}
}

func TestSaveIsReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "results")
	path, err := Save(dir, sample(), samples())
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Scenarios []struct{ Histogram bench.Histograms }
	}
	if err := json.Unmarshal(data, &back); err != nil || back.Scenarios[0].Histogram.Response.Count() != 102 {
		t.Errorf("read back: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
	if _, err := Save(path, sample(), nil); err == nil || !strings.Contains(err.Error(), "save run") {
		t.Errorf("saving into a file: %v", err)
	}
}

func samples() []bench.Series {
	s := bench.NewSlice(3)
	s.Record(bench.Measurement{Done: 13 * time.Millisecond})
	s.Compact()
	return []bench.Series{{Scenario: "a", Slices: []*bench.Slice{s}}}
}

func TestSlicesAreReadBack(t *testing.T) {
	var b bytes.Buffer
	if err := Slices(&b, samples()); err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var back struct {
		Scenario string
		Second   int
		Outcomes map[string]int64
		Response *hist.Histogram
	}
	if err := json.NewDecoder(z).Decode(&back); err != nil {
		t.Fatal(err)
	}
	if p := back.Response.Quantile(1); back.Scenario != "a" || back.Second != 3 || back.Outcomes["ok"] != 1 || (p-13*time.Millisecond).Abs() > 130*time.Microsecond {
		t.Errorf("read back: %+v, max %v", back, p)
	}
}

func TestTextOfAnImport(t *testing.T) {
	r := bench.Collect(bench.Scenario{Name: "GET /a"}, nil, 0)
	r.Distribution, r.Requests, r.Latency, r.Unknown = bench.Percentiles, 100, bench.Summary{P50: 12}, []string{"p95", "p99", "throughput", "errors"}
	r.Verdict.Status = bench.Pass
	run := &bench.Run{Imported: &bench.Import{Format: "wrk", Files: []string{"a.txt"}, Notes: []string{"there are no seconds"}}, Scenarios: []bench.Result{r}}
	var b bytes.Buffer
	if err := Text(&b, run); err != nil {
		t.Fatal(err)
	}
	want := "Measured by wrk, read from a.txt; whether the tool itself was late is not known\n- there are no seconds\n\n" +
		"Endpoint  p50   p95  p99  Throughput  Errors  Status\n" +
		"GET /a    12ms  -    -    -           -       PASS\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
