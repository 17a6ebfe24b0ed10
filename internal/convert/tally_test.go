package convert_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
	"github.com/tidemark/tidemark/internal/convert"
)

var epoch = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func add(t *testing.T, tally *convert.Tally, all ...convert.Request) {
	t.Helper()
	for _, r := range all {
		if err := tally.Add(r); err != nil {
			t.Fatal(err)
		}
	}
}

// Requests come in the order of their ends, or in none: a second is the same. 30 seconds of 200 requests, of 1 to 200 ms each.
func TestOrderDoesNotMatter(t *testing.T) {
	var requests []convert.Request
	for i := range 30 {
		for k := range 200 {
			requests = append(requests, convert.Request{Name: "a", Start: epoch.Add(time.Duration(i)*time.Second + time.Duration(k)*5*time.Millisecond), Took: time.Duration(k+1) * time.Millisecond, Status: 200})
		}
	}
	// The first that comes is the first that was sent: seconds count from it.
	rng := rand.New(rand.NewPCG(1, 1))
	rest := requests[1:]
	rng.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	tally := convert.NewTally()
	add(t, tally, requests...)
	r := tally.Results()[0]
	if len(r.Slices) != 30 || r.Requests != 6000 || r.Statuses["200"] != 6000 {
		t.Fatalf("%d slices, %d requests, %v", len(r.Slices), r.Requests, r.Statuses)
	}
	for i, s := range r.Seconds {
		if s.Count != 200 || s.P50 < 99.9 || s.P50 > 100.2 || r.Slices[i].Second != i {
			t.Errorf("second %d: %+v", i, s)
		}
	}
	if !tally.Started().Equal(epoch) || r.Latency.P95 < 189.9 || r.Latency.P95 > 190.3 {
		t.Errorf("%s, %+v", tally.Started(), r.Latency)
	}
}

// More in a second than are kept as they are: nothing is lost.
func TestManyInASecond(t *testing.T) {
	tally := convert.NewTally()
	for i := range 10_000 {
		add(t, tally, convert.Request{Name: "a", Start: epoch, Took: time.Duration(i+1) * time.Microsecond})
	}
	if r := tally.Results()[0]; r.Requests != 10_000 || r.Histogram.Response.Count() != 10_000 || r.Slices[0].Response.Count() != 10_000 || r.Latency.P50 < 4.99 || r.Latency.P50 > 5.01 {
		t.Errorf("%d requests, %+v", r.Requests, r.Latency)
	}
}

func TestWithoutTimesThereAreNoSeconds(t *testing.T) {
	tally := convert.NewTally()
	add(t, tally, convert.Request{Name: "a", Took: time.Millisecond}, convert.Request{Name: "a", Start: epoch, Took: time.Millisecond})
	if r := tally.Results()[0]; len(r.Slices) != 0 || len(r.Seconds) != 0 || r.Knows("throughput") || !r.Knows("p99") || r.Requests != 2 {
		t.Errorf("%d slices, unknown %v", len(r.Slices), r.Unknown)
	}
}

// A clock that jumps by years makes no list of all seconds between.
func TestAJumpingClock(t *testing.T) {
	tally := convert.NewTally()
	add(t, tally, convert.Request{Name: "a", Start: epoch, Took: time.Millisecond}, convert.Request{Name: "a", Start: epoch.AddDate(-20, 0, 0), Took: time.Millisecond}, convert.Request{Name: "a", Start: epoch, Took: time.Millisecond})
	if r := tally.Results()[0]; len(r.Slices) != 0 || r.Requests != 3 || !strings.Contains(strings.Join(r.Notes, "\n"), "too long to keep seconds") {
		t.Errorf("%d slices, %q", len(r.Slices), r.Notes)
	}
}

func TestIDs(t *testing.T) {
	tally := convert.NewTally()
	for _, name := range []string{"GET /b/:id", "get /b/{id}", "/", "日本"} {
		add(t, tally, convert.Request{Name: name, Start: epoch, Took: time.Millisecond})
	}
	seen := map[string]string{}
	for _, r := range tally.Results() {
		seen[r.Name] = r.ID
	}
	if want := map[string]string{"GET /b/:id": "get-b-id", "get /b/{id}": "get-b-id-2", "/": "requests", "日本": "requests-2"}; fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", seen, want)
	}
	for _, name := range []string{"", strings.Repeat("x", 201)} {
		if err := tally.Add(convert.Request{Name: name}); err == nil {
			t.Errorf("%.10q is a name", name)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.example/api/v1/products/7?x=1": "GET /api/v1/products/:id https://a.example",
		"http://a:8080": "GET / http://a:8080",
		"http://user:secret@a/u/0b9c2d6e-9f1e-4c39-8f54-0a1b2c3d4e5f/x": "GET /u/:id/x http://a",
		"/v2/deadbeefdeadbeef": "GET /v2/:id ",
		"http://a/%zz":         "GET (an address that cannot be read) ",
	} {
		if name, target := convert.Endpoint("GET", address); name+" "+target != want {
			t.Errorf("%s: got %q, want %q", address, name+" "+target, want)
		}
	}
}

func TestOutcome(t *testing.T) {
	for _, c := range []struct {
		status  int
		message string
		want    bench.Outcome
	}{
		{503, "timeout", bench.BadStatus},
		{200, "Test failed", bench.BadExpectation},
		{0, `Get "http://a": dial tcp 127.0.0.1:1: connect: connection refused`, bench.Refused},
		{0, "net/http: request canceled (Client.Timeout exceeded while awaiting headers)", bench.Timeout},
		{0, "read: connection reset by peer", bench.Reset},
		{0, "getaddrinfo ENOTFOUND a.example", bench.DNSFailure},
		{0, "x509: certificate signed by unknown authority", bench.TLSFailure},
		{0, "no idea", bench.BadExpectation},
	} {
		if got := convert.Outcome(c.status, c.message); got != c.want {
			t.Errorf("%d %s: got %s, want %s", c.status, c.message, got, c.want)
		}
	}
}

// What is not told is known as such.
func TestUnknown(t *testing.T) {
	tally := convert.NewTally()
	for _, s := range []convert.Summary{
		{Name: "percentiles", Requests: 100, Duration: time.Second, Errors: map[string]int64{"status": 10}, Latency: map[string]time.Duration{"p50": time.Millisecond, "p95": 5 * time.Millisecond}},
		{Name: "histogram", Requests: 1, Histogram: hist.New(), Spectrum: true},
		{Name: "little", Requests: -1, Latency: map[string]time.Duration{"p50": time.Millisecond}},
	} {
		if err := tally.Summarize(s); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{
		"percentiles": "min p90 p99 p999 mean max",
		"histogram":   "throughput errors",
		"little":      "requests min p90 p95 p99 p999 mean max throughput errors",
	}
	for _, r := range tally.Results() {
		if got := strings.Join(r.Unknown, " "); got != want[r.Name] {
			t.Errorf("%s: got %q, want %q", r.Name, got, want[r.Name])
		}
		if r.Name == "percentiles" && (r.Throughput != 90 || r.Answers() != 90 || len(r.Intervals) != 0) {
			t.Errorf("%g/s of %d answers, %v", r.Throughput, r.Answers(), r.Intervals)
		}
	}
	if err := tally.Summarize(convert.Summary{Name: "little"}); err == nil {
		t.Error("told twice")
	}
}
