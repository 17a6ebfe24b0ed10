package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// element is a tag of a drawing with its attributes, and the text in it.
type element struct {
	name string
	is   map[string]string
	text string
}

func (e element) num(t *testing.T, attribute string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(e.is[attribute], 64)
	if err != nil {
		t.Fatalf("%s of %s: %v", attribute, e.name, err)
	}
	return v
}

// read parses a drawing, which has to be well-formed, to name what it draws, and to stay within its bounds.
func read(t *testing.T, svg string) (all []element) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, svg)
		}
		switch x := token.(type) {
		case xml.StartElement:
			e := element{x.Name.Local, map[string]string{}, ""}
			for _, a := range x.Attr {
				e.is[a.Name.Local] = a.Value
			}
			all = append(all, e)
		case xml.CharData:
			if len(all) > 0 {
				all[len(all)-1].text += string(x)
			}
		}
	}
	if all[0].name != "svg" || all[0].is["role"] != "img" || all[1].name != "title" || all[1].text == "" || all[2].name != "desc" || all[2].text == "" || all[1].is["id"] != all[0].is["aria-labelledby"] || all[2].is["id"] != all[0].is["aria-describedby"] {
		t.Errorf("a drawing needs a title and a description: %v", all[:3])
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("a number is none:\n%s", svg)
	}
	width, height := all[0].num(t, "width"), all[0].num(t, "height")
	for _, e := range all {
		for _, xy := range points(e.is["d"]) {
			if xy[0] < -1 || xy[0] > width+1 || xy[1] < -1 || xy[1] > height+1 {
				t.Errorf("%v is outside of %g × %g: %.80v", xy, width, height, e)
			}
		}
	}
	return all
}

var pair = regexp.MustCompile(`[ML](-?[\d.]+) (-?[\d.]+)`)

// points are those that a path names in full.
func points(path string) (all [][2]float64) {
	for _, m := range pair.FindAllStringSubmatch(path, -1) {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		all = append(all, [2]float64{x, y})
	}
	return all
}

func of(all []element, name, class string) (some []element) {
	for _, e := range all {
		if e.name == name && e.is["class"] == class {
			some = append(some, e)
		}
	}
	return some
}

func near(a, b float64) bool { return math.Abs(a-b) < .11 }

func histogram(ms ...float64) *hist.Histogram {
	h := hist.New()
	for _, v := range ms {
		h.Record(time.Duration(v * 1e6))
	}
	return h
}

// Of 1, 2 … 1000 ms the axis has three nines: 0% at 66, 99.9% at the right end, 90% a third of the way. The line is at p ms where it is p%, on a scale
// that ends at 1,250 ms, since the bucket of the slowest answer reaches beyond 1,000.
func TestPercentileAxis(t *testing.T) {
	var values []float64
	for i := range 1000 {
		values = append(values, float64(i+1))
	}
	all := read(t, Percentiles("GET <a> & b", Wide, []Distribution{{Name: "head", Histogram: histogram(values...)}, {Name: "base", Base: true, Histogram: histogram(10, 20)}},
		[]Limit{{Quantile: .9, MS: 300, Breached: true}, {Quantile: .99, MS: 1e6}}))
	left, right := float64(leftOf), Wide-12-boldLetter*4
	place := map[string]float64{}
	for _, e := range of(all, "text", "c-mute") {
		place[e.text] = e.num(t, "x")
	}
	for name, third := range map[string]float64{"0%": 0, "90%": 1, "99%": 2, "99.9%": 3} {
		if want := left + (right-left)*third/3; !near(place[name], want) {
			t.Errorf("%s at %g, want %g", name, place[name], want)
		}
	}
	if _, beyond := place["99.99%"]; beyond {
		t.Error("a thousand answers have no 99.99%")
	}
	line := points(of(all, "path", "l-head")[0].is["d"])
	for _, at := range []struct{ nines, ms float64 }{{0, 1}, {1.5, 1000 * (1 - math.Pow(10, -1.5))}, {3, 999}} {
		x, y := left+(right-left)*at.nines/3, 232-(232-14)*math.Ceil(at.ms)/1250
		if got := line[int(at.nines/3*160)]; !near(got[0], x) || math.Abs(got[1]-y) > .5 { // a histogram keeps three digits
			t.Errorf("at %g nines: %v, want %g %g", at.nines, got, x, y)
		}
	}
	// Two answers tell nothing beyond the median: their line ends at log10 of 2.
	base := points(of(all, "path", "l-base")[0].is["d"])
	if got, want := base[len(base)-1][0], left+(right-left)*math.Log10(2)/3; !near(got, want) {
		t.Errorf("the line of two answers ends at %g, want %g", got, want)
	}
	limit := points(of(all, "path", "l-breach")[0].is["d"])[0]
	if want := 232 - 218*300/1250.0; !near(limit[1], want) || !near(limit[0], place["90%"]-26) {
		t.Errorf("the limit is at %v, want y %g", limit, want)
	}
	read(t, Percentiles("none", Narrow, []Distribution{{Name: "head", Histogram: hist.New()}, {Name: "base"}}, nil))
}

// Four seconds, of which each has its own band of latency, and the third has errors.
func TestHeatMap(t *testing.T) {
	var seconds []Second
	for i := range 4 {
		ms := math.Pow(10, float64(i))
		seconds = append(seconds, Second{Bins: Bins(histogram(ms, ms, ms, ms)), P50: ms, P95: ms})
	}
	seconds[2].Errors = 3
	all := read(t, HeatMap("over time", Wide, seconds))
	full := of(all, "path", "h6") // each second's answers are in one cell: all are as full as can be
	if len(full) != 1 {
		t.Fatalf("%d shades", len(full))
	}
	cells := points(full[0].is["d"])
	width := (Wide - 40 - leftOf) / 4.0
	for i, c := range cells {
		if !near(c[0], leftOf+width*float64(i)) || i > 0 && c[1] >= cells[i-1][1] {
			t.Errorf("cell %d at %v", i, c)
		}
	}
	if len(cells) != 4 {
		t.Errorf("%d cells, want 4", len(cells))
	}
	marks := of(all, "path", "l-fail")
	if len(marks) != 1 || !near(points(marks[0].is["d"])[0][0], leftOf+2.5*width) {
		t.Errorf("errors of the third second: %v", marks)
	}
	// Without histograms the lines are there all the same; without answers there is nothing.
	for i := range seconds {
		seconds[i].Bins = nil
	}
	if lines := of(read(t, HeatMap("lines", Narrow, seconds)), "path", "l-thin"); len(lines) != 2 || len(points(lines[0].is["d"])) != 4 {
		t.Errorf("%v", lines)
	}
	read(t, HeatMap("nothing", Wide, nil))
	read(t, HeatMap("nothing", Wide, []Second{{}, {Errors: 2}}))
	// An hour: columns are no narrower than three pixels.
	hour := make([]Second, 3600)
	for i := range hour {
		hour[i] = Second{Bins: []Bin{{2, 1}}, P50: 2, P95: 3}
	}
	cells = points(of(read(t, HeatMap("an hour", Wide, hour)), "path", "h6")[0].is["d"])
	if d := cells[1][0] - cells[0][0]; d < leastColumn-.1 {
		t.Errorf("a column of %g", d)
	}
}

func trendOf(n int) *bench.Trend {
	t := &bench.Trend{Name: "GET /a", Metric: "p95", Unit: "ms", Threshold: 300}
	start := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	for i := range n {
		v := 200.0
		if i >= 8 {
			v = 400
		}
		t.Points = append(t.Points, bench.Point{Time: start.AddDate(0, 0, i), Commit: "0123456789abcdef", Value: v, Subject: "x <y> \u202e & z"})
	}
	if n > 8 {
		t.Shifts = []bench.Shift{{Index: 8, Time: t.Points[8].Time, Commit: "0123456789abcdef", Before: 200, After: 400}}
	}
	return t
}

// Of twelve runs on a scale that ends at 500 ms, the step is between the eighth and the ninth; 400 ms is a breach.
func TestTrendSteps(t *testing.T) {
	tr := trendOf(12)
	all := read(t, Trend("GET /a: p95", Wide, tr, 100))
	c := canvas{plot{leftOf, Wide - 14, 26, 216, 500}, 12}
	good, bad := of(all, "circle", "f-head"), of(all, "circle", "f-fail")
	if len(good) != 8 || len(bad) != 4 {
		t.Fatalf("%d and %d points", len(good), len(bad))
	}
	if !near(good[0].num(t, "cx"), leftOf+(Wide-14-leftOf)/24.0) || !near(good[0].num(t, "cy"), 216-190*200/500.0) || !near(bad[3].num(t, "cy"), 216-190*400/500.0) {
		t.Errorf("points at %v and %v", good[0], bad[3])
	}
	step := points(of(all, "path", "l-step")[0].is["d"])[0]
	if want := (c.x(7) + c.x(8)) / 2; !near(step[0], want) {
		t.Errorf("the step is at %g, want %g", step[0], want)
	}
	levels := of(all, "path", "l-level")
	if len(levels) != 2 || !near(points(levels[0].is["d"])[0][1], c.y(200)) || !near(points(levels[1].is["d"])[0][1], c.y(400)) {
		t.Errorf("levels: %v", levels)
	}
	if y := points(of(all, "path", "l-limit")[0].is["d"])[0][1]; !near(y, c.y(300)) {
		t.Errorf("the threshold is at %g", y)
	}
	// The last five begin one run before the step; the last three are all of its level.
	for last, steps := range map[int]int{100: 1, 5: 1, 3: 0} {
		all := read(t, Trend("t", Narrow, tr, last))
		if n := len(of(all, "circle", "f-head")) + len(of(all, "circle", "f-fail")); n != min(last, 12) || len(of(all, "path", "l-step")) != steps {
			t.Errorf("the last %d: %d points", last, n)
		}
	}
	for _, n := range []int{0, 1, 2, 200} {
		read(t, Trend("t", Wide, trendOf(n), 100))
	}
}

// A drift of 10 ms a day, between 5 and 15, over seven days: 200 to 260 ms. It crosses 300 ms after four more days. The line goes on, and the band, which
// turns around the middle of the runs (230 ms), is 245 to 275 ms wide at the last of them.
func TestTrendForecast(t *testing.T) {
	tr := trendOf(7)
	for i := range tr.Points {
		tr.Points[i].Value = 200 + 10*float64(i)
	}
	since, newest := tr.Points[0].Time, tr.Points[6].Time
	latest := newest.AddDate(0, 0, 20)
	tr.Drift = &bench.Drift{PerDay: 10, Low: 5, High: 15, Since: since, Start: 200, Crossing: &bench.Crossing{Time: newest.AddDate(0, 0, 4), Earliest: newest.AddDate(0, 0, 2), Latest: &latest}}
	all := read(t, Trend("GET /a: p95", Wide, tr, 100))
	if low, high := band(tr.Drift, newest, 0); low != 245 || high != 275 {
		t.Errorf("the band begins with %g to %g", low, high)
	}
	f := forecast(tr)
	if f.days != 20*beyond {
		t.Errorf("%g days ahead", f.days)
	}
	scale := ticks(f.highest * 1.04)
	right := leftOf + (Wide-14.0-leftOf)*.72
	p := plot{leftOf, right, 26, 216, scale[len(scale)-1]}
	crossing := of(all, "circle", "f-fail")
	if len(crossing) != 1 || !near(crossing[0].num(t, "cx"), right+(Wide-14-right)*4/f.days) || !near(crossing[0].num(t, "cy"), p.y(300)) {
		t.Errorf("crossing: %v", crossing)
	}
	area := points(of(all, "path", "f-band")[0].is["d"])
	if len(area) != 26 || !near(area[0][1], p.y(275)) || !near(area[25][1], p.y(245)) || !near(area[12][1], p.y(230+15*(3+f.days))) {
		t.Errorf("band: %v", area)
	}
	if line := points(of(all, "path", "l-drift")[0].is["d"]); len(line) != 7+13 || !near(line[0][1], p.y(200)) || !near(line[6][1], p.y(260)) || !near(line[19][0], Wide-14) {
		t.Errorf("line: %v", line)
	}
	tr.Drift.Crossing = nil
	read(t, Trend("t", Narrow, tr, 3))
}

// A request of 100 ms with a query of 10 and five alike of 8 each: three rows, the last of five bars.
func TestWaterfall(t *testing.T) {
	w := &bench.Waterfall{TraceID: "abc", Duration: 100, Spans: []bench.Span{{Kind: bench.ServeOperation, Name: "GET /a", Duration: 100}, {Kind: bench.QueryOperation, Name: "SELECT <a>", Depth: 1, Start: 5, Duration: 10}}}
	for i := range 5 {
		w.Spans = append(w.Spans, bench.Span{Kind: bench.QueryOperation, Name: "SELECT b", Depth: 1, Start: 20 + 10*float64(i), Duration: 8, Failed: i == 4})
	}
	all := read(t, Waterfall("a request", Wide, w))
	x := func(ms float64) float64 { return 250 + (Wide-112-250)*ms/100 }
	root, queries, failed := of(all, "rect", "f-base"), of(all, "rect", "f-head"), of(all, "rect", "f-fail")
	if len(root) != 1 || len(queries) != 5 || len(failed) != 1 || !near(root[0].num(t, "width"), x(100)-x(0)) || !near(queries[0].num(t, "x"), x(5)) || !near(queries[0].num(t, "width"), x(10)-x(0)) {
		t.Errorf("%v %v %v", root, queries, failed)
	}
	if !near(queries[1].num(t, "y"), queries[4].num(t, "y")) || !near(failed[0].num(t, "y"), 24+2*rowHeight+3.5) || !near(failed[0].num(t, "x"), x(60)) {
		t.Errorf("the row of five: %v %v", queries[1:], failed)
	}
	if got := of(all, "text", "c-mute"); got[len(got)-1].text != "5 × 8.0ms" {
		t.Errorf("%v", got)
	}
	read(t, Waterfall("nothing", Narrow, &bench.Waterfall{}))
}

// On an axis from half to twice, +41% is halfway to the right.
func TestInterval(t *testing.T) {
	all := read(t, Interval(1, math.Sqrt2, 2, 2, true))
	dot := of(all, "circle", "f-fail")
	if len(dot) != 1 || !near(dot[0].num(t, "cx"), 66+61/2.0) {
		t.Errorf("%v", dot)
	}
	if line := of(all, "path", "l-fail")[0].is["d"]; line != "M66 8H127" {
		t.Errorf("%s", line)
	}
	read(t, Interval(0, 0, 1e9, 1, false))
}

func TestTicks(t *testing.T) {
	for highest, want := range map[float64]string{4: "[0 1 2 3 4]", 1000: "[0 200 400 600 800 1000]", 890: "[0 200 400 600 800 1000]", 7: "[0 2 4 6 8]", 416: "[0 100 200 300 400 500]", .03: "[0 0.01 0.02 0.03]"} {
		if got := fmt.Sprint(ticks(highest)); got != want {
			t.Errorf("ticks(%g) = %s, want %s", highest, got, want)
		}
	}
	for want, bounds := range map[string][2]float64{"[10 100 1000]": {5, 2000}, "[10 30 100 300]": {7, 400}, "[20 50 100]": {12, 120}, "[50 60 70]": {45, 75}} {
		if got := fmt.Sprint(logTicks(bounds[0], bounds[1])); got != want {
			t.Errorf("logTicks(%v) = %s, want %s", bounds, got, want)
		}
	}
}

// What comes from outside is text, and two charts of a page have different names.
func TestNothingFromOutsideIsMarkup(t *testing.T) {
	hostile := "</title><script>alert(1)</script>\" onload=\"x\u202e\u0000"
	w := &bench.Waterfall{Duration: 1, Spans: []bench.Span{{Name: hostile, Service: hostile, Duration: 1}}}
	tr := trendOf(12)
	for i := range tr.Points {
		tr.Points[i].Subject, tr.Points[i].Commit = hostile, hostile
	}
	tr.Shifts[0].Commit = hostile
	for _, svg := range []string{Waterfall(hostile, Wide, w), Trend(hostile, Wide, tr, 20), Percentiles(hostile, Wide, []Distribution{{Name: hostile, Histogram: histogram(1, 2)}}, nil), HeatMap(hostile, Wide, nil)} {
		for _, e := range read(t, svg) {
			if e.name == "script" || e.is["onload"] != "" {
				t.Errorf("%v in\n%s", e, svg)
			}
		}
		if !strings.HasPrefix(Alone(svg), `<svg xmlns="http://www.w3.org/2000/svg" class="chart"`) || strings.Count(Alone(svg), "<style>") != 1 {
			t.Error("a file of its own needs its colours")
		}
		read2(t, Alone(svg))
	}
	if Percentiles("a", Wide, nil, nil)[:200] == Percentiles("b", Wide, nil, nil)[:200] {
		t.Error("two charts have the same ids")
	}
}

// read2 demands that a file is well-formed.
func read2(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
