package pipeline

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// step is a scenario of one request, for a moment.
func step(id, path string) bench.Scenario {
	return bench.Scenario{ID: id, Name: id, Load: bench.Load{Rate: 50, MaxInFlight: 5, Duration: 100 * time.Millisecond, Timeout: 5 * time.Second, MaxBody: 1 << 20},
		Steps: []bench.Step{{Name: id, Request: bench.Request{Method: "GET", Path: path}}}}
}

func TestWhatWasMeasuredBeforeAFailureOfOursIsKept(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer srv.Close()
	// No suite that was read has an expression like that.
	plan := &bench.Plan{Target: srv.URL, Scenarios: []bench.Scenario{step("a", "/a"), step("b", "/${nobody}"), step("c", "/c")}}
	run, series, err := Run(t.Context(), plan, Options{}, func(Progress) {})
	if err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("%v", err)
	}
	if run == nil || !run.Partial || len(run.Scenarios) != 1 || run.Scenarios[0].Requests != 5 || len(series) != 1 {
		t.Errorf("kept %+v", run)
	}
}

// The target is gone after the first scenario: the others fail, each for itself, and the run ends in order.
func TestTheTargetMayBeGoneBetweenScenarios(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer srv.Close()
	first := step("a", "/a")
	first.Teardown = []bench.Step{{Name: "the end", Request: bench.Request{Method: "GET", Path: "/end"}}}
	ended := srv.Config.Handler
	srv.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/end" {
			_ = srv.Listener.Close()
		}
		ended.ServeHTTP(w, r)
	})
	run, _, err := Run(t.Context(), &bench.Plan{Target: srv.URL, Scenarios: []bench.Scenario{first, step("b", "/b"), step("c", "/c")}}, Options{}, func(Progress) {})
	if err != nil || len(run.Scenarios) != 3 || run.Partial || run.Scenarios[0].Requests != 5 {
		t.Fatalf("%+v, %v", run, err)
	}
	for _, r := range run.Scenarios[1:] {
		if r.Verdict.Status != bench.Fail || !strings.Contains(r.Verdict.Reasons[0], "connecting failed") {
			t.Errorf("%s: %+v", r.ID, r.Verdict)
		}
	}
}

func TestATargetThatFailsIsNotExplainedByTheGenerator(t *testing.T) {
	r := bench.Result{Requests: 10, Errors: map[string]int64{"status": 10}, Verdict: bench.Verdict{Status: bench.Fail}, Generator: bench.Generator{LateSeconds: 10, CanaryP95: 50},
		Seconds: make([]bench.Second, 10)}
	r.Histogram.Response, r.Histogram.Service = hist.New(), hist.New()
	Explain(&r)
	for _, f := range r.Findings {
		if f.Kind == bench.GeneratorLimit {
			t.Errorf("%+v", f)
		}
	}
	r.Verdict.Status = bench.Void
	Explain(&r)
	if len(r.Findings) != 1 || r.Findings[0].Kind != bench.GeneratorLimit {
		t.Errorf("void: %+v", r.Findings)
	}
}
