package profile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/pprof/profile"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	mostFunctions = 25 // of each kind
	leastShare    = 0.01
)

// A tally is what one function accounts for.
type tally struct {
	flat, total float64
	lines       map[place]float64
}

// A place is a line of source.
type place struct {
	file string
	line int64
}

// cpu is where the time went, and how many cores were at work.
func cpu(p *profile.Profile) (samples int64, functions []bench.Function, gauges []bench.Gauge) {
	at := column(p, "cpu", "nanoseconds")
	var all, gc float64
	for _, s := range p.Sample {
		all += float64(s.Value[at])
		samples += s.Value[0]
		if manages(s) {
			gc += float64(s.Value[at])
		}
	}
	if all == 0 {
		return samples, nil, nil
	}
	functions = ranked(tallies(p, at), all, "cpu")
	if gc/all >= leastShare {
		functions = append(functions, bench.Function{Name: "memory", Kind: "gc", Flat: gc / all, Total: gc / all})
	}
	if p.DurationNanos > 0 {
		length := float64(p.DurationNanos)
		gauges = []bench.Gauge{steady(bench.CPUSeconds, all/length), steady(bench.GCCPUSeconds, gc/length)}
	}
	return samples, functions, gauges
}

// steady is a rate of which only the mean is known.
func steady(kind string, rate float64) bench.Gauge {
	return bench.Gauge{Name: "pprof", Kind: kind, First: rate, Last: rate, Mean: rate, Max: rate}
}

// allocations are what was allocated while the profile was taken, as of so many requests. rate is all of it, in bytes.
func allocations(p *profile.Profile, requests float64) (functions []bench.Function, all float64) {
	at := column(p, "alloc_space", "bytes")
	for _, s := range p.Sample {
		all += float64(s.Value[at])
	}
	if all <= 0 {
		return nil, 0
	}
	functions = ranked(tallies(p, at), all, "alloc")
	for i := range functions {
		if requests > 0 {
			functions[i].Bytes = functions[i].Total * all / requests
		}
	}
	return functions, all
}

// column is where a sample holds values of a type; the last one if it is not known.
func column(p *profile.Profile, kind, unit string) int {
	for i, t := range p.SampleType {
		if t.Type == kind && t.Unit == unit {
			return i
		}
	}
	return len(p.SampleType) - 1
}

// tallies are the functions of the service itself. Each sample is flat in the nearest of them, and in the total of each that is on its stack.
// What the runtime does about memory is in no function's CPU: it is another cause, and who allocates is told by the allocations.
func tallies(p *profile.Profile, at int) map[string]*tally {
	all, cpu := map[string]*tally{}, p.SampleType[at].Type == "cpu"
	for _, s := range p.Sample {
		value := float64(s.Value[at])
		var seen []string
		for _, l := range s.Location { // the innermost first
			for _, line := range l.Line {
				f := line.Function
				if f == nil || !own(f) || slices.Contains(seen, f.Name) {
					continue
				}
				t := all[f.Name]
				if t == nil {
					t = &tally{lines: map[place]float64{}}
					all[f.Name] = t
				}
				if len(seen) == 0 && (!cpu || !manages(s)) {
					t.flat += value
				}
				t.total += value
				t.lines[place{f.Filename, line.Line}] += value
				seen = append(seen, f.Name)
			}
		}
	}
	return all
}

// ranked are the functions that count, by what is flat in them: those above only hand on.
func ranked(all map[string]*tally, sum float64, kind string) []bench.Function {
	var out []bench.Function
	for name, t := range all {
		if t.flat/sum < leastShare && t.total/sum < leastShare {
			continue
		}
		var hottest place
		for at, v := range t.lines {
			if most := t.lines[hottest]; v > most || v == most && (at.file < hottest.file || at.file == hottest.file && at.line < hottest.line) {
				hottest = at
			}
		}
		out = append(out, bench.Function{Name: evidence.Short(evidence.Plain(name), 200), File: evidence.Short(evidence.Plain(hottest.file), 300), Line: int(hottest.line), Kind: kind,
			Flat: t.flat / sum, Total: t.total / sum})
	}
	slices.SortFunc(out, func(a, b bench.Function) int {
		return cmp.Or(cmp.Compare(b.Flat, a.Flat), cmp.Compare(b.Total, a.Total), cmp.Compare(a.Name, b.Name))
	})
	return out[:min(len(out), mostFunctions)]
}

// own reports whether a function belongs to the service itself: not to the standard library, nor to a module that it requires. What has no
// package is the runtime's assembly.
func own(f *profile.Function) bool {
	first := f.Name[:strings.IndexAny(f.Name+".", "./")]
	if first == "main" {
		return true
	}
	return first != "" && first != f.Name && !standard[first] && !strings.Contains(f.Filename, "@v") && !strings.Contains(f.Filename, "/vendor/")
}

// standard are what paths of the standard library's packages begin with. A module's path may have no dot either, so the names are told.
var standard = func() map[string]bool {
	all := map[string]bool{}
	for name := range strings.FieldsSeq(`archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html image
		index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text time type unicode
		unique unsafe vendor weak golang cgo _cgo_topofstack x_cgo_init`) {
		all[name] = true
	}
	return all
}()

// manages reports whether a sample is of allocating or of collecting garbage, be it in the collector's own threads, in one that has to help, or
// in one that tells the collector of the pointers it writes.
func manages(s *profile.Sample) bool {
	return slices.ContainsFunc(s.Location, func(l *profile.Location) bool {
		return slices.ContainsFunc(l.Line, func(line profile.Line) bool {
			if line.Function == nil {
				return false
			}
			name, ok := strings.CutPrefix(line.Function.Name, "runtime.")
			return ok && (memoryFunctions[name] || slices.ContainsFunc(memoryPrefixes, func(p string) bool { return strings.HasPrefix(name, p) }))
		})
	})
}

var (
	// memoryFunctions are those of the runtime that allocate and collect.
	memoryFunctions = map[string]bool{"gcBgMarkWorker": true, "gcAssistAlloc": true, "gcStart": true, "gcMarkDone": true, "gcMarkTermination": true, "bgsweep": true, "bgscavenge": true,
		"deductSweepCredit": true, "newobject": true, "wbMove": true, "wbZero": true}
	// memoryPrefixes are what the names of further ones begin with, of which there is one for each size or so.
	memoryPrefixes = []string{"mallocgc", "mallocTiny", "gcWriteBarrier", "wbBufFlush", "bulkBarrier"}
)
