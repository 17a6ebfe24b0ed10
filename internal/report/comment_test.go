package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds what was written against a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: -want +got\n%s", name, diff)
	}
}

func ptr[T any](v T) *T { return &v }

// spread is answers that take between a value and three times as long.
func spread(ms float64) *hist.Histogram {
	h := hist.New()
	for i := range 2000 {
		x := float64(i) / 2000
		h.Record(time.Duration(ms * (1 + 2*x*x*x) * float64(time.Millisecond)))
	}
	return h
}

// drawn are distributions of base and head, made once: each takes long to make.
var drawn = sync.OnceValue(func() *bench.Distributions { return &bench.Distributions{Base: spread(90), Head: spread(320)} })

func measuredAt() time.Time { return time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC) }

// regression is a comparison of two endpoints, of which one has lost its eager load.
func regression() *bench.Versus {
	thresholds := bench.ThresholdRecord{P95: ptr(300.0)}
	orders := bench.Comparison{ID: "user-orders", Name: "GET /users/:id/orders", BlockSeconds: 1, Thresholds: thresholds,
		Round:         bench.Round{Pairs: 24, Base: bench.Tally{Requests: 2400, Seconds: 24}, Head: bench.Tally{Requests: 2390, Seconds: 24}},
		Confirmation:  &bench.Round{Pairs: 10},
		Distributions: drawn(),
		Effects: []bench.Effect{
			{Metric: "p50", Base: 82, Head: 310, Ratio: 3.78, Low: 3.6, High: 3.95, Flagged: true, Confirmed: &bench.Confirm{Ratio: 3.7, Holds: true}},
			{Metric: "p95", Base: 245, Head: 890, BaseLow: 240, BaseHigh: 251, HeadLow: 861, HeadHigh: 920, Ratio: 3.633, Low: 3.4, High: 3.9, Flagged: true, Confirmed: &bench.Confirm{Ratio: 3.55, HeadLow: 840, Holds: true}},
			{Metric: "p99", Base: 400, Head: 420, Ratio: 1.05, Low: 0.8, High: 1.4},
		},
		Findings: []bench.Finding{{Kind: bench.NPlusOne, Confidence: bench.Certain, Effect: bench.Gain{ShareP50: .9, ShareP99: .95},
			Summary:  "SELECT * FROM line_items WHERE order_id = $1 runs 50 times a request, one after another: 280 of 310 ms",
			Remedy:   "load line_items together with the orders, in one query",
			Evidence: []bench.Proof{{Source: bench.FromTraces, Samples: 2000, Text: "50.2 calls of SELECT * FROM line_items WHERE order_id = $1 a request on head, 1 on base"}},
			Suspect:  &bench.Suspect{Commit: "3f2a91c0d4e5f60718293a4b5c6d7e8f90a1b2c3", Subject: "Show orders without their items", File: "app/models/order.rb", Line: 12, Hunk: " def history\n-  orders.includes(:line_items)\n+  orders\n end\n"}}},
		Verdict: bench.Verdict{Status: bench.Fail, Reasons: []string{
			"p50: 82ms -> 310ms (+278%, 95% interval +260% to +295%), confirmed by 10 new pairs (+270%)",
			"p95: 245ms -> 890ms (+263%, 95% interval +240% to +290%, threshold: 300ms), confirmed by 10 new pairs (+255%)"}}}
	products := bench.Comparison{ID: "products", Name: "GET /products", Round: bench.Round{Pairs: 10}, Thresholds: thresholds, Verdict: bench.Verdict{Status: bench.Pass},
		Effects: []bench.Effect{{Metric: "p95", Base: 21, Head: 21.3, Ratio: 1.014, Low: .99, High: 1.03}}}
	return &bench.Versus{Schema: bench.ComparisonSchema, ID: "01KAT0000000000000000000AA", Suite: "api-performance", Started: measuredAt(),
		Base: bench.Target{URL: "http://127.0.0.1:4101"}, Head: bench.Target{URL: "http://127.0.0.1:4102"},
		BaseCommit:  &bench.Commit{SHA: "aaaa91c0d4e5f60718293a4b5c6d7e8f90a1b2c3", Subject: "Orders in one query"},
		HeadCommit:  &bench.Commit{SHA: "3f2a91c0d4e5f60718293a4b5c6d7e8f90a1b2c3", Subject: "Show orders without their items"},
		Environment: bench.Environment{Tidemark: "0.3.0", OS: "linux/amd64", CPU: "AMD EPYC 7763", Cores: 4, CI: "github-actions"},
		Verdict:     bench.Verdict{Status: bench.Fail}, Comparisons: []bench.Comparison{products, orders}}
}

// passing is the comparison of the commit that mends it.
func passing() *bench.Versus {
	v := regression()
	v.ID, v.Started, v.HeadCommit = "01KAT0000000000000000000AB", v.Started.Add(time.Hour), &bench.Commit{SHA: "77ff91c0d4e5f60718293a4b5c6d7e8f90a1b2c3", Subject: "Bring the items back"}
	v.Verdict.Status = bench.Pass
	c := &v.Comparisons[1]
	c.Findings, c.Confirmation, c.Verdict, c.Effects = nil, nil, bench.Verdict{Status: bench.Pass}, []bench.Effect{{Metric: "p95", Base: 245, Head: 243, Ratio: .99, Low: .97, High: 1.02}}
	return v
}

func comment(t testing.TB, v *bench.Versus, o CommentOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := Comment(&b, v, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCommentGolden(t *testing.T) {
	failed := comment(t, regression(), CommentOptions{})
	golden(t, "comment-fail.md", []byte(failed))
	golden(t, "comment-fixed.md", []byte(comment(t, passing(), CommentOptions{Previous: failed})))
	var b bytes.Buffer
	run := sample()
	run.Verdict.Status, run.Started, run.Suite = bench.Fail, measuredAt(), "api-performance"
	if err := RunComment(&b, run, CommentOptions{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "comment-run.md", b.Bytes())
}

// TestAPlaceIsNoSuspect: what was there before the change is where the cause is, and not what is to blame.
func TestAPlaceIsNoSuspect(t *testing.T) {
	v := regression()
	v.Comparisons[1].Findings[0].Suspect = &bench.Suspect{File: "app/models/order.rb", Line: 40}
	if got := comment(t, v, CommentOptions{}); !strings.Contains(got, "\n  - Where: `app/models/order.rb:40`\n") || strings.Contains(got, "Suspect") {
		t.Error(got)
	}
}

func TestCommentSaysItFirst(t *testing.T) {
	void, doubt, near := regression(), regression(), passing()
	void.Verdict.Status, void.Comparisons[1].Verdict = bench.Void, bench.Verdict{Status: bench.Void, Reasons: []string{"the load generator was late in 9 of 24 seconds"}}
	doubt.Verdict.Status, doubt.Comparisons[1].Verdict = bench.Inconclusive, bench.Verdict{Status: bench.Inconclusive, Reasons: []string{"p95: 245ms -> 251ms: about 40 pairs (1m20s) would decide"}}
	near.Verdict.Status, near.Comparisons[0].Verdict = bench.Close, bench.Verdict{Status: bench.Close, Reasons: []string{"p95: 298ms on head; close"}}
	for want, v := range map[string]*bench.Versus{
		"**Performance regression: 1 of 2 endpoints got worse.**":                                                   regression(),
		"**Performance: void.** The load generator was late on 1 of 2 endpoints: its numbers are not the service's": void,
		"**Performance: inconclusive.** 1 of 2 endpoints could not be decided.":                                     doubt,
		"Performance: pass, with a warning about 1 of 2 endpoints.":                                                 near,
		"Performance: pass. None of 2 endpoints got slower.":                                                        passing(),
	} {
		got := comment(t, v, CommentOptions{})
		first, rest, _ := strings.Cut(got, "\n")
		if !strings.HasPrefix(first, want) {
			t.Errorf("first line %q, want %q", first, want)
		}
		if v.Verdict.Status == bench.Pass && !strings.HasPrefix(rest, "\n<details>") {
			t.Errorf("a pass is one line, and not\n%s", got)
		}
	}
	if got := comment(t, regression(), CommentOptions{}); !strings.Contains(got, "\n- `GET /users/:id/orders` p95: 245ms -> 890ms (+263%, threshold: 300ms)\n") {
		t.Errorf("the line of the change is missing in\n%s", got)
	}
}

// Of two suites that are called the same, each comment says which it is of; that is still one line.
func TestCommentsOfNamesakesSayWhoseTheyAre(t *testing.T) {
	v := passing()
	v.Folder, v.Namesake = "a/api-performance", true
	if first, rest, _ := strings.Cut(comment(t, v, CommentOptions{}), "\n"); first != "`a/api-performance`: Performance: pass. None of 2 endpoints got slower." || !strings.HasPrefix(rest, "\n<details>") {
		t.Errorf("it begins %q", first)
	}
	v.Namesake = false
	if got := comment(t, v, CommentOptions{}); !strings.HasPrefix(got, "Performance: pass.") {
		t.Errorf("it begins %.60q", got)
	}
}

// Heights are eighths of the highest, 890 ms: 212 is 1.9 of them, 245 is 2.2.
func TestCommentShowsWhatWas(t *testing.T) {
	const line = "  - p95 of the last 6 runs, and now: `▂▂▂▃▃▃ █` 212ms to 245ms -> 890ms, threshold: 300ms\n"
	v := regression()
	v.Comparisons[1].Earlier = []float64{212, 214, 213, 240, 242, 245}
	if got := comment(t, v, CommentOptions{}); !strings.Contains(got, line) {
		t.Errorf("it is not in\n%s", got)
	}
	v.Comparisons[0].Earlier = []float64{20, 21} // which passes: nothing is said of it
	for _, earlier := range [][]float64{nil, {245}} {
		v.Comparisons[1].Earlier = earlier
		if got := comment(t, v, CommentOptions{}); strings.Contains(got, "runs, and now") {
			t.Errorf("%v is a history in\n%s", earlier, got)
		}
	}
}

func TestEarlierVerdictsAreBounded(t *testing.T) {
	body := ""
	for i := range 15 {
		v := regression()
		v.ID, v.Started = fmt.Sprintf("RUN%02d", i), v.Started.Add(time.Duration(i)*time.Minute)
		body = comment(t, v, CommentOptions{Previous: body})
		if i == 14 { // a job that is run again updates its own verdict
			body = comment(t, v, CommentOptions{Previous: body})
		}
	}
	all := Earlier(body)
	if len(all) != 11 || all[0].ID != "RUN14" || all[1].ID != "RUN13" || all[10].ID != "RUN04" || all[0].Status != bench.Fail || !strings.HasPrefix(all[0].Commit, "3f2a91c") {
		t.Errorf("%d: %+v", len(all), all)
	}
	if n := strings.Count(body, "| **fail** |"); n != 10 {
		t.Errorf("%d earlier verdicts are shown, want 10", n)
	}
	for _, alien := range []string{"", "nothing of ours", "<!-- tidemark-verdicts:AAAA -->", "<!-- tidemark-verdicts:W3sic3RhdHVzIjoieCJ9XQ== -->", strings.ReplaceAll(body, "<!-- tidemark-verdicts", " <!-- tidemark-verdicts")} {
		if got := Earlier(alien); len(got) != 0 {
			t.Errorf("%.40q tells %v", alien, got)
		}
	}
	if got := Earlier(strings.ReplaceAll(body, "\n", "\r\n")); len(got) != 11 { // as some hosts give it back
		t.Errorf("with CRLF: %d", len(got))
	}
}

func TestCommentMarkersDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, suite := range []string{"", "api", "a-b", "a--b", "a%2Db", "x -->", "ä", strings.Repeat("x", 500), strings.Repeat("x", 501)} {
		m := CommentMarker(suite)
		if other, twice := seen[m]; twice || strings.Count(m, "--") != 2 || !strings.HasSuffix(m, " -->") || len(m) > 500 || strings.ContainsAny(m, "\n\r") {
			t.Errorf("%q: %s (as %q)", suite, m, other)
		}
		seen[m] = suite
	}
}

// 500 endpoints that all fail, with two kilobytes of findings each: one megabyte.
func TestCommentStaysBelowTheLimit(t *testing.T) {
	v := regression()
	one := v.Comparisons[1]
	for i := range 500 {
		c := one
		c.ID, c.Name = fmt.Sprint("e", i), fmt.Sprintf("GET /resources/%d/%s", i, strings.Repeat("é", 30))
		f := c.Findings[0]
		f.Summary, f.Remedy = strings.Repeat("slow because of `this` ", 40), strings.Repeat("do that ", 60)
		f.Suspect = &bench.Suspect{File: strings.Repeat("deep/", 40) + "file.rb", Line: 7, Hunk: strings.Repeat("-  old(``)\n+  new\n", 60)}
		c.Findings = []bench.Finding{f}
		c.Effects = append([]bench.Effect{}, one.Effects...)
		c.Effects[1].Ratio = 2 + float64(i)/100
		v.Comparisons = append(v.Comparisons, c)
	}
	for _, limit := range []int{0, 20_000, 8_000} {
		got := comment(t, v, CommentOptions{Limit: limit, Previous: comment(t, passing(), CommentOptions{})})
		if most := max(limit, 1); limit == 0 && len(got) > MostComment || limit > 0 && len(got) > most {
			t.Errorf("limit %d: %d bytes", limit, len(got))
		}
		for _, want := range []string{"**Performance regression: 501 of 502 endpoints got worse.**", "e/499/", "more, left out here for length", "lines are left out here for length"} {
			if want = strings.ReplaceAll(want, "e/499/", "GET /resources/499/"); !strings.Contains(got, want) { // the slowest comes first
				t.Errorf("limit %d: %q is missing", limit, want)
			}
		}
		// What got worse is a list, each with its cause, before anything of one endpoint is told at length.
		list, _, _ := strings.Cut(got, "<details>")
		if n := strings.Count(list, "threshold: 300ms): `n-plus-one`, `…"); n < limit/2000 || limit == 0 && n != mostLines || strings.Contains(list, "Evidence") {
			t.Errorf("limit %d: %d lines before the first that is folded:\n%s", limit, n, list)
		}
		if strings.Count(got, "<details>") != strings.Count(got, "</details>") || strings.Count(got, "diff\n")*2 != strings.Count(got, "```")-strings.Count(got, "text\n")*2 && limit == 0 && !strings.Contains(got, "````") || !utf8.ValidString(got) {
			t.Errorf("limit %d: something is not closed", limit)
		}
	}
}
