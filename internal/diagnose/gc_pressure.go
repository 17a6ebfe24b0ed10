package diagnose

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

const (
	leastGC        = 0.2       // of the service's CPU, in the collector
	leastPaused    = 0.05      // of the time, in which the collector stopped the program
	leastCollected = 0.1       // of a request, that the collector takes
	leastBytes     = 512 << 10 // allocated a request: collectors of small heaps run often, and cost little
)

// gcPressure finds a service that is busy with its garbage: a fifth of its CPU, or a twentieth of the time stopped, while each request
// allocates half a megabyte or more. Who allocates most, the profile says.
func gcPressure(s *Subject) []cause {
	rate := s.rate()
	if rate <= 0 {
		return nil
	}
	allocated := gaugeOf(s, bench.AllocatedBytes)
	if allocated == nil || allocated.Mean/rate < leastBytes {
		return nil
	}
	bytes := allocated.Mean / rate
	c := cause{Finding: bench.Finding{Kind: bench.GCPressure, Confidence: bench.Likely}}
	cpu, gc, paused := gaugeOf(s, bench.CPUSeconds), gaugeOf(s, bench.GCCPUSeconds), gaugeOf(s, bench.GCSeconds)
	switch {
	case cpu != nil && gc != nil && cpu.Mean > 0 && gc.Mean/cpu.Mean >= leastGC:
		share := gc.Mean / cpu.Mean
		c.Effect.ShareP50 = s.share(gc.Mean / rate * 1000)
		if cores := gaugeOf(s, bench.Cores); cores != nil && cpu.Mean >= allCores*cores.Mean {
			c.Effect.ShareP50 = max(c.Effect.ShareP50, share)
		}
		c.Evidence = []bench.Proof{{Source: bench.FromProfile, Text: fmt.Sprintf("the garbage collector takes %s of the service's CPU", percent(share))}}
	case paused != nil && paused.Mean >= leastPaused:
		c.Effect.ShareP50 = min(paused.Mean, 1)
		c.Evidence = []bench.Proof{{Source: bench.FromMetrics, Text: fmt.Sprintf("the garbage collector stops the program %s of the time (%s)", percent(paused.Mean), paused.Name)}}
	default:
		return nil
	}
	if c.Effect.ShareP50 < leastCollected {
		return nil
	}
	c.Summary = fmt.Sprintf("each request allocates %s, and the garbage collector takes its time", size(bytes))
	c.Remedy = "allocate less for each request: reuse buffers, share what does not change, read and write in pieces"
	c.Evidence = append(c.Evidence, bench.Proof{Source: bench.FromMetrics, Text: fmt.Sprintf("%s are allocated a second, at %s requests a second", size(allocated.Mean), number(rate))})
	if e := of(s.Evidence, bench.FromProfile); e != nil {
		for _, f := range e.Functions {
			if f.Kind == "alloc" { // the first is the largest
				at := bench.Location{File: f.File, Line: f.Line}
				c.about, c.Suspect = f.Name, suspect(&at)
				c.Summary = fmt.Sprintf("each request allocates %s, most of it in %s, and the garbage collector takes its time", size(bytes), quoted(short(f.Name)))
				c.Evidence = append(c.Evidence, bench.Proof{Source: bench.FromProfile, Samples: e.Samples, Text: fmt.Sprintf("%s of what is allocated, %s a request, is in %s%s", percent(f.Flat), size(f.Flat*bytes), quoted(short(f.Name)), where(&at))})
				break
			}
		}
	}
	return []cause{c}
}
