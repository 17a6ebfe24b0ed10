package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// pairs tells a progress of a build and of six pairs, of which three are few.
func pairs(p *abProgress) {
	s := &bench.Scenario{Name: "GET /products"}
	p.each(pipeline.ABProgress{Doing: "building base"})
	p.say("trial 1: 4ead4ead4 A change")
	p.each(pipeline.ABProgress{Doing: "warming up", Scenario: s, Confirming: true})
	for n := 1; n <= 6; n++ {
		now := pipeline.ABProgress{Scenario: s, Pairs: n, Confirming: true}
		if n >= 3 {
			now.P95 = &bench.Effect{Ratio: 1.123, Low: 1.041, High: 1.21}
		}
		p.each(now)
	}
	p.done()
}

func TestABProgressInPlainLines(t *testing.T) {
	var b bytes.Buffer
	pairs(newABProgress(&b))
	want := "trial 1: 4ead4ead4 A change\nGET /products  confirming, pair 5  p95 +12.3% (+4.1% to +21.0%)\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestABProgressOnATerminalNeverWraps(t *testing.T) {
	var b bytes.Buffer
	pairs(&abProgress{w: &b, width: func() int { return 40 }})
	lines := strings.Split(b.String(), "\r\x1b[K")
	if len(lines) != 11 || lines[1] != "building base" || lines[2] != "trial 1: 4ead4ead4 A change\n" || lines[3] != "GET /products  confirming, warming up" ||
		lines[9] != "GET /products  confirming, pair 6  p95 " || lines[10] != "" {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
}
