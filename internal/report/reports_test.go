package report

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// measured is a run of four scenarios, one of each verdict, with seconds and their slices, a trace and findings.
func measured() (*bench.Run, []bench.Series) {
	run, series := measuredOnce()
	r, c := *run, *run.Commit
	r.Commit, r.Scenarios = &c, slices.Clone(run.Scenarios)
	for i := range r.Scenarios {
		r.Scenarios[i].Exemplars = slices.Clone(r.Scenarios[i].Exemplars)
	}
	return &r, series
}

// measuredOnce is it, made once: its histograms take long to make.
var measuredOnce = sync.OnceValues(func() (*bench.Run, []bench.Series) {
	run := &bench.Run{Schema: bench.Schema, ID: "01KAT0000000000000000000AC", Suite: "api-performance", Started: measuredAt(), Commit: &bench.Commit{SHA: "3f2a91c0d4e5f60718293a4b5c6d7e8f90a1b2c3", Branch: "main", Subject: "Show <orders> & items"},
		Target: bench.Target{URL: "http://127.0.0.1:8080"}, Environment: bench.Environment{Tidemark: "0.3.0", CPU: "AMD EPYC 7763", Cores: 4, OS: "linux/amd64"}, Verdict: bench.Verdict{Status: bench.Void}}
	var series []bench.Series
	limit := 40 * time.Millisecond
	for i, status := range []bench.Status{bench.Pass, bench.Fail, bench.Void, bench.Close} {
		id := fmt.Sprint("scenario-", i)
		var all []*bench.Slice
		for second := range 30 {
			s := bench.NewSlice(second)
			for k := range 40 {
				ms := 5 + float64(i*10) + float64(k*k)/40 + float64(second%7)
				s.Record(bench.Measurement{Done: time.Duration(ms * float64(time.Millisecond))})
			}
			if i == 1 && second == 12 {
				s.Record(bench.Measurement{Done: time.Millisecond, Outcome: bench.BadStatus, Status: 500})
			}
			s.Keep(bench.Exemplar{Method: "GET", Path: "/api/v1/users/7/orders", TraceID: "4bf92f3577b34da6a3ce929d0e0e4736", Status: 200, Start: time.Duration(second) * time.Second, FirstByte: 50 * time.Millisecond, Response: 58 * time.Millisecond})
			s.Compact()
			all = append(all, s)
		}
		r := bench.Collect(bench.Scenario{ID: id, Name: fmt.Sprintf("GET /users/:id/orders?kind=%d", i), Load: bench.Load{Rate: 40, Duration: 30 * time.Second, Warmup: time.Second}, Thresholds: bench.Thresholds{P95: &limit}}, all, 30*time.Second)
		r.Verdict = bench.Verdict{Status: status, Reasons: []string{"p95: 45ms, 95% interval 44 to 47 (threshold: 40ms)"}}
		if status == bench.Pass {
			r.Verdict.Reasons = nil
		}
		if status == bench.Fail {
			r.Verdict.Breached, r.Findings, r.Evidence = []string{"p95"}, regression().Comparisons[1].Findings, []bench.Evidence{{Source: bench.FromTraces, Traces: &bench.Traces{Slowest: waterfall()}}}
		}
		run.Scenarios = append(run.Scenarios, r)
		series = append(series, bench.Series{Scenario: id, Slices: all})
	}
	return run, series
})

func waterfall() *bench.Waterfall {
	w := &bench.Waterfall{TraceID: "4bf92f3577b34da6a3ce929d0e0e4736", Duration: 58, Spans: []bench.Span{{Kind: bench.ServeOperation, Name: "GET /users/{id}/orders", Service: "shop", Duration: 58},
		{Kind: bench.QueryOperation, Name: "SELECT * FROM orders WHERE user_id = ?", Depth: 1, Start: 2, Duration: 5}}}
	for i := range 20 {
		w.Spans = append(w.Spans, bench.Span{Kind: bench.QueryOperation, Name: "SELECT * FROM line_items WHERE order_id = ?", Depth: 1, Start: 8 + 2.4*float64(i), Duration: 2.1})
	}
	return w
}

// pageFaults says what a page has that it must not have, and gives its text.
func pageFaults(t testing.TB, page []byte) (found []string, text string) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data)
		}
		switch n.Data {
		case "script", "img", "iframe", "link", "object", "embed", "form", "base", "image", "use":
			if n.Type == html.ElementNode {
				found = append(found, "element "+n.Data)
			}
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "src", a.Key == "srcset", a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
				found = append(found, fmt.Sprintf("%s=%q of %s", a.Key, a.Val, n.Data))
			case a.Key == "id" && ids[a.Val]:
				found = append(found, "twice the id "+a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	for _, anchor := range anchors(doc) {
		if !ids[anchor] {
			found = append(found, "no "+anchor)
		}
	}
	if strings.Contains(string(page), "url(") || strings.Contains(string(page), "@import") || strings.Contains(string(page), "ZgotmplZ") {
		found = append(found, "an address in the style")
	}
	return found, b.String()
}

func anchors(n *html.Node) (all []string) {
	for _, a := range n.Attr {
		if a.Key == "href" {
			all = append(all, strings.TrimPrefix(a.Val, "#"))
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		all = append(all, anchors(c)...)
	}
	return all
}

func write(t testing.TB, f func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPagesStandAlone(t *testing.T) {
	run, series := measured()
	trends := []bench.Trend{trend(), {Name: "none", Metric: "p95"}}
	for name, c := range map[string]struct {
		page []byte
		want []string
	}{
		"run": {write(t, func(w io.Writer) error { return HTML(w, run, series) }), []string{"Void: the load generator was late on 1 of 4 endpoints", "Show <orders> & items", "GET /users/:id/orders?kind=1", "≤ 40ms",
			"40 requests a second, whatever the answers do, 30s after 1s of warm-up: 1,201 requests", "Cause: n-plus-one", "app/models/order.rb:12", "+  orders", "Latency over time", "20 × 2.1ms", "trace 4bf92f3577b34da6a3ce929d0e0e4736", "1 × status"}},
		"comparison": {write(t, func(w io.Writer) error { return VersusHTML(w, regression()) }), []string{"Fail: 1 of 2 endpoints got worse", "base aaaa91c0d Orders in one query", "890ms", "+263%", "+240% to +290%", "Latency of GET /users/:id/orders: base and head"}},
		"trends":     {write(t, func(w io.Writer) error { return TrendsHTML(w, trends, 100) }), []string{"Step: 245ms -> 890ms (+263%) on 2026-11-09 at 012345678 Load orders <lazily>; commits since the run before: aaaa Another", "crosses 300ms about 2027-02-01", "no runs"}},
	} {
		found, text := pageFaults(t, c.page)
		if len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing", name, want)
			}
		}
	}
}

func TestHostileNamesOnPages(t *testing.T) {
	for _, s := range hostile {
		v := everywhere(s)
		run, series := measured()
		run.Suite, run.ID, run.Commit.Subject, run.Target.URL = s, s, s, s
		run.Scenarios = run.Scenarios[1:3]
		for i := range run.Scenarios {
			r := &run.Scenarios[i]
			r.Name, r.Notes, r.Findings, r.Advice = s, []string{s}, v.Comparisons[0].Findings, []string{s}
			r.Exemplars[0].Path, r.Exemplars[0].TraceID = s, s
		}
		tr := trend()
		tr.Name, tr.Metric, tr.Unit, tr.Points[11].Subject, tr.Shifts[0].Between, tr.Notes = s, s, s, s, []string{s}, []string{s}
		for name, f := range map[string]func(io.Writer) error{
			"run": func(w io.Writer) error { return HTML(w, run, series) }, "comparison": func(w io.Writer) error { return VersusHTML(w, v) },
			"trend": func(w io.Writer) error { return TrendsHTML(w, []bench.Trend{tr}, 100) },
		} {
			if found, _ := pageFaults(t, write(t, f)); len(found) > 0 {
				t.Errorf("%s of %.40q: %v", name, s, found)
			}
		}
		for name, f := range map[string]func(io.Writer) error{
			"run": func(w io.Writer) error { return JUnit(w, run) }, "comparison": func(w io.Writer) error { return VersusJUnit(w, v) },
		} {
			junit(t, name, write(t, f))
		}
		for name, f := range map[string]func(io.Writer) error{
			"run": func(w io.Writer) error { return CSV(w, run) }, "comparison": func(w io.Writer) error { return VersusCSV(w, v) }, "trend": func(w io.Writer) error { return TrendsCSV(w, []bench.Trend{tr}) },
		} {
			for _, row := range rowsOfCSV(t, write(t, f)) {
				for _, c := range row {
					if strings.HasPrefix(c, "=") || strings.HasPrefix(c, "@") || strings.ContainsAny(c, "\n\r\x00\x1b") {
						t.Errorf("%s: %q", name, c)
					}
				}
			}
		}
		body := string(write(t, func(w io.Writer) error { return TrendsMarkdown(w, []bench.Trend{tr}, 10) }))
		if found, _ := faults(t, body, 0); len(found) > 0 {
			t.Errorf("trend of %.40q: %v", s, found)
		}
	}
}

// junit reads what Jenkins and GitLab read, strictly: known elements and attributes alone, in their order, and counts that are right.
func junit(t *testing.T, name string, text []byte) junitSuites {
	t.Helper()
	var all junitSuites
	d := xml.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&all); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, text)
	}
	known := map[string][]string{"testsuites": {"name", "tests", "failures", "errors", "time"}, "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"}, "properties": {}, "property": {"name", "value"},
		"testcase": {"name", "classname", "time"}, "failure": {"message", "type"}, "skipped": {"message"}, "system-out": {}}
	d = xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := d.Token()
		if err != nil {
			break
		}
		if e, ok := token.(xml.StartElement); ok {
			attributes, ok := known[e.Name.Local]
			if !ok || len(e.Attr) != len(attributes) {
				t.Errorf("%s: %v", name, e)
			}
		}
	}
	failures, skipped := 0, 0
	s := all.Suites[0]
	for _, c := range s.Cases {
		if c.Failure != nil {
			failures++
		}
		if c.Skipped != nil {
			skipped++
		}
		if c.Failure != nil && c.Skipped != nil {
			t.Errorf("%s: %s is failed and skipped", name, c.Name)
		}
	}
	if s.Tests != len(s.Cases) || s.Failures != failures || s.Skipped != skipped || all.Tests != s.Tests || all.Failures != failures {
		t.Errorf("%s: counts %+v", name, all)
	}
	return all
}

func rowsOfCSV(t *testing.T, text []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll() // demands that all lines have as many cells
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestJUnit(t *testing.T) {
	run, _ := measured()
	all := junit(t, "run", write(t, func(w io.Writer) error { return JUnit(w, run) }))
	cases := all.Suites[0].Cases
	if cases[0].Failure != nil || cases[0].Skipped != nil || cases[1].Failure == nil || cases[1].Failure.Type != "threshold" || cases[2].Skipped == nil || !strings.HasPrefix(cases[2].Skipped.Message, "void: ") || cases[3].Skipped != nil || cases[3].Failure != nil {
		t.Errorf("%+v", cases)
	}
	if !strings.Contains(cases[1].Failure.Text, "suspect: app/models/order.rb:12") {
		t.Errorf("%s", cases[1].Failure.Text)
	}
	all = junit(t, "comparison", write(t, func(w io.Writer) error { return VersusJUnit(w, regression()) }))
	if c := all.Suites[0].Cases[1]; c.Failure == nil || c.Failure.Type != "regression" || !strings.Contains(c.Failure.Text, "p95: 245ms -> 890ms (+263%, threshold: 300ms)") {
		t.Errorf("%+v", c)
	}
}

func TestCSVHasALineForEachMetric(t *testing.T) {
	run, _ := measured()
	rows := rowsOfCSV(t, write(t, func(w io.Writer) error { return CSV(w, run) }))
	if len(rows) != 1+4*len(bench.Metrics) {
		t.Errorf("%d lines", len(rows))
	}
	rows = rowsOfCSV(t, write(t, func(w io.Writer) error { return VersusCSV(w, regression()) }))
	want := "01KAT0000000000000000000AA,2026-11-24T09:30:00Z,aaaa91c0d4e5f60718293a4b5c6d7e8f90a1b2c3,3f2a91c0d4e5f60718293a4b5c6d7e8f90a1b2c3,user-orders,GET /users/:id/orders,p95,ms,245,890,263.3,240,290,0,300,true,true,fail"
	if got := strings.Join(rows[3], ","); len(rows) != 5 || got != want {
		t.Errorf("%d lines\n%s\n%s", len(rows), got, want)
	}
	tr := trend()
	if rows = rowsOfCSV(t, write(t, func(w io.Writer) error { return TrendsCSV(w, []bench.Trend{tr}) })); len(rows) != 13 || rows[9][10] != "true" || rows[9][9] != "true" || rows[8][10] != "false" {
		t.Errorf("%v", rows)
	}
}

func TestTrendsMarkdownGolden(t *testing.T) {
	golden(t, "trends.md", write(t, func(w io.Writer) error { return TrendsMarkdown(w, []bench.Trend{trend()}, 12) }))
}

func TestSlicesAreReadAsTheyWere(t *testing.T) {
	_, series := measured()
	text := write(t, func(w io.Writer) error { return Slices(w, series) })
	back, err := ReadSlices(bytes.NewReader(text))
	if err != nil || len(back) != 4 || len(back[1].Slices) != 30 {
		t.Fatalf("%d, %v", len(back), err)
	}
	was, is := series[1].Slices[12], back[1].Slices[12]
	if is.Second != 12 || is.Requests() != 41 || is.Outcomes[bench.BadStatus] != 1 || is.Response.Count() != was.Response.Count() || (is.Response.Quantile(.95)-was.Response.Quantile(.95)).Abs() > was.Response.Quantile(.95)/100 {
		t.Errorf("%+v", is)
	}
	for _, broken := range [][]byte{text[:len(text)/2], []byte("nothing")} {
		if _, err := ReadSlices(bytes.NewReader(broken)); err == nil {
			t.Error("what is broken is read")
		}
	}
}

func TestDrawingsAreFiles(t *testing.T) {
	run, _ := measured()
	if all := Drawings(run); len(all) != 3 || all["scenario-0"] != "" || xml.Unmarshal([]byte(all["scenario-1"]), new(any)) != nil || !strings.Contains(all["scenario-1"], "<style>") {
		t.Errorf("%d drawings of three that are no pass", len(all))
	}
	v := regression()
	if all := VersusDrawings(v); len(all) != 1 || xml.Unmarshal([]byte(all["user-orders"]), new(any)) != nil {
		t.Errorf("%d drawings", len(all))
	}
	v.Comparisons[1].ID = "../../outside"
	if all := VersusDrawings(v); len(all) != 0 {
		t.Errorf("%v", all)
	}
	v = regression()
	v.Comparisons[1].Distributions = &bench.Distributions{Base: hist.New(), Head: hist.New()}
	if all := VersusDrawings(v); len(all) != 0 {
		t.Error("nothing was answered, and there is a chart")
	}
}

func TestHostedCharts(t *testing.T) {
	show := func(address string) string {
		return comment(t, regression(), CommentOptions{Images: map[string]string{"user-orders": address}})
	}
	if body := show("https://ci.example/pr/7/user-orders.svg?a=1&b=2"); !strings.Contains(body, `<img src="https://ci.example/pr/7/user-orders.svg?a=1&amp;b=2" width="760" alt="Response times of GET /users/:id/orders: base and head">`) || strings.Contains(body, "```text") {
		t.Errorf("%s", body)
	}
	for _, address := range []string{"", "http://ci.example/a.svg", "javascript:alert(1)", `https://x" onerror="alert(1)`, "https://x/a.svg\n![](https://y)", "https://x/)a"} {
		if found, _ := faults(t, show(address), 1); len(found) > 0 || !strings.Contains(show(address), "```text") {
			t.Errorf("%q: %v", address, found)
		}
	}
}

// A page of five hundred endpoints can still be sent in a mail: the forty worst are drawn, and the table has all.
func TestPageOfManyEndpoints(t *testing.T) {
	v := regression()
	one := v.Comparisons[1]
	v.Comparisons = nil
	for i := range 500 {
		c := one
		c.ID, c.Name = fmt.Sprint("e", i), fmt.Sprint("GET /resources/", i)
		c.Effects = slices.Clone(one.Effects)
		c.Effects[1].Ratio = 2 + float64(i)/100
		v.Comparisons = append(v.Comparisons, c)
	}
	page := write(t, func(w io.Writer) error { return VersusHTML(w, v) })
	_, text := pageFaults(t, page)
	if n := strings.Count(string(page), "<section"); n != mostSections || len(page) > 3<<20 {
		t.Errorf("%d sections, %d bytes", n, len(page))
	}
	for _, want := range []string{"The 40 worst endpoints are drawn below; 460 more are in the table alone.", "GET /resources/0", "Latency of GET /resources/499: base and head"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
