package servertiming

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

func TestParse(t *testing.T) {
	for header, want := range map[string][]metric{
		`total;dur=12.5, db;dur=8;desc="53 queries"`:         {{"total", 12.5, 0}, {"db", 8, 53}},
		` cache ; desc="Hit, or; miss" ; dur="3" ,, x`:       {{"cache", 3, 0}, {"x", -1, 0}},
		`db;dur=1;dur=9;DESC="2 SQL statements"`:             {{"db", 1, 2}},
		`a;dur=-1, b;dur=NaN, c;dur=x, d;desc="1e9 queries"`: {{"a", -1, 0}, {"b", -1, 0}, {"c", -1, 0}, {"d", -1, 0}},
		`"`:              {{`"`, -1, 0}},
		"":               nil,
		"\x1b[31m;dur=1": {{"[31m", 1, 0}},
	} {
		if diff := cmp.Diff(want, parse(header), cmp.AllowUnexported(metric{})); diff != "" {
			t.Errorf("%s: %s", header, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`db;dur=1.5;desc="2 \"queries\"", app;dur=3`)
	f.Fuzz(func(t *testing.T, header string) {
		for _, m := range parse(header) {
			if m.name == "" || math.IsNaN(m.duration) || m.count < 0 {
				t.Errorf("%q: %+v", header, m)
			}
		}
	})
}

// Requests of n orders take n+2 ms: n in n+1 queries, the rest in the app. n is 1 to 100.
func TestRead(t *testing.T) {
	var s bench.Sample
	for n := 1; n <= 100; n++ {
		took := time.Duration(n+2) * time.Millisecond
		s.Requests = append(s.Requests, bench.Sampled{Measurement: bench.Measurement{Done: took}, Grows: float64(n),
			ServerTiming: `app;dur=2, db;dur=` + itoa(n) + `;desc="` + itoa(n+1) + ` queries"`})
	}
	e := Read(s, evidence.Span{})
	if e.Samples != 100 || len(e.Timings) != 2 || e.Timings[0].Name != "db" {
		t.Fatalf("%+v", e)
	}
	db := e.Timings[0]
	// The middle half is n from 26 to 75: 50.5 ms of 52.5 on the average, 51.5 queries. The slowest twentieth: 96 to 100, 98 of 100 ms.
	want := bench.Timing{Name: "db", Mean: 50.5, P50: 50, P95: 95, Share: 50.5 / 52.5, ShareSlow: 98. / 100, Count: 51.5, CountSlow: 99, CountBySize: 1}
	if diff := cmp.Diff(want, db, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Error(diff)
	}
	if e := Read(bench.Sample{}, evidence.Span{}); e.Missing == "" {
		t.Error("nothing was told, and nothing is missing")
	}
}

func itoa(n int) string {
	return string(rune('0'+n/100%10)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10))
}
