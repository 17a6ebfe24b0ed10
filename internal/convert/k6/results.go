package k6

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// mostChecks is how many failed checks a result tells of.
const mostChecks = 5

// Target is the scheme and host that most requests went to, as far as the stream tells it.
func (s *Stream) Target() string {
	best := ""
	for _, host := range slices.Sorted(maps.Keys(s.hosts)) {
		if host != "" && s.hosts[host] > s.hosts[best] {
			best = host
		}
	}
	return best
}

// Started is when the first request was sent.
func (s *Stream) Started() time.Time { return s.origin }

// Results are what the stream holds, in the order in which k6 began them. The error says that there is nothing in it.
func (s *Stream) Results() ([]Result, error) {
	switch {
	case len(s.parts) > 0:
	case s.points == 0 && s.strangers > 0:
		return nil, fmt.Errorf("is no metric stream of k6 (%s): write one with k6 run --out json=FILE", s.example)
	case s.left > 0:
		return nil, fmt.Errorf("all %d requests are of set-up, teardown or warm-up: nothing was measured", s.left)
	default:
		return nil, errors.New("has no HTTP request")
	}
	by := s.by()
	groups := map[string]*group{}
	for key, m := range s.parts {
		id, name := key.called(by, s.severalScenarios())
		g := groups[id]
		if g == nil {
			g = &group{id: id, name: name}
			groups[id] = g
		}
		g.add(key, m)
	}
	sorted := slices.SortedFunc(maps.Values(groups), func(a, b *group) int { return cmp.Or(a.first.Compare(b.first), strings.Compare(a.id, b.id)) })
	results := make([]Result, len(sorted))
	for i, g := range sorted {
		results[i] = s.result(g, by)
	}
	if s.strangers > 0 {
		results[0].Notes = append(results[0].Notes, fmt.Sprintf("%d lines of the stream are none of k6's and were left out (%s)", s.strangers, s.example))
	}
	if s.unsent > 0 {
		results[0].Notes = append(results[0].Notes, fmt.Sprintf("%d requests timed out before they were sent: they are errors, and in no percentile", s.unsent))
	}
	return results, nil
}

// by settles what is automatic.
func (s *Stream) by() By {
	if s.o.By != Auto {
		return s.o.By
	}
	for key := range s.parts {
		if key.scenario != defaultScenario && key.scenario != "" {
			return ByScenario
		}
	}
	return ByName
}

func (s *Stream) severalScenarios() bool {
	first := true
	var seen string
	for key := range s.parts {
		if !first && key.scenario != seen {
			return true
		}
		first, seen = false, key.scenario
	}
	return false
}

// called is the id and the name of the result that a part goes into.
func (p part) called(by By, several bool) (id, name string) {
	switch by {
	case ByName:
		name = p.name
	case ByGroup:
		name = cmp.Or(strings.TrimPrefix(strings.ReplaceAll(p.group, "::", " / "), " / "), p.scenario)
	default:
		return cmp.Or(p.scenario, defaultScenario), cmp.Or(p.scenario, defaultScenario)
	}
	id = cmp.Or(slug(name), "requests")
	if several && p.scenario != "" {
		id, name = slug(p.scenario)+"-"+id, name+" ("+p.scenario+")"
	}
	return id, name
}

// A group is the parts of one result.
type group struct {
	id, name    string
	parts       []part
	slices      map[int]*bench.Slice
	statuses    map[int]int64
	first, last time.Time
}

func (g *group) add(key part, m *measured) {
	g.parts = append(g.parts, key)
	if g.first.IsZero() || m.first.Before(g.first) {
		g.first = m.first
	}
	if m.last.After(g.last) {
		g.last = m.last
	}
	if g.slices == nil {
		g.slices, g.statuses = m.slices, m.statuses
		return
	}
	for status, n := range m.statuses {
		g.statuses[status] += n
	}
	for second, slice := range m.slices {
		if mine := g.slices[second]; mine != nil {
			mine.Add(slice)
			mine.Compact()
		} else {
			g.slices[second] = slice
		}
	}
}

// seconds are the slices from the first to the last, also those in which nothing was sent.
func (g *group) seconds() []*bench.Slice {
	all := slices.Sorted(maps.Keys(g.slices))
	low, high := all[0], all[len(all)-1]
	list := make([]*bench.Slice, 0, high-low+1)
	empty := bench.NewSlice(0)
	empty.Compact()
	for second := low; second <= high; second++ {
		slice := g.slices[second]
		if slice == nil {
			nothing := *empty // its histograms are those of all that are empty
			slice = &nothing
		}
		slice.Second = second - low
		slice.Compact()
		list = append(list, slice)
	}
	return list
}

// leastLength keeps a throughput finite.
const leastLength = time.Millisecond

func (s *Stream) result(g *group, by By) Result {
	names := map[string]bool{}
	r := Result{Slices: g.seconds(), Statuses: g.statuses}
	for _, p := range g.parts {
		names[p.name] = true
		if !slices.Contains(r.Scenarios, p.scenario) {
			r.Scenarios = append(r.Scenarios, p.scenario)
		}
	}
	if by == ByScenario && len(names) == 1 {
		g.name = g.parts[0].name // as the endpoint is called, where there is one
	}
	r.Thresholds = s.taken(g.parts)
	r.Result = bench.Collect(bench.Scenario{ID: g.id, Name: g.name, Thresholds: r.Thresholds}, r.Slices, max(g.last.Sub(g.first), leastLength))
	r.Load = s.load(r.Scenarios, r.Duration)
	r.Notes = []string{unknown}
	if bad := badStatuses(g.statuses); r.Errors[bench.BadStatus.String()] > 0 && bad != "" {
		r.Notes = append(r.Notes, "answers: "+bad)
	}
	for _, scenario := range r.Scenarios {
		t := s.tallies[scenario]
		if t == nil {
			continue
		}
		r.Iterations, r.Dropped = r.Iterations+t.iterations, r.Dropped+t.dropped
		r.Notes = append(r.Notes, t.failed()...)
		if by == ByScenario {
			r.unexpected(t)
		}
	}
	if len(names) == 1 && g.parts[0].name == "other requests" {
		r.Notes = append(r.Notes, fmt.Sprintf("k6 tells of more than %d request names: give requests the tag name", mostNames))
	}
	return r
}

// badStatuses are those from 400 up, in words.
func badStatuses(seen map[int]int64) string {
	var all []string
	for _, status := range slices.Sorted(maps.Keys(seen)) {
		if status >= 400 {
			all = append(all, fmt.Sprintf("%d × %d", seen[status], status))
		}
	}
	return strings.Join(all, ", ")
}

// unexpected makes errors of answers whose status was right and whose body was not, as our own scripts count them. Which they are the stream does not
// tell, so their latency stays where it is.
func (r *Result) unexpected(t *tally) {
	if more := t.unexpected - r.Failed(); more > 0 {
		r.Errors[bench.BadExpectation.String()] = more
		r.Notes = append(r.Notes, fmt.Sprintf("%d answers had the right status and were not as they have to be: they are errors, but the stream does not tell which, so their latency counts", more))
		if r.Duration > 0 {
			r.Throughput -= float64(more) / r.Duration
		}
	}
}

// failed tells of the checks that did not hold.
func (t *tally) failed() (notes []string) {
	for _, name := range t.order {
		c := t.checks[name]
		if c.failed == 0 {
			continue
		}
		if len(notes) == mostChecks {
			return append(notes, "and more checks failed")
		}
		notes = append(notes, fmt.Sprintf("the check %q failed in %d of %d; k6 does not tell of which requests", name, c.failed, c.failed+c.passed))
	}
	return notes
}

// load is what the script says of the scenarios' load; where it is not known, that k6 made it.
func (s *Stream) load(scenarios []string, length float64) bench.LoadRecord {
	if s.o.Script != nil && len(scenarios) == 1 {
		if l, known := s.o.Script.Loads[cmp.Or(scenarios[0], defaultScenario)]; known {
			l.Warmup = s.o.Warmup.Seconds()
			l.Duration = max(l.Duration-l.Warmup, 0)
			return l
		}
	}
	return bench.LoadRecord{Model: "k6", Warmup: s.o.Warmup.Seconds(), Duration: float64(int(length + 0.5))}
}
