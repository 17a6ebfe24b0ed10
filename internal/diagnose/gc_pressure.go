package diagnose

import (
	"fmt"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastMemory = 0.5       // of the service's CPU, in allocating and collecting: with less, what it is done for takes more than it does,
	muchMemory  = 0.3       // unless the function that allocates most is the hottest, and memory takes twice what it does itself
	leastOfHalf = 20        // samples of a profile: ten to a share of a half
	leastPaused = 0.1       // of the time, in which the collector stopped the program
	leastBytes  = 512 << 10 // allocated a request: collectors of small heaps run often, and cost little
)

// gcPressure finds a service that is busy with its memory: half of its CPU goes into allocating and collecting (or a third, and twice
// what it is done for takes) and that is a seventh of the latency, or its collector stops it a tenth of the time, while each request allocates half a
// megabyte or more. Who allocates most, the profile says.
func gcPressure(s *Subject) []cause {
	rate, allocated := s.rate(), s.gauge(bench.AllocatedBytes)
	if rate <= 0 || allocated == nil || allocated.Mean/rate < leastBytes {
		return nil
	}
	bytes := allocated.Mean / rate
	c := cause{Finding: bench.Finding{Kind: bench.GCPressure, Confidence: bench.Likely,
		Summary: fmt.Sprintf("each request allocates %s, and the garbage collector takes its time", size(bytes)),
		Remedy:  "allocate less for each request: reuse buffers, share what does not change, read and write in pieces"}}
	e, paused := of(s.Evidence, bench.FromProfile), s.gauge(bench.GCSeconds)
	if part := memory(e); part >= leastMemory || mostlyMemory(e) {
		all := part
		if mostlyMemory(e) {
			all = max(part, e.Functions[0].Total) // what fills the memory goes with it
		}
		if c.Effect.SavesMS, c.Effect.ShareP50 = s.ofCPU(all); c.Effect.ShareP50 >= leastOfCPU {
			c.Evidence = append(c.Evidence, bench.Proof{Source: bench.FromProfile, Samples: e.Samples, Text: fmt.Sprintf("allocating and collecting garbage take %s of the service's CPU", percent(part))})
		}
	}
	if paused != nil && paused.Mean >= leastPaused {
		c.Effect.ShareP50 = max(c.Effect.ShareP50, min(paused.Mean, 1))
		c.Evidence = append(c.Evidence, bench.Proof{Source: bench.FromMetrics, Text: fmt.Sprintf("the garbage collector stops the program %s of the time (%s)", percent(paused.Mean), paused.Name)})
	}
	if len(c.Evidence) == 0 {
		return nil
	}
	c.Evidence = append(c.Evidence, bench.Proof{Source: bench.FromMetrics, Text: fmt.Sprintf("%s are allocated a second, at %s requests a second", size(allocated.Mean), number(rate))})
	if e == nil {
		return []cause{c}
	}
	for _, f := range e.Functions {
		if f.Kind == "alloc" { // the first is the largest
			at := bench.Location{File: f.File, Line: f.Line, Function: f.Name}
			c.about, c.Suspect = f.Name, suspect(&at)
			c.Summary = fmt.Sprintf("each request allocates %s, most of it in %s, and the garbage collector takes its time", size(bytes), quoted(short(f.Name)))
			c.Evidence = append(c.Evidence, bench.Proof{Source: bench.FromProfile, Samples: e.Samples, Text: fmt.Sprintf("%s of what is allocated, %s a request, is in %s%s", percent(f.Flat), size(f.Flat*bytes), quoted(short(f.Name)), where(&at))})
			break
		}
	}
	return []cause{c}
}

// mostlyMemory reports whether the hottest function is the one that allocates most, and memory takes twice as much of the CPU as it does itself.
func mostlyMemory(e *bench.Evidence) bool {
	if part := memory(e); part < muchMemory || e.Functions[0].Kind != "cpu" || part < 2*e.Functions[0].Flat {
		return false
	}
	i := slices.IndexFunc(e.Functions, func(f bench.Function) bool { return f.Kind == "alloc" })
	return i >= 0 && e.Functions[i].Name == e.Functions[0].Name
}

// memory is the part of the service's CPU that goes into allocating and collecting.
func memory(e *bench.Evidence) float64 {
	if e == nil || e.Samples < leastOfHalf {
		return 0
	}
	for _, f := range e.Functions {
		if f.Kind == "gc" {
			return f.Total
		}
	}
	return 0
}
