package diagnose

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastHot   = 0.25 // of the service's CPU, in one function and what of libraries it calls
	leastHotMS = 2    // of CPU a request; a service that does nothing else spends its CPU somewhere, too
	allCores   = 0.8  // of the cores at work: then CPU is what requests wait for
)

// cpuHotspot finds the service's own function that takes the CPU: a quarter of it, 2 ms a request at least, and a fifth of the latency. When
// the cores are all at work, requests wait for CPU, and the function's share of it is its share of the latency.
func cpuHotspot(s *Subject) []cause {
	e, rate := of(s.Evidence, bench.FromProfile), s.rate()
	if e == nil || rate <= 0 || len(e.Functions) == 0 {
		return nil
	}
	f := e.Functions[0] // the hottest; those of memory come after
	busy := gaugeOf(s, bench.CPUSeconds)
	if f.Kind != "cpu" || f.Flat < leastHot || busy == nil {
		return nil
	}
	ms := f.Flat * busy.Mean / rate * 1000
	share := s.share(ms)
	if cores := gaugeOf(s, bench.Cores); cores != nil && busy.Mean >= allCores*cores.Mean {
		share = max(share, f.Flat)
	}
	if ms < leastHotMS || share < leastOfRequest {
		return nil
	}
	c := cause{about: f.Name, Finding: bench.Finding{Kind: bench.CPUHotspot, Confidence: bench.Likely,
		Effect:  bench.Gain{ShareP50: share, SavesMS: min(ms, s.Latency.P50)},
		Summary: fmt.Sprintf("%s takes %s of the service's CPU, %s a request", quoted(short(f.Name)), percent(f.Flat), span(ms)),
		Remedy:  "look at what it does for each request that could be done once, or not at all; the profile names the line",
		Suspect: suspect(&bench.Location{File: f.File, Line: f.Line})}}
	c.Evidence = []bench.Proof{{Source: bench.FromProfile, Samples: e.Samples, Text: fmt.Sprintf("%s of the CPU samples are in it%s, with what it calls of libraries; the service uses %s cores at %s requests a second",
		percent(f.Flat), where(&bench.Location{File: f.File, Line: f.Line}), number(busy.Mean), number(rate))}}
	return []cause{c}
}

// gaugeOf is the gauge of a kind, of the profile or of the metrics; nil: there is none.
func gaugeOf(s *Subject, kind string) *bench.Gauge {
	for _, source := range []bench.Source{bench.FromProfile, bench.FromMetrics} {
		e := of(s.Evidence, source)
		if e == nil {
			continue
		}
		for i := range e.Gauges {
			if e.Gauges[i].Kind == kind {
				return &e.Gauges[i]
			}
		}
	}
	return nil
}

// short is a function without the path of its package: catalog.(*Catalog).Search.
func short(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
