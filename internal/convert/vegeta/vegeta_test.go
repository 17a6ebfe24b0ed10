package vegeta_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert/converttest"
	"github.com/tidemark/tidemark/internal/convert/vegeta"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// A report is what `vegeta report --type json` said of the same file. Its latencies are those of all requests, failed ones too.
type report struct {
	Requests int64            `json:"requests"`
	Codes    map[string]int64 `json:"status_codes"`
	Earliest time.Time        `json:"earliest"`
}

// vegeta 12.13 attacked the shop: two products that are there and one that is not, and a port that is closed.
func TestRealResults(t *testing.T) {
	for _, c := range []struct{ name, report string }{{"attack.bin", "attack.report.json"}, {"encoded.json", "encoded.report.json"}, {"encoded.csv", "encoded.report.json"}} {
		t.Run(c.name, func(t *testing.T) {
			var want report
			if err := json.Unmarshal(file(t, c.report), &want); err != nil {
				t.Fatal(err)
			}
			tally, all := converttest.Read(t, vegeta.Format, file(t, c.name), 0)
			products := converttest.Scenario(t, all, "GET /api/v1/products/:id (nightly)")
			refused := converttest.Scenario(t, all, "GET /nothing (nightly)")
			if got := products.Requests + refused.Requests; len(all) != 2 || got != want.Requests {
				t.Errorf("%d requests in %d names, want %d in 2", got, len(all), want.Requests)
			}
			if products.Statuses["200"] != want.Codes["200"] || products.Errors["status"] != want.Codes["404"] || refused.Errors["refused"] != want.Codes["0"] {
				t.Errorf("%v, %v, %v, want %v", products.Statuses, products.Errors, refused.Errors, want.Codes)
			}
			if !tally.Started().Equal(want.Earliest) || tally.Where() != "" {
				t.Errorf("began at %s at %q, want %s and no common target", tally.Started(), tally.Where(), want.Earliest)
			}
			if len(products.Slices) != len(products.Seconds) || len(products.Seconds) == 0 || products.Distribution != bench.Whole {
				t.Errorf("%d slices, %d seconds, %q", len(products.Slices), len(products.Seconds), products.Distribution)
			}
		})
	}
}

// a result as vegeta declares it, so far as it matters here.
type Result struct {
	Attack    string
	Code      uint16
	Timestamp time.Time
	Latency   time.Duration
	BytesOut  uint64
	Error     string
	Method    string
	URL       string
}

func attack(t testing.TB, results ...Result) []byte {
	t.Helper()
	var b bytes.Buffer
	e := gob.NewEncoder(&b)
	for _, r := range results {
		if err := e.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// 200 answers of 1 to 200 ms, ten a second, and one that ran into vegeta's timeout of 250 ms: that is an error, and a time of at least that.
// The nearest rank of p50 among 201 is 101, of p95 191, of p99 199.
func TestPercentilesAndTimeouts(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	var results []Result
	for i := range 200 {
		took := time.Duration(i*73%200+1) * time.Millisecond
		results = append(results, Result{Code: 200, Timestamp: at.Add(time.Duration(i) * 100 * time.Millisecond), Latency: took, Method: "GET", URL: "http://u:p@a.example:80/x?token=s"})
	}
	results = append(results, Result{Timestamp: at.Add(20 * time.Second), Latency: 250 * time.Millisecond, Method: "GET", URL: "http://u:p@a.example:80/x", Error: `Get "http://a.example:80/x": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`})
	tally, all := converttest.Read(t, vegeta.Format, attack(t, results...), 0)
	r := converttest.Scenario(t, all, "GET /x")
	converttest.Near(t, "p50", r.Latency.P50, 101, .1)
	converttest.Near(t, "p95", r.Latency.P95, 191, .2)
	converttest.Near(t, "p99", r.Latency.P99, 199, .2)
	if r.Errors["timeout"] != 1 || r.CensoredMS != 250 || len(r.Seconds) != 21 || r.Seconds[3].Count != 10 {
		t.Errorf("%v, censored from %g ms, %d seconds: %+v", r.Errors, r.CensoredMS, len(r.Seconds), r.Seconds[3])
	}
	// From the first request to the last answer are 20.25 s.
	converttest.Near(t, "throughput", r.Throughput, 200/20.25, .001)
	if tally.Where() != "http://a.example:80" {
		t.Errorf("the target is %q", tally.Where())
	}
}

func TestWhatIsNoResult(t *testing.T) {
	whole := attack(t, Result{Code: 200, Timestamp: time.Unix(1.7e9, 0), Latency: 1, URL: "http://a/"}, Result{Code: 200, Timestamp: time.Unix(1.7e9, 0), Latency: 1, URL: "http://a/"})
	negative := attack(t, Result{Code: 200, Timestamp: time.Unix(1.7e9, 0), Latency: -5, URL: "http://a/"})
	converttest.Refuses(t, vegeta.Format,
		converttest.Refused{About: "cut", Content: string(whole[:len(whole)-5]), Words: "result 2: the file ends in the middle of it"},
		converttest.Refused{About: "negative", Content: string(negative), Words: "result 1: a request of / took -5ns"},
		converttest.Refused{About: "mixed", Content: string(file(t, "encoded.json")) + string(file(t, "encoded.csv")), Words: "line 21: is no result of vegeta"},
		converttest.Refused{About: "a huge message", Content: string(whole) + "\xfc\x7f\xff\xff\xff", Words: "result 3: is of 2147483647 bytes"},
		converttest.Refused{About: "no number", Content: "1795577795661877039,200,12,0,0,,,a,0,GET,http://a/,\nx,200,12,0,0,,,a,0,GET,http://a/,\n", Words: `line 2: "x" is no time`},
		converttest.Refused{About: "an open quote", Content: "1795577795661877039,200,12,0,0,,,a,0,GET,http://a/,\n\"", Words: "line 2"})
}

func FuzzRead(f *testing.F) {
	converttest.Fuzz(f, vegeta.Format, attack(f, Result{Code: 200, Timestamp: time.Unix(1.7e9, 0), Latency: 1, URL: "http://a/"}, Result{Timestamp: time.Unix(1.7e9, 0), Error: "x"}), file(f, "encoded.json")[:2000], file(f, "encoded.csv")[:2000])
}
