package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// fakeK6 stands in for k6 where scripts have none: it says what the script tells it to, in lines that begin with //.
//
//	//inspect {…}                    what k6 inspect prints; without it {}
//	//requests N SECONDS MS TAGS     so many points of http_req_duration, evenly over so many seconds
//	//line TEXT                      a line of the stream as it is
//	//wait                           for an interrupt
//	//summary {…}                    what --summary-export writes
//	//exit N
func fakeK6() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "version" {
		fmt.Println("k6 v1.2.3 (a fake)")
		return
	}
	var out, summary string
	for i, arg := range args {
		switch {
		case strings.HasPrefix(arg, "json="):
			out = strings.TrimPrefix(arg, "json=")
		case arg == "--summary-export":
			summary = args[i+1]
		}
	}
	text, err := os.ReadFile(args[len(args)-1])
	if err != nil || strings.Contains(string(text), "//broken") {
		fmt.Fprintln(os.Stderr, "SyntaxError: Unexpected token")
		os.Exit(107)
	}
	code, inspected := 0, "{}"
	stream := bufio.NewWriter(os.Stdout)
	if args[0] == "run" {
		f, err := os.OpenFile(out, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644) // as k6 opens it
		if err != nil {
			panic(err)
		}
		stream = bufio.NewWriter(f)
		fmt.Println("k6 says", os.Getenv("TARGET"), strings.Join(args, " "))
	}
	at := time.Now()
	for line := range strings.Lines(string(text)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case word == "//inspect":
			inspected = rest
		case args[0] != "run":
		case word == "//requests":
			fields := strings.SplitN(rest, " ", 4)
			n, _ := strconv.Atoi(fields[0])
			seconds, _ := strconv.ParseFloat(fields[1], 64)
			ms, _ := strconv.ParseFloat(fields[2], 64)
			for i := range n {
				when := at.Add(time.Duration((seconds*float64(i)/float64(n) + ms/1000) * float64(time.Second)))
				fmt.Fprintf(stream, `{"metric":"http_req_duration","type":"Point","data":{"time":%q,"value":%g,"tags":%s}}`+"\n", when.Format(time.RFC3339Nano), ms, fields[3])
			}
		case word == "//line":
			fmt.Fprintln(stream, rest)
		case word == "//wait":
			stream.Flush()
			asked := make(chan os.Signal, 1)
			signal.Notify(asked, os.Interrupt)
			fmt.Println("k6 waits")
			<-asked
		case word == "//summary":
			if err := os.WriteFile(summary, []byte(rest), 0o644); err != nil {
				panic(err)
			}
		case word == "//exit":
			code, _ = strconv.Atoi(rest)
		}
	}
	if args[0] == "inspect" {
		fmt.Println(inspected)
	}
	stream.Flush()
	os.Exit(code)
}

// TestRealK6 runs what k6 users have: a script of several requests, and one of ours.
func TestRealK6(t *testing.T) {
	k6 := os.Getenv("TIDEMARK_TEST_K6")
	if k6 == "" { // what the PATH has under that name is a stand-in, as long as scripts are tested
		t.Skip("there is no k6: name one in TIDEMARK_TEST_K6")
	}
	t.Setenv("K6_NO_USAGE_REPORT", "true")
	t.Setenv("K6_ADDRESS", "127.0.0.1:0")
	srv := httptest.NewServer(api())
	defer srv.Close()
	dir := t.TempDir()
	t.Chdir(dir)
	script := `import http from 'k6/http';
export const options = { vus: 2, duration: '2s', thresholds: { http_req_duration: ['p(95)<5000'], 'http_req_failed{name:broken}': ['rate<0.5'], checks: ['rate>0.5'] } };
export default function () {
  http.get(__ENV.TARGET + '/work');
  http.get(__ENV.TARGET + '/items/7?token=s3cr3t', { headers: { Authorization: 'Bearer t0k3n' } });
  http.get(__ENV.TARGET + '/broken', { tags: { name: 'broken' } });
}
export const handleSummary = (data) => ({ 'summary.json': JSON.stringify(data) });
`
	if err := os.WriteFile("several.js", []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	got := runScript(t, 1, "--k6", k6, "--target", srv.URL, "several.js")
	names := map[string]bench.Result{}
	for _, r := range got.Scenarios {
		names[r.Name] = r
	}
	work, item, broken := names["GET /work"], names["GET /items/:id"], names["broken"]
	if len(names) != 3 || work.Requests == 0 || work.Failed() > 0 || work.Latency.P50 < 3.9 || item.Failed() > 0 || broken.Errors["status"] != broken.Requests {
		t.Fatalf("%d results: %+v", len(names), got.Scenarios)
	}
	if work.Load.Model != "closed" || work.Load.Users != 2 || work.Load.Duration != 2 || *work.Thresholds.P95 != 5000 {
		t.Errorf("load %+v, thresholds %+v", work.Load, work.Thresholds)
	}
	text, err := os.ReadFile("summary.json")
	if err != nil {
		t.Fatal(err)
	}
	var summary struct {
		Metrics struct {
			Requests struct{ Values struct{ Count int64 } } `json:"http_reqs"`
		}
	}
	if err := json.Unmarshal(text, &summary); err != nil || summary.Metrics.Requests.Values.Count != work.Requests+item.Requests+broken.Requests {
		t.Errorf("k6 counts %d requests, Tidemark %d, %d and %d; %v", summary.Metrics.Requests.Values.Count, work.Requests, item.Requests, broken.Requests, err)
	}
	if broken.Verdict.Status != bench.Fail || work.Verdict.Status == bench.Fail || !strings.HasPrefix(got.Environment.Engine, "k6 v") {
		t.Errorf("%+v, %+v, %s", broken.Verdict, work.Verdict, got.Environment.Engine)
	}

	for name, text := range map[string]string{
		"suite/scenarios/items.yml": "load: {rate: 30/s, warmup: 500ms, duration: 2s, timeout: 1s}\nauth: {login: {request: {post: /login, json: {password: hunter22}, save: {token: $.token}}}, bearer: ${token}}\n" +
			"request: {get: '/items/${int(7, 8)}'}\nexpect: {status: 200, json: {$.id: exists}}\n",
		"suite/thresholds.json": `{"default": {"p50": "2s", "errors": "1%"}}`,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var said strings.Builder
	if code := tidemark([]string{"export", "k6", "suite"}, &said, &said); code != 0 {
		t.Fatalf("exit code %d: %s", code, said.String())
	}
	got = runScript(t, 0, "--k6", k6, "--target", srv.URL, "suite/k6/main.js")
	items := got.Scenarios[0]
	// Half a second of 30/s is warm-up, two are measured; when exactly k6 begins to count it settles itself.
	if items.ID != "items" || items.Name != "GET /items/${int(7, 8)}" || items.Requests < 55 || items.Requests > 62 || items.Failed() > 0 || got.Suite != "suite (k6)" {
		t.Errorf("%+v", items)
	}
	if items.Load.Model != "open" || items.Load.Rate != 30 || *items.Thresholds.P50 != 2000 || *items.Thresholds.ErrorRate != 0.01 {
		t.Errorf("load %+v, thresholds %+v", items.Load, items.Thresholds)
	}
}

// runScript runs a script and demands an exit code.
func runScript(t *testing.T, want int, args ...string) (run bench.Run) {
	t.Helper()
	var out, said strings.Builder
	if code := tidemark(append([]string{"run", "--engine", "k6", "--json", "--history", ""}, args...), &out, &said); code != want {
		t.Fatalf("exit code %d, want %d: %s\n%s", code, want, said.String(), out.String())
	}
	if err := json.Unmarshal([]byte(out.String()), &run); err != nil {
		t.Fatal(err)
	}
	return run
}
