package load

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// Ten requests of the warm-up and twenty of the measurement; what the latter tell is kept.
func TestWhatIsKeptBesideLatency(t *testing.T) {
	var mu sync.Mutex
	marks := map[string]int{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		marks[strings.Split(r.Header.Get("traceparent"), "-")[1][:8]]++
		mu.Unlock()
		w.Header().Set("Server-Timing", "db;dur=1")
		w.Header().Add("Server-Timing", "app;dur=2")
		if r.URL.Path == "/7" {
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer srv.Close()
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := scenario(bench.Load{Rate: 100, MaxInFlight: 50, Warmup: 100 * time.Millisecond, Duration: 200 * time.Millisecond})
	s.Data = []bench.Data{{Name: "row", Order: bench.Sequential, Rows: []map[string]any{{"n": 7.0}, {"n": 9.0}}}}
	s.Steps[0].Request.Path = "/${row.n}"
	s.Size = "${row.n * 2}"
	session, err := Open(t.Context(), u, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	mark := session.Mark()
	began := make(chan struct{})
	session.AtMeasurement(func() { close(began) })
	rec, err := session.Measure(t.Context(), s.Load.Warmup, s.Load.Duration, func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	<-began
	if err := session.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if rec.Observed.Sample.Of != 20 || len(rec.Observed.Sample.Requests) != 20 || rec.Observed.Statuses[429] != 10 || rec.Observed.Statuses[200] != 10 {
		t.Errorf("%d of %d, statuses %v", len(rec.Observed.Sample.Requests), rec.Observed.Sample.Of, rec.Observed.Statuses)
	}
	for _, r := range rec.Observed.Sample.Requests {
		want := bench.Sampled{Grows: 18, ServerTiming: "db;dur=1, app;dur=2"}
		if r.Status == 429 {
			want.Grows, want.RetryAfter = 14, "3"
		}
		if r.Grows != want.Grows || r.ServerTiming != want.ServerTiming || r.RetryAfter != want.RetryAfter {
			t.Errorf("got %+v, want %+v", r, want)
		}
	}
	answers := uint32(0)
	for _, b := range rec.Observed.Timeline.Bins {
		answers += b.Answers
	}
	if answers == 0 || answers > 20 { // the last may come after the end
		t.Errorf("%d answers in the timeline", answers)
	}
	if len(marks) != 2 || marks[mark] != 20 {
		t.Errorf("marks %v, of the measurement %s", marks, mark)
	}
}
