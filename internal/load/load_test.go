package load

import (
	"context"
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

func scenario(l bench.Load) *bench.Scenario {
	l.Timeout, l.MaxBody = 5*time.Second, 1<<20
	return &bench.Scenario{ID: "t", Name: "GET /", Load: l, Steps: []bench.Step{{Request: bench.Request{Method: "GET", Path: "/"}}}}
}

func measure(t *testing.T, ctx context.Context, h http.HandlerFunc, s *bench.Scenario) bench.Result {
	t.Helper()
	srv := httptest.NewServer(h)
	defer srv.Close()
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := Probe(ctx, u); err != nil {
		t.Fatal(err)
	}
	rec, err := Run(ctx, u, s, nil, func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	return bench.Collect(*s, rec.Slices, rec.Measured)
}

func TestClosedCountsWhatTheServerSaw(t *testing.T) {
	var seen atomic.Int64
	r := measure(t, t.Context(), func(http.ResponseWriter, *http.Request) { seen.Add(1) }, scenario(bench.Load{Users: 4, Duration: 300 * time.Millisecond}))
	if r.Requests == 0 || r.Requests != seen.Load() || len(r.Errors) != 0 {
		t.Errorf("we counted %d, the server %d; errors %v", r.Requests, seen.Load(), r.Errors)
	}
}

func TestWarmupIsSentAndNotCounted(t *testing.T) {
	var seen atomic.Int64
	s := scenario(bench.Load{Rate: 100, MaxInFlight: 50, Warmup: 200 * time.Millisecond, Duration: 300 * time.Millisecond})
	r := measure(t, t.Context(), func(http.ResponseWriter, *http.Request) { seen.Add(1) }, s)
	// Arrivals 10 ms apart: 20 before 200 ms and 30 from there to 500 ms.
	if r.Requests != 30 || seen.Load() != 50 {
		t.Errorf("counted %d, sent %d; want 30 and 50", r.Requests, seen.Load())
	}
}

// A server that serves one request at a time, each 20 ms, gets 100 a second: from the intended time, the i-th of 50 arrivals
// waits 10 ms longer than the one before. A closed loop's view, the service time, is about 20 ms throughout.
func TestOpenModelHasNoCoordinatedOmission(t *testing.T) {
	s := scenario(bench.Load{Rate: 100, MaxInFlight: 1, Duration: 500 * time.Millisecond})
	r := measure(t, t.Context(), func(http.ResponseWriter, *http.Request) { time.Sleep(20 * time.Millisecond) }, s)
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
	r := measure(t, t.Context(), func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, scenario(bench.Load{Rate: 50, MaxInFlight: 5, Duration: 200 * time.Millisecond}))
	if r.Errors["status"] != 10 || r.Histogram.Response.Count() != 0 || r.Throughput != 0 {
		t.Errorf("errors %v, %d latencies", r.Errors, r.Histogram.Response.Count())
	}
}

func TestInterruptKeepsWhatWasMeasured(t *testing.T) {
	for _, l := range []bench.Load{{Users: 2, Duration: time.Hour}, {Rate: 100, MaxInFlight: 5, Duration: time.Hour}} {
		ctx, cancel := context.WithCancel(t.Context())
		var seen atomic.Int64
		r := measure(t, ctx, func(http.ResponseWriter, *http.Request) {
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
		if got := redactQuery(in); got != want {
			t.Errorf("redactQuery(%q) = %q, want %q", in, got, want)
		}
	}
}
