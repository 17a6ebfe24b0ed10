package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

func trend() bench.Trend {
	t := bench.Trend{Name: `GET /<b>&"x"`, Metric: "p95", Unit: "ms", Threshold: 300}
	start := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	for i := range 12 {
		v := 245.0
		if i >= 8 {
			v = 890
		}
		t.Points = append(t.Points, bench.Point{Time: start.AddDate(0, 0, i), Commit: "0123456789abcdef", Value: v})
	}
	t.Shifts = []bench.Shift{{Index: 8, Time: start.AddDate(0, 0, 8), Commit: "0123456789abcdef", Subject: "Load orders <lazily>", Between: []string{"aaaa Another"}, Before: 245, After: 890}}
	latest := start.AddDate(0, 4, 0)
	t.Drift = &bench.Drift{PerDay: 5 / daysInMonth, Low: 4 / daysInMonth, High: 6 / daysInMonth, Since: start, Start: 240, Crossing: &bench.Crossing{Time: start.AddDate(0, 3, 0), Earliest: start.AddDate(0, 2, 0), Latest: &latest}}
	return t
}

func TestTrendText(t *testing.T) {
	var b bytes.Buffer
	if err := TrendsText(&b, []bench.Trend{trend()}, 5); err != nil {
		t.Fatal(err)
	}
	want := `GET /<b>&"x"  p95 of the last 5 of 12 runs (threshold: 300ms)
  2026-11-08 09:00  012345678  245ms   ████████▎                       
  2026-11-09 09:00  012345678  890ms!  ██████████████████████████████  <- step
  2026-11-10 09:00  012345678  890ms!  ██████████████████████████████  
  2026-11-11 09:00  012345678  890ms!  ██████████████████████████████  
  2026-11-12 09:00  012345678  890ms!  ██████████████████████████████  
  step: 245ms -> 890ms (+263%) on 2026-11-09 at 012345678 Load orders <lazily>
    aaaa Another
  drift: +5 ms a month (95% interval +4 to +6); crosses 300ms about 2027-02-01 (2027-01-01 to 2027-03-01)
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDriftInWords(t *testing.T) {
	tr := trend()
	for says, change := range map[string]func(){
		"no crossing in sight":         func() { tr.Drift.Crossing = nil },
		"beyond the threshold already": func() { tr.Drift.Start = 301 },
		"no drift":                     func() { tr.Drift = nil },
	} {
		tr = trend()
		if change(); !strings.HasSuffix(driftText(&tr), says) {
			t.Errorf("%q, want %q", driftText(&tr), says)
		}
	}
}

// What comes from outside cannot become markup, and the SVG is well-formed.
func TestTrendSVGAndHTML(t *testing.T) {
	for _, tr := range []bench.Trend{trend(), {Name: "none", Metric: "p95"}} {
		var b bytes.Buffer
		if err := TrendSVG(&b, &tr, 100); err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(&b)
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := TrendsHTML(&b, []bench.Trend{trend()}, 5); err != nil {
		t.Fatal(err)
	}
	if page := b.String(); strings.Contains(page, "<b>") || strings.Contains(page, "<lazily>") || !strings.Contains(page, "&lt;lazily&gt;") || strings.Contains(page, "src=") || strings.Contains(page, "<script") {
		t.Errorf("%s", page)
	}
}
