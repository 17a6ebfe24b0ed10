package diagnose

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastHot     = 0.25 // of the service's CPU, in one function and what of libraries it calls
	leastHotMS   = 2    // of CPU a request; a service that does nothing else spends its CPU somewhere, too
	leastSamples = 30   // of a profile: ten to a share of a third
	leastOfCPU   = 0.15 // of the latency, that it takes: less than of other causes, since what queues up behind it elsewhere is not in it
	allCores     = 0.8  // of the cores at work: then CPU is what requests wait for
)

// cpuHotspot finds the service's own function that takes the CPU: a quarter of it, 2 ms a request at least, and a seventh of the latency. What
// its threads wait for a core is part of what it takes; when the cores are all at work, its share of the CPU is its share of the latency. A
// function whose memory takes more than itself is left to gcPressure.
func cpuHotspot(s *Subject) []cause {
	e := of(s.Evidence, bench.FromProfile)
	if e == nil || e.Samples < leastSamples || len(e.Functions) == 0 {
		return nil
	}
	f := e.Functions[0]           // the hottest; those of memory come after
	ms, share := s.ofCPU(f.Total) // with the memory that it asks for
	if f.Kind != "cpu" || f.Flat < leastHot || mostlyMemory(e) || ms < leastHotMS || share < leastOfCPU {
		return nil
	}
	c := cause{about: f.Name, Finding: bench.Finding{Kind: bench.CPUHotspot, Confidence: bench.Likely,
		Effect:  bench.Gain{ShareP50: share, SavesMS: min(ms, s.Latency.P50)},
		Summary: fmt.Sprintf("%s takes %s of the service's CPU, %s a request", quoted(short(f.Name)), percent(f.Total), span(ms)),
		Remedy:  "look at what it does for each request that could be done once, or not at all; the profile names the line",
		Suspect: suspect(&bench.Location{File: f.File, Line: f.Line, Function: f.Name})}}
	c.Evidence = []bench.Proof{{Source: bench.FromProfile, Samples: e.Samples, Text: fmt.Sprintf("%s of the CPU samples are in it%s and what it calls of libraries, %s with the memory that it asks for, at %s requests a second",
		percent(f.Flat), where(&bench.Location{File: f.File, Line: f.Line}), percent(f.Total), number(s.rate()))}}
	return []cause{c}
}

// ofCPU is what a part of the service's CPU, 0 to 1, takes of a request: milliseconds of CPU, and the share of latency.
func (s *Subject) ofCPU(part float64) (ms, share float64) {
	busy, rate := s.gauge(bench.CPUSeconds), s.rate()
	if busy == nil || rate <= 0 {
		return 0, 0
	}
	ms = part * busy.Mean / rate * 1000
	waits := 0.0
	if wait := s.gauge(bench.CPUWaitSeconds); wait != nil {
		waits = part * wait.Mean / rate * 1000
	}
	share = s.share(ms + waits)
	if cores := s.gauge(bench.Cores); cores != nil && busy.Mean >= allCores*cores.Mean {
		share = max(share, part)
	}
	return ms, share
}

// gauge is that of a kind, of the metrics or of the profile, which measures for a shorter time; nil: there is none.
func (s *Subject) gauge(kind string) *bench.Gauge {
	for _, source := range []bench.Source{bench.FromMetrics, bench.FromProfile} {
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
