package k6

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert/converttest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// point is a request that ended so many milliseconds after noon, and took so many. tags are more of them, as `"name":"a"`.
func point(ended, took float64, tags string) string {
	at := noon.Add(time.Duration(ended * float64(time.Millisecond))).Format(time.RFC3339Nano)
	return fmt.Sprintf(`{"metric":"http_req_duration","type":"Point","data":{"time":"%s","value":%g,"tags":{%s}}}`+"\n", at, took, tags)
}

func counter(metric string, value float64, tags string) string {
	return fmt.Sprintf(`{"metric":"%s","type":"Point","data":{"time":"2026-03-01T12:00:00Z","value":%g,"tags":{%s}}}`+"\n", metric, value, tags)
}

const ok = `"scenario":"default","method":"GET","status":"200","expected_response":"true",`

func read(t *testing.T, text string, o Options) []Result {
	t.Helper()
	_, results, err := readRun(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func TestARequestBelongsToTheSecondInWhichItWasSent(t *testing.T) {
	// Sent at 0, 950 and 2,100 ms; the second one ends in the next second, and comes last in the stream. In second 1 nothing was sent.
	r := read(t, point(10, 10, ok+`"name":"a"`)+point(2110, 10, ok+`"name":"a"`)+point(1050, 100, ok+`"name":"a"`), Options{})[0]
	counts := []int64{}
	for _, s := range r.Seconds {
		counts = append(counts, s.Count)
	}
	if diff := cmp.Diff([]int64{2, 0, 1}, counts); diff != "" {
		t.Error(diff)
	}
	if r.Requests != 3 || r.Duration != 2.1 || r.Latency.Max < 99.9 || r.Latency.Max > 100.1 || r.Latency.P50 < 9.99 || r.Latency.P50 > 10.01 {
		t.Errorf("%d requests in %g s, %+v", r.Requests, r.Duration, r.Latency)
	}
}

func TestHowRequestsAreSorted(t *testing.T) {
	request := func(scenario, group, name string) string {
		return point(10, 1, fmt.Sprintf(`"scenario":"%s","group":"%s","method":"GET","status":"200","expected_response":"true","name":"%s","url":"http://h:1/x"`, scenario, group, name))
	}
	plain := request("default", "", "http://h:1/products/17?token=abc") + request("default", "", "http://h:1/products/18") + request("default", "::shop::cart", "http://h:1/")
	named := request("browse", "", "home") + request("buy", "::pay", "POST /orders")
	for _, tc := range []struct {
		text string
		by   By
		want []string // id: name × requests
	}{
		{plain, Auto, []string{"get-products-id: GET /products/:id × 2", "get: GET / × 1"}},
		{plain, ByScenario, []string{"default: default × 3"}},
		{plain, ByGroup, []string{"default: default × 2", "shop-cart: shop / cart × 1"}},
		{named, Auto, []string{"browse: home × 1", "buy: POST /orders × 1"}},
		{named, ByName, []string{"browse-home: home (browse) × 1", "buy-post-orders: POST /orders (buy) × 1"}},
	} {
		var got []string
		for _, r := range read(t, tc.text, Options{By: tc.by}) {
			got = append(got, fmt.Sprintf("%s: %s × %d", r.ID, r.Name, r.Requests))
		}
		if slices.Sort(got); !slices.Equal(got, tc.want) {
			t.Errorf("by %q: %q, want %q", tc.by, got, tc.want)
		}
	}
}

func TestNamesHoldNoIdsAndNoSecrets(t *testing.T) {
	for url, want := range map[string]string{
		"http://h/":                           "GET /",
		"https://h:8443":                      "GET /",
		"http://h/users/42/orders?key=s3cr3t": "GET /users/:id/orders",
		"http://h/o/0b54a1f2-7d3c-4f0e-9a55-0123456789ab": "GET /o/:id",
		"http://h/o/01ARZ3NDEKTSV4RRFFQ69G5FAV/x":         "GET /o/:id/x",
		"http://h/f/deadbeef1234":                         "GET /f/:id",
		"http://h/api/v1/facade":                          "GET /api/v1/facade",
		"http://h/a/${}/b?x=${}":                          "GET /a/:id/b",
		"checkout":                                        "checkout",
	} {
		if name, _ := requestName(tags{Name: url, URL: url, Method: "GET"}); name != want {
			t.Errorf("%s: %s, want %s", url, name, want)
		}
	}
}

func TestWhatIsNotMeasured(t *testing.T) {
	text := point(5, 5, `"group":"::setup","status":"200","expected_response":"true","name":"login"`) +
		point(100, 5, ok+`"phase":"warmup","name":"a"`) +
		point(1100, 5, ok+`"phase":"measured","name":"a"`) +
		point(9000, 5, `"group":"::teardown","status":"200","expected_response":"true","name":"logout"`)
	if r := read(t, text, Options{}); len(r) != 1 || r[0].Requests != 1 {
		t.Errorf("%+v", r)
	}
	// Without phases a warm-up is told by its length, from each scenario's first request on. A user's own tag is no phase of ours.
	text = point(10, 10, ok+`"phase":"ramp","name":"a"`) + point(990, 10, ok+`"name":"a"`) + point(1020, 10, ok+`"name":"a"`)
	if r := read(t, text, Options{Warmup: time.Second}); r[0].Requests != 1 || r[0].Load.Warmup != 1 {
		t.Errorf("%+v", r)
	}
	if r := read(t, text, Options{}); r[0].Requests != 3 {
		t.Errorf("%+v", r)
	}
	if _, _, err := readRun(strings.NewReader(text), Options{Warmup: time.Minute}); err == nil || !strings.Contains(err.Error(), "all 3 requests are of set-up, teardown or warm-up") {
		t.Error(err)
	}
}

func TestHowRequestsEnd(t *testing.T) {
	failed := func(status, code string) string {
		return fmt.Sprintf(`"scenario":"default","name":"a","status":"%s","error_code":"%s","expected_response":"false"`, status, code)
	}
	text := point(1, 1, ok+`"name":"a"`) + point(1, 1, failed("500", "1500")) + point(1, 1, failed("404", "1404")) + point(0, 0, failed("0", "1212")) +
		point(0, 0, failed("0", "1101")) + point(0, 0, failed("0", "1310")) + point(0, 0, failed("0", "1220")) +
		point(60, 50, failed("0", "1050")) + point(0, 0, failed("0", "1050")) +
		point(1, 1, `"scenario":"default","name":"a","status":"302"`) + point(1, 1, `"scenario":"default","name":"a","status":"503"`) // without k6's expectation
	r := read(t, text, Options{})[0]
	if diff := cmp.Diff(map[string]int64{"status": 3, "refused": 1, "dns": 1, "tls": 1, "reset": 1, "timeout": 2}, r.Errors); diff != "" {
		t.Error(diff)
	}
	// Of latency are the two that went well, and the timeout at its limit; the one that was never sent would be the fastest of all.
	if n := r.Histogram.Response.Count(); n != 3 || r.CensoredMS < 49.9 || r.CensoredMS > 50.1 || r.Latency.Min < 0.99 {
		t.Errorf("%d latencies, censored at %g, min %g", n, r.CensoredMS, r.Latency.Min)
	}
	if diff := cmp.Diff(map[int]int64{0: 6, 200: 1, 302: 1, 404: 1, 500: 1, 503: 1}, r.Statuses); diff != "" {
		t.Error(diff)
	}
	notes := strings.Join(r.Notes, "\n")
	for _, want := range []string{"1 × 404, 1 × 500, 1 × 503", "1 requests timed out before they were sent", "not when it was due"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no %q in\n%s", want, notes)
		}
	}
}

func TestThresholdsAreTakenOver(t *testing.T) {
	ms := func(n int) *time.Duration { d := time.Duration(n) * time.Millisecond; return &d }
	share := func(f float64) *float64 { return &f }
	script := &Script{Thresholds: map[string][]string{
		"http_req_duration":                                      {"p(95)<300", "avg<100"},
		"http_req_duration{scenario:buy}":                        {"p(95) < 200.0", "med<=50", "p(99.9)<900"},
		"http_req_duration{scenario:buy,expected_response:true}": {"p(99)<=500"},
		"http_req_duration{scenario:buy,method:POST}":            {"p(95)<1"},
		"http_req_failed":                                        {"rate<0.01"},
		"errors{scenario:browse,phase:measured}":                 {"rate<=0.001"},
		"checks":                                                 {"rate>0.9"},
	}}
	text := point(1, 1, `"scenario":"browse","status":"200","expected_response":"true","name":"a"`) + point(2, 1, `"scenario":"buy","status":"200","expected_response":"true","name":"b"`)
	s := NewStream(Options{Script: script})
	if _, err := s.ReadFrom(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	results, err := s.Results()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(bench.Thresholds{P95: ms(300), ErrorRate: share(0.001)}, results[0].Thresholds); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(bench.Thresholds{P50: ms(50), P95: ms(200), P99: ms(500), ErrorRate: share(0.01)}, results[1].Thresholds); diff != "" {
		t.Error(diff)
	}
	want := []string{"checks: rate>0.9", "http_req_duration: avg<100", "http_req_duration{scenario:buy,method:POST}: p(95)<1", "http_req_duration{scenario:buy}: p(99.9)<900"}
	if diff := cmp.Diff(want, s.Own()); diff != "" {
		t.Error(diff)
	}
	if !results[1].Concerns("checks{scenario:buy}") || results[0].Concerns("checks{scenario:buy}") || !results[0].Concerns("checks") {
		t.Error("thresholds concern the wrong results")
	}
	// Without the script, those that the stream repeats: of whole metrics alone.
	header := `{"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time","thresholds":["p(95)<300"],"submetrics":null},"metric":"http_req_duration"}` + "\n" +
		`{"type":"Metric","data":{"name":"checks","thresholds":["rate>0.9"]},"metric":"checks"}` + "\n"
	run, alone, err := readRun(strings.NewReader(header+text), Options{})
	if err != nil || *alone[0].Thresholds.P95 != 300*time.Millisecond || *run.Scenarios[0].Thresholds.P95 != 300 {
		t.Errorf("%v: %+v", err, alone)
	}
	if notes := strings.Join(run.Scenarios[0].Notes, "\n"); !strings.Contains(notes, "thresholds that only k6 can judge, and whose outcome is not in the stream: checks: rate>0.9") {
		t.Error(notes)
	}
}

func TestChecksDroppedIterationsAndErrorsOfOurScripts(t *testing.T) {
	tag := `"scenario":"a","phase":"measured"`
	text := point(10, 10, tag+`,"status":"200","expected_response":"true","name":"x"`) + point(1010, 10, tag+`,"status":"200","expected_response":"true","name":"x"`) +
		point(1010, 10, tag+`,"status":"500","expected_response":"false","name":"x"`) +
		counter("checks", 1, tag+`,"check":"has id"`) + counter("checks", 0, tag+`,"check":"has id"`) +
		counter("errors", 0, tag) + counter("errors", 1, tag) + counter("errors", 1, tag) + counter("errors", 1, `"scenario":"a","phase":"warmup"`) +
		counter("iterations", 1, tag) + counter("iterations", 2, tag) + counter("dropped_iterations", 4, tag)
	r := read(t, text, Options{})[0]
	if r.Iterations != 3 || r.Dropped != 4 {
		t.Errorf("%d iterations, %d dropped", r.Iterations, r.Dropped)
	}
	// Two errors, of which the status tells one: the other is of a body. Throughput is what was as it has to be: one in one second.
	if diff := cmp.Diff(map[string]int64{"status": 1, "expectation": 1}, r.Errors); diff != "" || r.Throughput < 0.99 || r.Throughput > 1.01 {
		t.Errorf("%s throughput %g", diff, r.Throughput)
	}
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, `the check "has id" failed in 1 of 2`) {
		t.Error(notes)
	}
}

func TestGarbageIsCountedAndTold(t *testing.T) {
	good := point(10, 10, ok+`"name":"a"`)
	text := good + "     execution: local\n" + good[:len(good)/2] + "\n\n" + `{"metric":"http_reqs","type":"Point","da` + "\n" + strings.Repeat("x", 2<<20) + "\n" +
		point(11, -1, ok) + strings.Replace(good, "2026", "3026", 1) + `{"metric":"http_req_duration","type":"Point","data":{"value":1}}` + "\n" + `[1]` + "\n" + good
	r := read(t, text, Options{})[0]
	if notes := strings.Join(r.Notes, "\n"); r.Requests != 2 || !strings.Contains(notes, `8 lines of the stream are none of k6's and were left out (line 2: "execution: local")`) {
		t.Errorf("%d requests, %s", r.Requests, notes)
	}
	for text, want := range map[string]string{
		"":                           "has no HTTP request",
		counter("iterations", 1, ""): "has no HTTP request",
		"timestamp,elapsed\n1,2\n":   `is no metric stream of k6 (line 1: "timestamp,elapsed"): write one with k6 run --out json=FILE`,
		"\x1f\x8b not gzip":          "gzip",
		"\x00\x01\x02\xff\n\xfe\n":   "is no metric stream of k6",
	} {
		if _, _, err := readRun(strings.NewReader(text), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
}

func TestAStreamMayBeCompressed(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for range 1000 {
		_, _ = z.Write([]byte(point(10, 10, ok+`"name":"a"`)))
	}
	_ = z.Close()
	_, r, err := readRun(bytes.NewReader(b.Bytes()), Options{})
	if err != nil || r[0].Requests != 1000 {
		t.Errorf("%v %+v", err, r)
	}
	// What breaks off is read as far as it goes, and says so.
	run, r, err := readRun(bytes.NewReader(b.Bytes()[:b.Len()*2/3]), Options{})
	if err != nil || !run.Partial || r[0].Requests == 0 || r[0].Requests == 1000 {
		t.Errorf("%v %+v", err, r)
	}
}

func TestManyNamesArePutTogether(t *testing.T) {
	var b strings.Builder
	for i := range 3 * mostNames {
		b.WriteString(point(10, 10, ok+fmt.Sprintf(`"name":"request %d"`, i)))
	}
	results := read(t, b.String(), Options{})
	others := results[slices.IndexFunc(results, func(r Result) bool { return r.Name == "other requests" })]
	if len(results) != mostNames+1 || others.Requests != 2*mostNames {
		t.Errorf("%d results, %d others", len(results), others.Requests)
	}
}

func TestReadScript(t *testing.T) {
	s, err := ReadScript([]byte(`{"vus": null, "scenarios": {
		"a": {"executor": "constant-arrival-rate", "rate": 90, "timeUnit": "1m0s", "duration": "1m10s", "preAllocatedVUs": 9, "maxVUs": 50},
		"b": {"executor": "ramping-vus", "startVUs": 5, "stages": [{"duration": "30s", "target": 5}, {"duration": "1m", "target": 20}]},
		"c": {"executor": "constant-vus", "vus": 7, "duration": "10s"},
		"d": {"executor": "ramping-arrival-rate", "startRate": 10, "timeUnit": "1s", "stages": [{"duration": "10s", "target": 20}]}},
		"thresholds": {"checks": ["rate>0.9"], "http_reqs": [{"threshold": "count>5", "abortOnFail": true}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := &Script{Thresholds: map[string][]string{"checks": {"rate>0.9"}, "http_reqs": {"count>5"}}, Loads: map[string]bench.LoadRecord{
		"a": {Model: "open", Rate: 1.5, InFlight: 50, Duration: 70},
		"b": {Model: "closed", Duration: 90, Stages: []bench.StageRecord{{Users: 5}, {Users: 5, Duration: 30}, {Users: 20, Duration: 60}}},
		"c": {Model: "closed", Users: 7, Duration: 10},
		"d": {Model: "open", Duration: 10, Stages: []bench.StageRecord{{Rate: 10}, {Rate: 20, Duration: 10}}},
	}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	if s, err = ReadScript([]byte(`{"vus": 3, "duration": "5s", "scenarios": null, "thresholds": null}`)); err != nil || s.Loads["default"].Users != 3 || s.Loads["default"].Duration != 5 {
		t.Errorf("%v %+v", err, s)
	}
	if _, err := ReadScript([]byte("level=error")); err == nil {
		t.Error("no error for what is no JSON")
	}
}

// What k6 1.8.1 wrote of the beginning of an exported suite, with --out json=FILE.gz: one request of the set-up, 19 of the warm-up, and six that were
// measured, of which the third took 1.970 ms and the last 3.495 ms, by their size.
func TestARealStream(t *testing.T) {
	f, err := os.Open("testdata/stream.ndjson.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run, results, err := readRun(f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := results[0]
	if len(results) != 1 || r.ID != "create-order" || r.Name != "POST /orders" || r.Requests != 6 || r.Failed() != 0 || r.Iterations != 24 || r.Statuses[201] != 6 || run.Partial {
		t.Errorf("%+v", r)
	}
	if near := func(got, want float64) bool { return got > want*.999 && got < want*1.001 }; !near(r.Latency.P50, 1.9696) || !near(r.Latency.Max, 3.4947) {
		t.Errorf("%+v", r.Latency)
	}
	if strings.Contains(strings.Join(r.Notes, "\n"), "none of k6's") {
		t.Errorf("%q", r.Notes)
	}
	text, err := os.ReadFile("testdata/stream.ndjson.gz")
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if text, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	_, all := converttest.Read(t, StreamFormat, text, 0)
	if imported := converttest.Scenario(t, all, "create-order"); imported.Requests != 6 || imported.Statuses["201"] != 6 || imported.Latency.Max != r.Latency.Max {
		t.Errorf("imported: %+v", imported)
	}
}

func TestWhatIsNoK6(t *testing.T) {
	converttest.Refuses(t, StreamFormat, converttest.Refused{About: "a summary", Content: `{"metrics": {"http_req_duration": {"avg": 1}}}`})
	converttest.Refuses(t, SummaryFormat, converttest.Refused{About: "of no HTTP", Content: `{"metrics": {}}`, Words: "no metric http_req_duration"})
}

// readRun reads a whole stream, as a run and its results.
func readRun(r io.Reader, o Options) (*bench.Run, []Result, error) {
	s := NewStream(o)
	_, readErr := s.ReadFrom(r)
	results, err := s.Results()
	if err != nil {
		return nil, nil, errors.Join(err, readErr)
	}
	if readErr != nil { // what was read of it is worth having
		results[0].Notes = append(results[0].Notes, "the stream breaks off: "+readErr.Error())
	}
	if own := s.Own(); len(own) > 0 {
		results[0].Notes = append(results[0].Notes, "thresholds that only k6 can judge, and whose outcome is not in the stream: "+strings.Join(own, "; "))
	}
	run := &bench.Run{Schema: bench.Schema, Started: s.Started().UTC(), Partial: readErr != nil, Target: bench.Target{URL: s.Target()}, Environment: bench.Environment{Engine: "k6"}}
	for i := range results {
		run.Scenarios = append(run.Scenarios, results[i].Result)
	}
	return run, results, nil
}

// The three forms of one summary, each as k6 1.8.1 wrote it.
func TestSummaries(t *testing.T) {
	for file, want := range map[string]struct {
		requests, failed int64
		p95              float64
		crossed          []Crossing
		lacks            string
	}{
		"export.json":  {40, 20, 41.3, []Crossing{{"http_req_duration", "avg<1"}, {"http_req_failed", "rate<0.01"}}, "p99, p999"},
		"handle.json":  {40, 20, 41.3, []Crossing{{"http_req_duration", "avg<1"}, {"http_req_failed", "rate<0.01"}}, "p99, p999"},
		"machine.json": {40, 20, 41.3, nil, "p99, p999"},
	} {
		text, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ReadSummary(text)
		if err != nil {
			t.Fatal(err)
		}
		tally, all := converttest.Read(t, SummaryFormat, text, 0)
		r := converttest.Scenario(t, all, "default")
		if r.Requests != want.requests || r.Failed() != want.failed || r.Latency.P95 != want.p95 || r.Distribution != bench.Percentiles {
			t.Errorf("%s: %d requests, %d failed, %+v", file, r.Requests, r.Failed(), r.Latency)
		}
		if diff := cmp.Diff(want.crossed, s.Crossed()); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
		if unknown := strings.Join(r.Unknown, ", "); !strings.Contains(unknown, want.lacks) || !strings.Contains(strings.Join(tally.Notes(), "\n"), "percentiles alone") {
			t.Errorf("%s: unknown %s, %q", file, unknown, tally.Notes())
		}
	}
	for text, want := range map[string]string{"x": "is no summary of k6", "{}": "no metric http_req_duration", `{"metrics": {"a": {"values": 7}}}`: "is no summary of k6: a"} {
		if _, err := ReadSummary([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A second of k6 at 100 requests a second is about 1,500 lines.
func BenchmarkStream(b *testing.B) {
	line, other := []byte(point(10, 10, ok+`"name":"http://127.0.0.1:8080/a/1","url":"http://127.0.0.1:8080/a/1","group":"","proto":"HTTP/1.1"`)), []byte(strings.Replace(point(10, 10, ok+`"name":"http://127.0.0.1:8080/a/1"`), "duration", "waiting", 1))
	s := NewStream(Options{})
	for b.Loop() { // one request
		s.Line(line)
		for range 14 {
			s.Line(other)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(point(10, 10, ok+`"name":"http://h/a/1?b=2"`)+counter("checks", 0, `"check":"a"`)+counter("dropped_iterations", 3, "")), int64(0))
	f.Add([]byte(`{"type":"Metric","data":{"thresholds":["p(95)<200"]},"metric":"http_req_duration{a:b}"}`), int64(1000))
	f.Add([]byte(point(1e9, 1e6, ok)+point(-1e9, 3, ok)), int64(1))
	f.Fuzz(func(t *testing.T, text []byte, warmup int64) {
		run, results, err := readRun(bytes.NewReader(text), Options{Warmup: time.Duration(warmup)})
		if err != nil {
			return
		}
		var all int64
		for _, r := range results {
			all += r.Requests
		}
		if most := int64(bytes.Count(text, []byte("http_req_duration"))); all > most {
			t.Errorf("%d requests of %d points", all, most)
		}
		run.ID = "a"
		if err := run.Check(); err != nil {
			t.Error(err)
		}
		if _, err := run.Record(); err != nil {
			t.Error(err)
		}
	})
}

func FuzzReadSummary(f *testing.F) {
	for _, file := range []string{"export.json", "handle.json", "machine.json"} {
		text, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := ReadSummary(text)
		if err != nil {
			return
		}
		s.Crossed()
		if len(s.Results()) == 0 {
			t.Error("a summary without results")
		}
	})
}

// Requests that take long come in the order of their ends: what they add to seconds that were made small must be there.
func TestSecondsComeAndGo(t *testing.T) {
	var b strings.Builder
	for i := range 600 { // one each 100 ms, that takes from 0.1 to 5.9 s
		took := float64(100 * (1 + i*7%59))
		b.WriteString(point(float64(i)*100+took, took, ok+`"name":"a"`))
	}
	r := read(t, b.String(), Options{})[0]
	if r.Requests != 600 || len(r.Seconds) != 60 || r.Histogram.Response.Count() != 600 {
		t.Errorf("%d requests in %d seconds, %d latencies", r.Requests, len(r.Seconds), r.Histogram.Response.Count())
	}
	for i, s := range r.Seconds {
		if s.Count != 10 {
			t.Errorf("second %d has %d", i, s.Count)
		}
	}
}
