package diagnose_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/examples/shop"
	"github.com/tidemark/tidemark/internal/diagnose"
	"github.com/tidemark/tidemark/internal/evidence"
	"github.com/tidemark/tidemark/internal/evidence/diff"
	"github.com/tidemark/tidemark/internal/evidence/metrics"
	"github.com/tidemark/tidemark/internal/evidence/postgres"
	"github.com/tidemark/tidemark/internal/evidence/profile"
)

// A running is the shop with a fresh PostgreSQL database.
type running struct {
	*testing.T
	shop     *shop.Server
	database string
	client   *http.Client
}

// TestTheShopsFaultsByTheDatabaseAndTheProcess runs the real shop with each fault that these sources can prove, without traces. The healthy
// shop, under the same load, has none of these causes.
func TestTheShopsFaultsByTheDatabaseAndTheProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds for each fault")
	}
	const (
		orders   = "GET /api/v1/users/%d/orders"
		products = "GET /api/v1/products?page=%d"
		searches = "GET /api/v1/search?q=oak"
		place    = "POST /api/v1/orders"
	)
	r := start(t)
	for _, c := range []struct {
		fault, request string
		cpu            bool         // it is to be seen by its CPU
		want           []bench.Kind // the first has to be one of them; none: nothing is to be found
	}{
		{"n-plus-one", orders, false, []bench.Kind{bench.NPlusOne}},
		{"repeating-queries", products, false, []bench.Kind{bench.RepeatingQueries}},
		{"missing-index", searches, false, []bench.Kind{bench.MissingIndex}},
		{"plan-change", searches, false, []bench.Kind{bench.PlanChange}},
		{"lock-contention", place, false, []bench.Kind{bench.LockContention}},
		{"pool-exhaustion", orders, false, []bench.Kind{bench.PoolExhaustion}},
		{"cpu-hotspot", "GET /api/v1/products/%d", true, []bench.Kind{bench.CPUHotspot}},
		{"gc-pressure", products, true, []bench.Kind{bench.GCPressure}},
		{"", orders, false, nil},
		{"", products, false, nil},
		{"", searches, false, nil},
		{"", place, false, nil},
	} {
		name := c.fault
		if name == "" {
			name = "healthy"
		}
		t.Run(name+" "+strings.Fields(c.request)[1], func(t *testing.T) {
			r.T = t
			defer r.turn(c.fault)()
			length := 3 * time.Second
			if c.cpu {
				length = 10 * time.Second // for a profile of 5 s
			}
			s := r.measure(c.request, length)
			if c.cpu && starved(s) {
				t.Skip("this machine has no CPU to spare for a profile")
			}
			findings, advice := diagnose.Explain(s)
			for _, f := range findings {
				t.Logf("%s %s %+v %s | %s | %v", f.Kind, f.Confidence, f.Effect, f.Summary, f.Remedy, f.Evidence)
			}
			if len(c.want) == 0 && len(findings) > 0 || len(c.want) > 0 && (len(findings) == 0 || !slices.Contains(c.want, findings[0].Kind)) {
				t.Errorf("found %d causes, want %v first; p50 %.1f ms, %d requests; advice %q", len(findings), c.want, s.Latency.P50, s.Requests, advice)
				for _, e := range s.Evidence {
					t.Logf("%s %q %+v %+v %+v", e.Source, e.Missing, e.Database, e.Gauges, e.Functions)
				}
			}
		})
	}
}

// TestTheChangeBehindIt has the shop's history as it was and as the fault has it in two commits: the place is named. Of two commits that
// change something else, none is.
func TestTheChangeBehindIt(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds of load")
	}
	r := start(t)
	defer r.turn("n-plus-one")()
	s := r.measure("GET /api/v1/users/%d/orders", 3*time.Second)
	dir := t.TempDir()
	git := func(args ...string) string {
		out, err := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@shop.example"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
		return strings.TrimSpace(string(out))
	}
	commit := func(subject, items, banner string) string {
		for name, text := range map[string]string{"items.go": items, "banner.go": banner} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		git("add", "-A")
		git("commit", "-q", "-m", subject)
		return git("rev-parse", "HEAD")
	}
	const (
		together = "package orders\n\nfunc (o *Orders) load(ctx context.Context, user int64) error {\n\treturn o.collect(ctx, `SELECT name FROM line_items WHERE order_id IN (SELECT id FROM orders WHERE user_id = $1)`, user)\n}\n"
		each     = "package orders\n\nfunc (o *Orders) load(ctx context.Context, orders []Order) error {\n\tfor i := range orders {\n\t\to.collect(ctx, `SELECT name FROM line_items WHERE order_id = $1`, orders[i].ID)\n\t}\n\treturn nil\n}\n"
		hello    = "package web\n\nfunc banner() string { return \"hello\" }\n"
		goodDay  = "package web\n\nfunc banner() string { return \"good day\" }\n"
	)
	git("init", "-q", "-b", "main")
	first := commit("First", together, hello)
	unrelated := commit("A banner", together, goodDay)
	last := commit("Load by order", each, goodDay)
	explain := func(base, head string) bench.Finding {
		with := *s
		with.Evidence = append(slices.Clone(s.Evidence), diff.Between(t.Context(), dir, base, head))
		findings, _ := diagnose.Explain(&with)
		if len(findings) == 0 || findings[0].Kind != bench.NPlusOne {
			t.Fatalf("%+v", findings)
		}
		return findings[0]
	}
	if f := explain(first, last); f.Suspect == nil || f.Suspect.File != "items.go" || f.Suspect.Commit != last || f.Suspect.Subject != "Load by order" {
		t.Errorf("%+v", f.Suspect)
	}
	if f := explain(first, unrelated); f.Suspect != nil {
		t.Errorf("a change that has nothing to do with it: %+v", f.Suspect)
	}
}

func start(t *testing.T) *running {
	t.Helper()
	server := os.Getenv("TIDEMARK_TEST_POSTGRES")
	if server == "" {
		t.Skip("TIDEMARK_TEST_POSTGRES names no PostgreSQL server (postgres://user@host:port/database); scripts/test starts one")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	name := "diagnosed_" + strings.ToLower(rand.Text())
	admin(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { admin(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	u.Path = "/" + name
	admin(t, u.String(), "CREATE EXTENSION pg_stat_statements", "CREATE EXTENSION hypopg")
	config := shop.Config{Database: u.String(), Token: "token", Delay: 200 * time.Microsecond}
	s, err := shop.Start(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	admin(t, u.String(), "ANALYZE")
	return &running{t, s, u.String(), &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
}

// turn switches a fault on, and returns what switches it off.
func (r *running) turn(fault string) (off func()) {
	if fault == "" {
		return func() {}
	}
	set := func(method string) {
		request, err := http.NewRequest(method, r.shop.Ready.Admin+"/faults/"+fault, http.NoBody)
		if err != nil {
			r.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil || answer.StatusCode >= 300 {
			r.Fatalf("%s %s: %v", method, fault, err)
		}
		answer.Body.Close()
	}
	set(http.MethodPut)
	return func() { set(http.MethodDelete) }
}

// starved reports whether the process waited for a core for many times as long as it had one, as when other work fills the machine. Eight
// users on two cores make it three times.
func starved(s *diagnose.Subject) bool {
	var cpu, wait float64
	for _, e := range s.Evidence {
		for _, g := range e.Gauges {
			switch {
			case g.Name == "proc" && g.Kind == bench.CPUSeconds:
				cpu = g.Mean
			case g.Kind == bench.CPUWaitSeconds:
				wait = g.Mean
			}
		}
	}
	return wait > 8*cpu
}

func admin(t *testing.T, to string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), to)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, s := range statements {
		if _, err := conn.Exec(context.Background(), s); err != nil {
			t.Fatal(err)
		}
	}
}

// measure puts eight users on an endpoint, and collects.
func (r *running) measure(request string, length time.Duration) *diagnose.Subject {
	r.Helper()
	defer r.client.CloseIdleConnections()
	pg, err := postgres.New(r.database)
	if err != nil {
		r.Fatal(err)
	}
	ms, err := metrics.New(r.shop.Ready.Admin+"/metrics", r.shop.Ready.URL)
	if err != nil {
		r.Fatal(err)
	}
	pp, err := profile.New(r.shop.Ready.Admin + "/debug/pprof")
	if err != nil {
		r.Fatal(err)
	}
	collectors := []evidence.Collector{pg, ms, pp}
	var number, counting atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	over := make(chan struct{})
	var users sync.WaitGroup
	for range 8 {
		users.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				start := time.Now()
				r.send(request, int(number.Add(1)))
				if counting.Load() == 1 {
					mu.Lock()
					took = append(took, time.Since(start))
					mu.Unlock()
				}
			}
		})
	}
	for number.Load() < 40 { // warmed up
		time.Sleep(5 * time.Millisecond)
	}
	span := evidence.Span{From: time.Now()}
	for _, c := range collectors {
		c.Begin(r.Context(), &bench.Scenario{Load: bench.Load{Duration: length}})
	}
	counting.Store(1)
	time.Sleep(length) // the load's own length
	counting.Store(0)
	close(over)
	users.Wait()
	span.To, span.Requests = time.Now(), int64(len(took))
	s := &diagnose.Subject{Name: request, Requests: span.Requests, Seconds: int(length.Seconds())}
	for _, c := range collectors {
		s.Evidence = append(s.Evidence, c.End(r.Context(), span))
		if err := c.Close(); err != nil {
			r.Error(err)
		}
	}
	slices.Sort(took)
	at := func(q float64) float64 { return bench.Milliseconds(took[int(q*float64(len(took)-1))]) }
	s.Latency = diagnose.Latency{P50: at(.5), P95: at(.95), P99: at(.99)}
	return s
}

func (r *running) send(what string, number int) {
	method, path, _ := strings.Cut(what, " ")
	if strings.Contains(path, "%d") {
		path = fmt.Sprintf(path, 1+number%50)
	}
	var body io.Reader = http.NoBody
	if method == http.MethodPost {
		body = bytes.NewReader(fmt.Appendf(nil, `{"user_id": %d, "line_items": [{"product_id": %d, "quantity": 1}, {"product_id": %d, "quantity": 2}]}`, 1+number%200, 1+number%1999, 2+number%1998))
	}
	request, err := http.NewRequest(method, r.shop.Ready.URL+path, body)
	if err != nil {
		r.Error(err)
		return
	}
	request.Header.Set("Authorization", "Bearer token")
	request.Header.Set("Content-Type", "application/json")
	answer, err := r.client.Do(request)
	if err != nil {
		r.Error(err)
		return
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode >= 300 && answer.StatusCode != http.StatusConflict {
		r.Errorf("%s %s: %s, %v", method, path, answer.Status, err)
	}
}
