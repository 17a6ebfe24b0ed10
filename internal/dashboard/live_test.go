package dashboard

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/historytest"
	"github.com/tidemark/tidemark/internal/history/remote"
)

// A reader takes events from a stream.
type reader struct {
	*bufio.Scanner
	close func() error
}

func watch(ctx context.Context, t *testing.T, url string) reader {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if kind := a.Header.Get("Content-Type"); a.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("%s, %s", a.Status, kind)
	}
	return reader{bufio.NewScanner(a.Body), a.Body.Close}
}

// next is what the next event of a kind says.
func (r reader) next(t *testing.T, kind string) (data string) {
	t.Helper()
	for r.Scan() {
		if r.Text() != "event: "+kind {
			continue
		}
		r.Scan()
		if err := json.Unmarshal([]byte(strings.TrimPrefix(r.Text(), "data: ")), &data); err != nil {
			t.Fatalf("%s: %v", r.Text(), err)
		}
		return data
	}
	t.Fatalf("the stream ended: %v", r.Err())
	return ""
}

func TestNews(t *testing.T) {
	s := store(t)
	srv, server := serve(t, Config{Store: s, Token: token})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/events", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	a, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	r := reader{bufio.NewScanner(a.Body), a.Body.Close}
	if live := r.next(t, "live"); live != "" {
		t.Errorf("before anything goes on: %s", live)
	}
	if id := r.next(t, "runs"); id != "" {
		t.Errorf("before anything is there: %s", id)
	}
	client, err := remote.Open(srv.URL, token)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	l := bench.Live{Key: "k", Suite: "shop", Scenario: "GET <b>", Number: 2, Of: 3, Elapsed: 3, Length: 6, Rate: 1200, P95: 245, Threshold: 300, Seconds: []float64{240, 250}}
	if err := client.Tell(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	live := r.next(t, "live")
	for _, part := range []string{"shop", "GET &lt;b&gt;", "2 of 3", `value="50"`, "1,200 req/s", "245", "<svg"} {
		if !strings.Contains(live, part) {
			t.Errorf("%s lacks %s", live, part)
		}
	}
	if page := ask(t, "GET", srv.URL+"/", "", "Authorization", "Bearer "+token); !strings.Contains(page.text, "1,200 req/s") {
		t.Error("a page that is opened now does not show it")
	}
	run := historytest.Run(1, "a", "main", bench.Pass, time.Millisecond)
	if err := client.Add(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	if id := r.next(t, "runs"); id != run.ID {
		t.Errorf("came %s", id)
	}
	l.Done = true
	server.Tell(l)
	if live := r.next(t, "live"); live != "" {
		t.Errorf("it is over: %s", live)
	}
	other := historytest.Run(2, "a", "main", bench.Pass, time.Millisecond)
	add(t, s, other) // by another process, of which nobody tells
	if id := r.next(t, "runs"); id != other.ID {
		t.Errorf("came %s", id)
	}
}

// shown is what the page has of something that goes on, without what only a browser needs.
func shown(t *testing.T, l bench.Live) string {
	t.Helper()
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, "live", []bench.Live{l}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAComparisonThatGoesOn(t *testing.T) {
	base, head, suspect := bench.Commit{SHA: "b45eb45eb45e", Subject: "Before <it>"}, bench.Commit{SHA: "4ead4ead4ead", Subject: "A change", Dirty: true}, bench.Commit{SHA: "5u55u55u55u5", Subject: "Drop the index"}
	of := bench.Live{Key: "k", Suite: "shop", Scenario: "GET /a", Number: 2, Of: 3, Elapsed: 11, Length: 22, Errors: 2}
	with := func(l bench.Live, c bench.LiveComparison) bench.Live {
		l.Comparison = &c
		return l
	}
	bisection := bench.LiveBisection{Good: base, Bad: head, Step: 3, Steps: 6, Commits: 30, Left: 4}
	found := bisection
	found.Step, found.Left, found.Suspect, found.Others, found.Probability = 6, 1, &suspect, 1, 0.994
	for name, c := range map[string]struct {
		live  bench.Live
		has   []string
		lacks []string
	}{
		"begun":   {with(bench.Live{Key: "k"}, bench.LiveComparison{}), []string{`aria-label="A comparison that goes on"`, "A suite", "is about to begin"}, []string{"base", "<progress", "<svg", "pair"}},
		"built":   {with(bench.Live{Key: "k", Suite: "shop"}, bench.LiveComparison{BaseCommit: &base, HeadCommit: &head, Doing: "building head"}), []string{"shop</strong> is being compared", "base <code>b45eb45eb</code> Before &lt;it&gt;, head <code>4ead4ead4</code> A change", "with uncommitted changes", "building head"}, []string{"<progress", "<svg", "0 of"}},
		"warmed":  {with(of, bench.LiveComparison{Base: "http://b", Head: "http://h", Doing: "warming up", Confirming: true}), []string{"base <code>http://b</code>, head <code>http://h</code>", "GET /a", "2 of 3", "warming up, to confirm"}, []string{"<progress", "<svg"}},
		"few":     {with(of, bench.LiveComparison{Base: "http://b", Head: "http://h", Pairs: 2}), []string{`value="50"`, ">pair 2<", "2 errors of head"}, []string{"<svg", "p95", "confirm"}},
		"pairs":   {with(of, bench.LiveComparison{Base: "http://b", Head: "http://h", Pairs: 9, Confirming: true, Ratio: 1.123, Low: 0.959, High: 1.21}), []string{"p95 &#43;12.3% (\u22124.1% to &#43;21.0%), pair 9, confirming", `<svg class="interval"`}, []string{"effect over"}},
		"trial":   {with(of, bench.LiveComparison{BaseCommit: &base, HeadCommit: &suspect, Pairs: 1, Bisection: &bisection}), []string{`aria-label="A search for a commit that goes on"`, "after <code>b45eb45eb</code> Before &lt;it&gt; up to <code>4ead4ead4</code> A change", "Step 3 of about 6: 4 of 30 commits left", "head <code>5u55u55u5</code> Drop the index"}, []string{"likely", "%"}},
		"proof":   {with(of, bench.LiveComparison{Doing: "building base", Bisection: &found}), []string{"Step 6, the last: 1 of 30 commits left, most likely <code>5u55u55u5</code> Drop the index", "99%, with 1 commit before it that could not be measured"}, []string{"<progress"}},
		"huge":    {with(of, bench.LiveComparison{Pairs: 3, Ratio: 1e308, Low: -1e308, High: 1e308}), []string{"pair 3"}, []string{"NaN"}},
		"of none": {with(of, bench.LiveComparison{Pairs: -1, Ratio: -1, Bisection: &bench.LiveBisection{Step: -1, Suspect: &bench.Commit{}}}), []string{"pair -1"}, []string{"p95", "<svg"}},
	} {
		text := shown(t, c.live)
		for _, part := range c.has {
			if !strings.Contains(text, part) {
				t.Errorf("%s: it lacks %q: %s", name, part, text)
			}
		}
		for _, part := range c.lacks {
			if strings.Contains(text, part) {
				t.Errorf("%s: it has %q: %s", name, part, text)
			}
		}
	}
}

// A comparison leaves no run behind, so of it alone a history that is empty says what it says else. It is told as a run is, and is over as one.
func TestAComparisonIsNoFirstRun(t *testing.T) {
	srv, server := serve(t, Config{Store: store(t), Token: token, ReadToken: readToken})
	overview := func() string { return ask(t, "GET", srv.URL+"/", "", "Authorization", "Bearer "+readToken).text }
	client, err := remote.Open(srv.URL, readToken)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	l := bench.Live{Key: "k", Suite: "shop", Comparison: &bench.LiveComparison{Doing: "building base"}}
	if err := client.Tell(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if page := overview(); !strings.Contains(page, "building base") || !strings.Contains(page, "No run yet") || !strings.Contains(page, "tidemark run") || strings.Contains(page, "first run") {
		t.Errorf("of a comparison: %s", page)
	}
	server.Tell(bench.Live{Key: "r", Suite: "shop"})
	if page := overview(); !strings.Contains(page, "building base") || !strings.Contains(page, "The first run is being measured") || strings.Contains(page, "No run yet") {
		t.Errorf("of both: %s", page)
	}
	server.Tell(bench.Live{Key: "r", Done: true})
	l.Done = true
	if err := client.Tell(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if page := overview(); strings.Contains(page, "building base") {
		t.Errorf("it is over: %s", page)
	}
}

func TestWhatIsToldIsBounded(t *testing.T) {
	srv, server := serve(t, Config{Store: store(t), Token: token})
	for body, want := range map[string]int{`{`: 400, `{}`: 400, `{"key": "` + strings.Repeat("k", 65) + `"}`: 400, `{"key": "k", "suite": "` + strings.Repeat("s", mostTold) + `"}`: 400, `{"key": "k"}`: 204} {
		if a := ask(t, "POST", srv.URL+"/api/v1/live", body, "Authorization", "Bearer "+token); a.StatusCode != want {
			t.Errorf("%.30s: %s, want %d", body, a.Status, want)
		}
	}
	for i := range 2 * mostLive {
		server.Tell(bench.Live{Key: strings.Repeat("x", i+1), Seconds: make([]float64, 2*mostSeen)})
	}
	all, _, _ := server.board.look()
	if len(all) != mostLive || len(all[1].Seconds) != mostSeen {
		t.Errorf("%d runs go on, with %d seconds", len(all), len(all[1].Seconds))
	}
	for key, l := range server.board.runs { // all have been silent
		l.at = time.Now().Add(-silence - time.Second)
		server.board.runs[key] = l
	}
	if all, _, _ := server.board.look(); len(all) != 0 {
		t.Errorf("%d of which nobody tells go on", len(all))
	}
}

// Who only reads can show runs that do not exist, and takes no place of those of who writes.
func TestWhoOnlyReadsTakesNoPlace(t *testing.T) {
	srv, server := serve(t, Config{Store: store(t), Token: token, ReadToken: readToken})
	tell := func(token, key, suite, more string) {
		t.Helper()
		if a := ask(t, "POST", srv.URL+"/api/v1/live", fmt.Sprintf(`{"key": %q, "suite": %q%s}`, key, suite, more), "Authorization", "Bearer "+token); a.StatusCode != http.StatusNoContent {
			t.Fatalf("%s: %s", a.Status, a.text)
		}
	}
	shown := func() map[string]int {
		all, _, _ := server.board.look()
		suites := map[string]int{}
		for _, l := range all {
			suites[l.Suite]++
		}
		return suites
	}
	is := func(when string, want map[string]int) {
		t.Helper()
		if diff := cmp.Diff(want, shown()); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	tell(token, "of-main", "kept", "")
	for i := range 2 * mostLive {
		tell(readToken, fmt.Sprint("k", i), "change", "")
	}
	is("it is full", map[string]int{"kept": 1, "change": mostLive - 1})
	tell(readToken, "of-main", "forged", "")
	tell(readToken, "of-main", "forged", `, "done": true`)
	is("a run's key is known", map[string]int{"kept": 1, "change": mostLive - 1})
	tell(token, "also-of-main", "kept", "")
	tell(token, "of-main", "kept", "")
	is("another begins", map[string]int{"kept": 2, "change": mostLive - 2})
	tell(token, "not-begun", "kept", `, "done": true`)
	tell(token, "of-main", "kept", `, "done": true`)
	is("one is over", map[string]int{"kept": 1, "change": mostLive - 2})
	for i := range 2 * mostLive {
		tell(token, fmt.Sprint("w", i), "kept", "")
	}
	is("all are kept", map[string]int{"kept": mostLive})
}

// counted counts who asks the store.
type counted struct {
	history.Store
	asked chan struct{}
}

func (c counted) List(ctx context.Context, q history.Query) ([]history.Entry, error) {
	c.asked <- struct{}{}
	return c.Store.List(ctx, q)
}

func TestAStreamEndsWithItsReader(t *testing.T) {
	ended := make(chan struct{})
	s := New(Config{Store: store(t)})
	inner := s.handler
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner.ServeHTTP(w, r); close(ended) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over, stop := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- s.Serve(over, l, "", "") }()
	ctx, cancel := context.WithCancel(t.Context())
	r := watch(ctx, t, "http://"+l.Addr().String())
	r.next(t, "live")
	cancel()
	<-ended // or the test takes for ever
	r.close()
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestTheServerEndsInOrder(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{}, 100)
	s := New(Config{Store: counted{store(t), asked}})
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- s.Serve(ctx, l, "", "") }()
	r := watch(t.Context(), t, "http://"+l.Addr().String())
	defer r.close()
	r.next(t, "runs")
	began := time.Now()
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > endTime {
		t.Errorf("a stream held the end up for %v", took)
	}
	for r.Scan() {
	}
	if err := r.Err(); err != nil { // cut off in the middle of a chunk
		t.Errorf("the stream did not end in order: %v", err)
	}
	if _, err := http.Get("http://" + l.Addr().String()); err == nil {
		t.Error("it still answers")
	}
	if len(asked) == 0 {
		t.Error("nobody asked the store")
	}
}
