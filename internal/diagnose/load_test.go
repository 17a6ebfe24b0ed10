package diagnose

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

// seen is a subject of which the generator saw some facts.
func seen(f bench.LoadFacts) *Subject {
	return &Subject{Load: bench.LoadRecord{Model: "closed", Users: 10}, Latency: Latency{20, 100, 200}, Requests: 1000, Seconds: 10,
		Evidence: []bench.Evidence{{Source: bench.FromGenerator, Samples: 1000, Load: &f}}}
}

func TestWhatTheGeneratorSees(t *testing.T) {
	stalls := bench.Stalls{Count: 4, Period: 3, Length: 300, Share: .1, Usual: 5, Worst: 300}
	rising := bench.Growth{Quarters: [4]float64{10, 14, 18, 24}, P: 1e-6, Windows: 20}
	full := bench.Saturation{Answered: 100, Level: 10, Light: 10, Heavy: 200, Workers: 1}
	with := func(s *Subject, change func(*Subject)) *Subject { change(s); return s }
	for name, c := range map[string]struct {
		s    *Subject
		want string
	}{
		"nothing": {seen(bench.LoadFacts{}), ""},

		"429":     {seen(bench.LoadFacts{Limit: &bench.RateLimit{Share: .3, Passed: 40, RetryAfter: 1}}), "rate-limited certain"},
		"one 429": {seen(bench.LoadFacts{Limit: &bench.RateLimit{Share: .001, Passed: 40}}), ""},

		"stalls":                 {seen(bench.LoadFacts{Stalls: &stalls}), "periodic-stall certain"},
		"three of them":          {seen(bench.LoadFacts{Stalls: &bench.Stalls{Count: 3, Period: 3, Length: 300, Share: .1, Usual: 5, Worst: 300}}), "periodic-stall likely"},
		"now and then":           {seen(bench.LoadFacts{Stalls: &bench.Stalls{Count: 9, Length: 300, Share: .1, Usual: 5, Worst: 300}}), ""},
		"hardly any of the time": {seen(bench.LoadFacts{Stalls: &bench.Stalls{Count: 9, Period: 1, Length: 5, Share: .005, Usual: 5, Worst: 30}}), ""},

		"growth":                 {seen(bench.LoadFacts{Growth: &rising}), "growth certain"},
		"up and down":            {seen(bench.LoadFacts{Growth: &bench.Growth{Quarters: [4]float64{10, 24, 14, 24}, P: 1e-6}}), ""},
		"perhaps":                {seen(bench.LoadFacts{Growth: &bench.Growth{Quarters: rising.Quarters, P: .01}}), ""},
		"by little":              {seen(bench.LoadFacts{Growth: &bench.Growth{Quarters: [4]float64{10, 11, 12, 13}, P: 1e-6}}), ""},
		"the load grows":         {with(seen(bench.LoadFacts{Growth: &rising}), func(s *Subject) { s.Load.Stages = make([]bench.StageRecord, 2) }), ""},
		"a backlog is no growth": {seen(bench.LoadFacts{Growth: &rising, Saturation: &full}), "saturation likely"},

		"late":           {with(seen(bench.LoadFacts{}), func(s *Subject) { s.Generator = bench.Generator{LateSeconds: 2, CanaryP95: 5} }), "generator-limit certain"},
		"late once":      {with(seen(bench.LoadFacts{}), func(s *Subject) { s.Generator.LateSeconds = 1 }), ""},
		"one connection": {with(seen(bench.LoadFacts{Phases: bench.Phases{Wait: 18}}), func(s *Subject) { s.Load.Connections = 1 }), "generator-limit certain"},
		"enough of them": {with(seen(bench.LoadFacts{Phases: bench.Phases{Wait: .2}}), func(s *Subject) { s.Load.Connections = 9 }), ""},
		"few slots": {with(seen(bench.LoadFacts{Phases: bench.Phases{Wait: 15}}), func(s *Subject) {
			s.Load, s.Delayed = bench.LoadRecord{Model: "open", Rate: 100, InFlight: 2}, 500
		}), "generator-limit likely"},

		"large answers":         {seen(bench.LoadFacts{Answer: bench.SizeSummary{P50: 60 << 10}, Phases: bench.Phases{Body: 8}}), "oversized-answer possible"},
		"huge answers":          {seen(bench.LoadFacts{Answer: bench.SizeSummary{P50: 400 << 10}, Phases: bench.Phases{Body: 8}}), "oversized-answer likely"},
		"large ones in no time": {seen(bench.LoadFacts{Answer: bench.SizeSummary{P50: 60 << 10}, Phases: bench.Phases{Body: .1}}), ""},
		"small ones":            {seen(bench.LoadFacts{Answer: bench.SizeSummary{P50: 20 << 10}, Phases: bench.Phases{Body: 8}}), ""},
		"as large as before":    {with(seen(bench.LoadFacts{Answer: bench.SizeSummary{P50: 400 << 10}, Phases: bench.Phases{Body: 8}}), func(s *Subject) { s.Base = s.Evidence }), ""},
		"larger than before": {with(seen(bench.LoadFacts{Answer: bench.SizeSummary{P50: 60 << 10}, Phases: bench.Phases{Body: 8}}), func(s *Subject) {
			s.Base = seen(bench.LoadFacts{Answer: bench.SizeSummary{P50: 4 << 10}}).Evidence
		}), "oversized-answer certain"},
	} {
		if got := found(c.s); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A service is saturated because each request does too much: that is what to mend, and what the saturation shows belongs to it.
func TestSaturationIsASymptom(t *testing.T) {
	s := slow(query(orders, nil), each50(nil))
	s.Evidence = append(s.Evidence, seen(bench.LoadFacts{Saturation: &bench.Saturation{Answered: 100, Level: 10, Light: 10, Heavy: 200, Workers: 1}}).Evidence...)
	findings, _ := Explain(s)
	if len(findings) != 1 || findings[0].Kind != bench.NPlusOne || findings[0].Evidence[1].Source != bench.FromGenerator {
		t.Errorf("%+v", findings)
	}
}

// By itself it leaves open what the requests wait for, so the advice says who would tell.
func TestASymptomAloneIsNotAllThatCouldBeKnown(t *testing.T) {
	s := seen(bench.LoadFacts{Saturation: &bench.Saturation{Answered: 100, Level: 10, Light: 10, Heavy: 200, Workers: 3.2}})
	findings, advice := Explain(s)
	if len(findings) != 1 || !strings.Contains(findings[0].Remedy, "about 3.2 requests") || !strings.Contains(strings.Join(advice, "\n"), "otlp: auto") {
		t.Errorf("%+v %v", findings, advice)
	}
}

// Near the bounds of what is known: a subject without evidence, and evidence without content.
func TestNothingIsSaidOfNothing(t *testing.T) {
	for _, s := range []*Subject{{}, {Evidence: []bench.Evidence{{Source: bench.FromTraces}, {Source: bench.FromGenerator}, {Source: bench.FromPostgres}, {Source: bench.FromMetrics}, {Source: bench.FromProfile}, {Source: bench.FromServerTiming}}}} {
		if findings, _ := Explain(s); len(findings) > 0 {
			t.Errorf("%+v", findings)
		}
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		span(.42): "0.4 ms", span(36): "36 ms", span(1420): "1,420 ms", number(51): "51", number(2.5): "2.5", number(3): "3", number(1234567): "1,234,567",
		size(500): "500 bytes", size(54 << 10): "54 KB", size(3 << 20): "3.0 MB", percent(.345): "34%",
		faster(100, 80): "80 ms less, about 5 times faster", faster(100, 20): "20 ms less, about 1.2 times faster", faster(100, 5): "5.0 ms less, 5% faster", faster(100, 99): "99 ms less",
		quoted("a`b"): "`a'b`", where(&bench.Location{File: "a.go", Line: 3}): " (a.go:3)", where(nil): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
