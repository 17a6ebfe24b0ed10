package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// seconds tells a progress of a scenario of 2 s of warm-up and 10 s of measurement, and of 2 s in which the last answers are waited
// for. Each second has 100 answers of 20 ms, and one error.
func seconds(p *progress) {
	s := &bench.Scenario{Name: "GET /products", Load: bench.Load{Users: 1, Warmup: 2 * time.Second, Duration: 10 * time.Second}}
	for i := range 14 {
		now := load.Progress{Elapsed: min(time.Duration(i+1), 12) * time.Second, Warmup: i < 2}
		if i < 11 { // the last second is never over before the load is
			now.Slice = bench.NewSlice(i - 2)
			for range 100 {
				now.Slice.Record(bench.Measurement{Done: 20 * time.Millisecond})
			}
			now.Slice.Record(bench.Measurement{Outcome: bench.BadStatus})
		}
		p.each(pipeline.Progress{Scenario: s, Progress: now})
	}
	p.done()
}

func TestProgressInPlainLines(t *testing.T) {
	var b bytes.Buffer
	seconds(newProgress(&b))
	want := "GET /products  5s of 12s  101 req/s  p95 20ms  3 errors\n" +
		"GET /products  10s of 12s  101 req/s  p95 20ms  8 errors\n" +
		"GET /products  12s of 12s  waiting for the last answers  p95 20ms  9 errors\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestProgressOnATerminalNeverWraps(t *testing.T) {
	var b bytes.Buffer
	seconds(&progress{w: &b, width: func() int { return 40 }})
	lines := strings.Split(b.String(), "\r\x1b[K")
	if len(lines) != 16 || lines[1] != "GET /products  1s of 12s  101 req/s  wa" || lines[15] != "" {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
}
