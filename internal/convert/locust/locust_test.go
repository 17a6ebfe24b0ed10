package locust_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
	"github.com/tidemark/tidemark/internal/convert/converttest"
	"github.com/tidemark/tidemark/internal/convert/locust"
)

// As Locust 2 writes them: https://docs.locust.io/en/stable/retrieving-stats.html
const stats = `Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%
GET,/api/v1/products,1200,12,23,31.5,4.2,480.1,5120.0,20.0,0.2,23,27,31,35,60,98,150,210,470,480,480
POST,/api/v1/orders,300,0,80,92.25,31.7,900.0,310.0,5.0,0.0,80,90,99,110,150,200,320,410,900,900,900
GET,/never,0,0,N/A,0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A
,Aggregated,1500,12,27,43.65,4.2,900.0,4158.0,25.0,0.2,27,35,60,78,98,150,210,320,900,900,900
`

const history = `Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size
1700000000,0,,Aggregated,0.000000,0.000000,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,0,0,0,0.0,0,0,0
1700000030,40,,Aggregated,24.000000,0.100000,27,35,60,78,98,150,210,320,900,900,900,720,4,27,43.1,4.2,900.0,4158.0
1700000060,50,,Aggregated,25.000000,0.200000,27,35,60,78,98,150,210,320,900,900,900,1500,12,28,43.65,4.2,900.0,4158.0
`

func TestStats(t *testing.T) {
	_, all := converttest.Read(t, locust.Format, []byte(stats), 0)
	if len(all) != 2 {
		t.Fatalf("%d names", len(all))
	}
	r := converttest.Scenario(t, all, "GET /api/v1/products")
	if l := r.Latency; l.P50 != 23 || l.P90 != 60 || l.P95 != 98 || l.P99 != 210 || l.P999 != 470 || l.Max != 480 || l.Mean != 31.5 || l.Min != 4.2 {
		t.Errorf("%+v", l)
	}
	// 1,200 at 20 a second took a minute, in which 1,188 were answered well.
	if r.Requests != 1200 || r.Errors["failed"] != 12 || r.Duration != 60 || r.Throughput != 19.8 || r.Distribution != bench.Percentiles || len(r.Unknown) != 0 || len(r.Seconds) != 0 {
		t.Errorf("%d requests, %v, %g s, %g/s, %q, unknown %v", r.Requests, r.Errors, r.Duration, r.Throughput, r.Distribution, r.Unknown)
	}
}

func TestHistory(t *testing.T) {
	for name, files := range map[string][]string{"first": {history, stats}, "last": {stats, history}} {
		tally := convert.NewTally()
		for _, content := range files {
			if err := locust.Format.Read(convert.Input{Reader: strings.NewReader(content), Name: "file"}, tally); err != nil {
				t.Fatal(err)
			}
		}
		tally.Settle()
		all := tally.Results()
		if r := converttest.Scenario(t, all, "POST /api/v1/orders"); len(all) != 2 || r.Load.Users != 50 || r.Load.Model != "closed" {
			t.Errorf("%s: %d names, %+v", name, len(all), r.Load)
		}
		if !tally.Started().Equal(time.Unix(1_700_000_000, 0)) {
			t.Errorf("%s: %s", name, tally.Started())
		}
	}
	_, all := converttest.Read(t, locust.Format, []byte(history), 0) // alone it has less to say
	r := converttest.Scenario(t, all, "all requests")
	if r.Latency.P50 != 28 || r.Knows("p95") || !r.Knows("mean") || r.Requests != 1500 || r.Throughput != 1488./60 {
		t.Errorf("%+v, unknown %v, %d requests, %g/s", r.Latency, r.Unknown, r.Requests, r.Throughput)
	}
}

func TestWhatIsNotOfLocust(t *testing.T) {
	converttest.Refuses(t, locust.Format,
		converttest.Refused{About: "cut", Content: stats[:500], Words: "wrong number of fields"},
		converttest.Refused{About: "another table", Content: "Method,Name,Error,Occurrences\n", Words: "line 1: has neither the columns"},
		converttest.Refused{About: "twice", Content: stats + strings.SplitAfter(stats, "\n")[1], Words: "line 6: GET /api/v1/products is told of twice"},
		converttest.Refused{About: "more failures than requests", Content: strings.Replace(stats, "1200,12", "12,1200", 1), Words: "line 2: "},
		converttest.Refused{About: "a word", Content: strings.Replace(stats, ",23,27", ",fast,27", 1), Words: `line 2: "fast" is no 50%`},
		converttest.Refused{About: "mixed", Content: stats + history, Words: "line 6: wrong number of fields"})
}

func FuzzRead(f *testing.F) {
	converttest.Fuzz(f, locust.Format, []byte(stats), []byte(history))
}
