package load

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tidemark/tidemark/bench"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConstantArrivals(t *testing.T) {
	a := newArrivals(200, false, time.Second, 1)
	n := 0
	for at, ok := a.next(); ok; at, ok = a.next() {
		if want := time.Duration(n) * 5 * time.Millisecond; at != want {
			t.Fatalf("arrival %d at %v, want %v", n, at, want)
		}
		n++
	}
	if n != 200 {
		t.Errorf("%d arrivals in a second at 200/s", n)
	}
}

func TestPoissonArrivals(t *testing.T) {
	a := newArrivals(1000, true, 100*time.Second, 7)
	var n, short float64
	last := time.Duration(0)
	for at, ok := a.next(); ok; at, ok = a.next() {
		if n++; at-last < time.Millisecond {
			short++
		}
		last = at
	}
	// 100,000 expected with a standard deviation of 316; of exponential gaps, 1-1/e = 63.2% are below their mean.
	if math.Abs(n-100000) > 5*316 || math.Abs(short/n-0.632) > 0.01 {
		t.Errorf("%g arrivals, %.3f of the gaps below the mean", n, short/n)
	}
}

func scenario(l bench.Load) *bench.Scenario {
	l.Timeout, l.MaxBody = 5*time.Second, 1<<20
	return &bench.Scenario{ID: "t", Name: "GET /", Load: l, Request: bench.Request{Method: "GET", Path: "/"}}
}

func run(t *testing.T, ctx context.Context, h http.HandlerFunc, s *bench.Scenario) bench.Result {
	t.Helper()
	srv := httptest.NewServer(h)
	defer srv.Close()
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := Probe(u); err != nil {
		t.Fatal(err)
	}
	rec, err := Run(ctx, u, s, func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	return bench.Collect(*s, rec.Slices, rec.Measured)
}

func TestClosedCountsWhatTheServerSaw(t *testing.T) {
	var seen atomic.Int64
	r := run(t, t.Context(), func(http.ResponseWriter, *http.Request) { seen.Add(1) }, scenario(bench.Load{Users: 4, Duration: 300 * time.Millisecond}))
	if r.Requests == 0 || r.Requests != seen.Load() || len(r.Errors) != 0 {
		t.Errorf("we counted %d, the server %d; errors %v", r.Requests, seen.Load(), r.Errors)
	}
}

func TestWarmupIsSentAndNotCounted(t *testing.T) {
	var seen atomic.Int64
	s := scenario(bench.Load{Rate: 100, MaxInFlight: 50, Warmup: 200 * time.Millisecond, Duration: 300 * time.Millisecond})
	r := run(t, t.Context(), func(http.ResponseWriter, *http.Request) { seen.Add(1) }, s)
	// Arrivals 10 ms apart: 20 before 200 ms and 30 from there to 500 ms.
	if r.Requests != 30 || seen.Load() != 50 {
		t.Errorf("counted %d, sent %d; want 30 and 50", r.Requests, seen.Load())
	}
}

// A server that serves one request at a time, each 20 ms, gets 100 a second: from the intended time, the i-th of 50 arrivals
// waits 10 ms longer than the one before. A closed loop's view, the service time, is about 20 ms throughout.
func TestOpenModelHasNoCoordinatedOmission(t *testing.T) {
	s := scenario(bench.Load{Rate: 100, MaxInFlight: 1, Duration: 500 * time.Millisecond})
	r := run(t, t.Context(), func(http.ResponseWriter, *http.Request) { time.Sleep(20 * time.Millisecond) }, s)
	if r.Requests != 50 {
		t.Fatalf("%d requests of 50 arrivals: none may be dropped", r.Requests)
	}
	if r.Latency.Max < 20+49*10 || r.Latency.P50 < 2*r.Service.P50 {
		t.Errorf("response p50 %g max %g, service p50 %g", r.Latency.P50, r.Latency.Max, r.Service.P50)
	}
	if r.Delayed < 40 {
		t.Errorf("%d arrivals counted as delayed", r.Delayed)
	}
}

func TestStatusIsAnErrorAndNoLatency(t *testing.T) {
	r := run(t, t.Context(), func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, scenario(bench.Load{Rate: 50, MaxInFlight: 5, Duration: 200 * time.Millisecond}))
	if r.Errors["status"] != 10 || r.Histogram.Response.Count() != 0 || r.Throughput != 0 {
		t.Errorf("errors %v, %d latencies", r.Errors, r.Histogram.Response.Count())
	}
}

func TestInterruptKeepsWhatWasMeasured(t *testing.T) {
	for _, l := range []bench.Load{{Users: 2, Duration: time.Hour}, {Rate: 100, MaxInFlight: 5, Duration: time.Hour}} {
		ctx, cancel := context.WithCancel(t.Context())
		var seen atomic.Int64
		r := run(t, ctx, func(http.ResponseWriter, *http.Request) {
			if seen.Add(1) == 20 {
				cancel()
			}
		}, scenario(l))
		cancel()
		if r.Requests < 20 || r.Requests != seen.Load() {
			t.Errorf("kept %d of %d", r.Requests, seen.Load())
		}
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"/a?page=2&access_token=x%20y&b": "/a?page=2&access_token=REDACTED&b",
		"/a?API%4Bey=1":                  "/a?API%4Bey=REDACTED",
		"/a":                             "/a",
	} {
		if got := redact(in); got != want {
			t.Errorf("redact(%q) = %q, want %q", in, got, want)
		}
	}
}
