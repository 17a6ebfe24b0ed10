package h2load_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/internal/convert/converttest"
	"github.com/tidemark/tidemark/internal/convert/h2load"
)

func file(t testing.TB) string {
	t.Helper()
	content, err := os.ReadFile("testdata/requests.tsv")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// h2load 1.52 wrote it. Its report: 400 succeeded in 6.67 s, 59.98 a second; 3.65 ms at least, 64.29 at most, 11.46 in the mean.
func TestRequests(t *testing.T) {
	_, all := converttest.Read(t, h2load.Format, []byte(file(t)), 0)
	r := converttest.Scenario(t, all, "file")
	converttest.Near(t, "min", r.Latency.Min, 3.65, .01)
	converttest.Near(t, "mean", r.Latency.Mean, 11.46, .01)
	converttest.Near(t, "max", r.Latency.Max, 64.29, .07)
	converttest.Near(t, "throughput", r.Throughput, 59.98, .5)
	if r.Requests != 400 || r.Failed() != 0 || r.Statuses["200"] != 400 || len(r.Seconds) != 8 {
		t.Errorf("%d requests, %v, %v, %d seconds", r.Requests, r.Errors, r.Statuses, len(r.Seconds))
	}
}

func TestFailures(t *testing.T) {
	_, all := converttest.Read(t, h2load.Format, []byte("1700000000000000\t200\t5000\n1700000000100000\t503\t100\r\n1700000000200000\t-1\t10\n"), 0)
	if r := all[0]; r.Errors["status"] != 1 || r.Errors["reset"] != 1 || r.Statuses["503"] != 1 || r.Latency.Mean != 5 {
		t.Errorf("%v, %v, %+v", r.Errors, r.Statuses, r.Latency)
	}
}

func TestWhatIsNoLog(t *testing.T) {
	content := file(t)
	converttest.Refuses(t, h2load.Format,
		converttest.Refused{About: "cut", Content: content[:strings.LastIndex(content, "\t")], Words: "line 400: "},
		converttest.Refused{About: "empty", Content: "", Words: "is empty"})
}

func FuzzRead(f *testing.F) {
	converttest.Fuzz(f, h2load.Format, []byte(file(f)[:500]))
}
