package otlp

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

const (
	mostShown     = 15   // operations in a record
	mostSequences = 5    // and groups
	mostStudied   = 200  // of each, by their time: a service that puts ids into names has thousands
	leastShare    = 0.01 // of a request, typical or slow, that an operation is worth showing for
)

// A summary is made of many requests.
type summary struct {
	catalogue *catalogue
	all       []request // from the fastest to the slowest
	typical   []request // the middle half
	slow      []request // the slowest fiftieth
}

// summarise is the traces in short. It may be called while spans still come.
func (s *store) summarise(t *traces) bench.Traces {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := bench.Traces{Spans: t.seen, Dropped: t.dropped, Foreign: s.foreign, Joined: int64(float64(len(t.byID))/t.share() + .5)}
	kind := func(sp span) string { return s.catalogue.all[sp.operation].kind }
	m := summary{catalogue: s.catalogue}
	for _, id := range slices.SortedFunc(maps.Keys(t.byID), func(a, b traceID) int { return slices.Compare(a[:], b[:]) }) {
		tree, ok := assemble(t.byID[id], kind)
		if !ok || tree.orphans > 0 || len(t.byID[id]) >= mostOfOne {
			out.Incomplete++
			continue
		}
		if tree.spans[0].end > tree.spans[0].start {
			m.all = append(m.all, study(id, tree, s.catalogue))
		}
	}
	out.Used = int64(len(m.all))
	if len(m.all) == 0 {
		return out
	}
	slices.SortStableFunc(m.all, func(a, b request) int { return cmp.Compare(a.duration, b.duration) })
	n := len(m.all)
	m.typical, m.slow = m.all[n/4:n-n/4], m.all[n-max(n/50, min(n, leastSlow)):]
	out.Typical, out.Slow = mean(m.typical, request.length), mean(m.slow, request.length)
	out.Operations = m.operations()
	out.Groups = m.groups()
	out.Sequences = m.sequences()
	if tree, ok := assemble(t.byID[m.all[n-1].id], kind); ok {
		out.Slowest = s.waterfall(m.all[n-1], tree)
	}
	return out
}

// leastSlow is how many traces the slow ones are at least, however few there are in all.
const leastSlow = 5

// length is a request's duration in milliseconds.
func (r request) length() float64 { return ms(r.duration) }

func ms(ns int64) float64 { return float64(ns) / 1e6 }

func mean[T any](all []T, of func(T) float64) float64 {
	sum := 0.0
	for _, v := range all {
		sum += of(v)
	}
	return sum / float64(max(len(all), 1))
}

// quantile is the nearest-rank quantile; 0 of none.
func quantile[T any](all []T, q float64, of func(T) float64) float64 {
	values := make([]float64, len(all))
	for i, v := range all {
		values[i] = of(v)
	}
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return values[max(int(math.Ceil(q*float64(len(values))))-1, 0)]
}

// ratio is the sum of one over that of another.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func (m *summary) operations() (shown []bench.Operation) {
	times := map[int32]int64{}
	for _, r := range m.all {
		for n, u := range r.uses {
			times[n] += u.critical
		}
	}
	for _, n := range longest(times) {
		if o := m.operation(n); max(o.Share, o.ShareSlow) >= leastShare {
			shown = append(shown, o)
		}
	}
	slices.SortStableFunc(shown, func(a, b bench.Operation) int { return cmp.Compare(b.TimeSlow, a.TimeSlow) })
	return shown[:min(len(shown), mostShown)]
}

// longest are the keys of the largest values, those first.
func longest[K cmp.Ordered](times map[K]int64) []K {
	keys := slices.SortedFunc(maps.Keys(times), func(a, b K) int { return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(a, b)) })
	return keys[:min(len(keys), mostStudied)]
}

// operation is what one did. Its name tells nothing that could be secret; see ReadStatement.
func (m *summary) operation(n int32) bench.Operation {
	op := m.catalogue.all[n]
	none := &use{parent: -1, after: -1}
	of := func(f func(*use) float64) func(request) float64 {
		return func(r request) float64 {
			if u := r.uses[n]; u != nil {
				return f(u)
			}
			return f(none)
		}
	}
	calls := of(func(u *use) float64 { return float64(u.calls) })
	critical := of(func(u *use) float64 { return ms(u.critical) })
	lead := of(func(u *use) float64 { return ms(u.lead) })
	between := of(func(u *use) float64 { return ms(u.between) })
	o := bench.Operation{Kind: op.kind, Name: op.name, Service: op.service, System: op.system, About: op.about, Library: op.library,
		Calls: mean(m.typical, calls), CallsSlow: mean(m.slow, calls), CallsLow: quantile(m.all, .1, calls), CallsHigh: quantile(m.all, .9, calls),
		Time: mean(m.typical, critical), TimeSlow: mean(m.slow, critical), Lead: mean(m.typical, lead), LeadSlow: mean(m.slow, lead), LeadLow: quantile(m.all, .1, lead),
		Between: mean(m.typical, between), BetweenSlow: mean(m.slow, between)}
	o.Share = ratio(o.Time, mean(m.typical, request.length))
	o.ShareSlow = ratio(o.TimeSlow, mean(m.slow, request.length))
	m.details(n, &o)
	if code := m.catalogue.code[n]; code != (bench.Location{}) {
		o.Code = &code
	}
	for i := len(m.slow) - 1; i >= 0 && o.Example == ""; i-- {
		if m.slow[i].uses[n] != nil {
			o.Example = m.slow[i].id.String()
		}
	}
	return o
}

// details are what counts over all requests that have the operation.
func (m *summary) details(n int32, o *bench.Operation) {
	var total use
	parents, afters := map[int32]int{}, map[int32]int{}
	var each []float64
	repeated := 0 // calls after the first, of known parameters
	newOnes := 0
	for _, r := range m.all {
		u := r.uses[n]
		if u == nil || u.calls == 0 {
			continue
		}
		total.calls += u.calls
		total.duration += u.duration
		total.failed += u.failed
		total.sequential += u.sequential
		if u.known > 1 {
			repeated, newOnes = repeated+u.known-1, newOnes+u.distinct-1
		}
		total.known += u.known
		each = append(each, ms(u.duration)/float64(u.calls))
		parents[u.parent]++
		afters[u.after]++
	}
	value := func(v float64) float64 { return v }
	o.Each, o.EachLow, o.EachHigh = ratio(ms(total.duration), float64(total.calls)), quantile(each, .1, value), quantile(each, .9, value)
	o.Failed = ratio(float64(total.failed), float64(total.calls))
	// Of n calls of a request, n-1 could begin before the one before had ended.
	o.Sequential = ratio(float64(total.sequential), float64(max(total.calls-len(each), 0)))
	if o.Distinct = -1; repeated > 0 && total.known*2 > total.calls {
		o.Distinct = ratio(float64(newOnes), float64(repeated))
	}
	o.Parent, o.After = m.name(most(parents)), m.name(most(afters))
}

// most is what was counted most often; of equals, the smallest.
func most(counts map[int32]int) int32 {
	best := int32(-1)
	for _, n := range slices.Sorted(maps.Keys(counts)) {
		if best < 0 || counts[n] > counts[best] {
			best = n
		}
	}
	return best
}

func (m *summary) name(operation int32) string {
	if operation < 0 {
		return ""
	}
	return m.catalogue.all[operation].name
}

func (m *summary) names(operations []int32) (names, about []string) {
	for _, n := range operations {
		names, about = append(names, m.name(n)), append(about, m.catalogue.all[n].about)
	}
	return names, about
}

// groups are those that most requests have, by their time.
func (m *summary) groups() (shown []bench.Group) {
	found, times := map[string]group{}, map[string]int64{}
	for _, r := range m.all {
		for _, g := range r.groups {
			found[g.key] = g
			times[g.key] += g.critical
		}
	}
	for _, k := range longest(times) {
		of := func(f func(group) float64) func(request) float64 {
			return func(r request) (sum float64) {
				for _, g := range r.groups {
					if g.key == k {
						sum += f(g)
					}
				}
				return sum
			}
		}
		repeats, critical := of(func(g group) float64 { return float64(g.repeats) }), of(func(g group) float64 { return ms(g.critical) })
		g := bench.Group{After: m.name(found[k].after), Repeats: mean(m.typical, repeats), Time: mean(m.typical, critical), TimeSlow: mean(m.slow, critical)}
		g.Names, g.About = m.names(found[k].operations)
		g.Share, g.ShareSlow = ratio(g.Time, mean(m.typical, request.length)), ratio(g.TimeSlow, mean(m.slow, request.length))
		shown = append(shown, g)
	}
	slices.SortStableFunc(shown, func(a, b bench.Group) int { return cmp.Compare(b.Time, a.Time) })
	return shown[:min(len(shown), mostSequences)]
}

// sequences are those that requests have, the most frequent first.
func (m *summary) sequences() (shown []bench.Sequence) {
	found, seen := map[string]sequence{}, map[string]int64{}
	for _, r := range m.all {
		for _, s := range r.sequences {
			found[s.key] = s
			seen[s.key]++
		}
	}
	for _, k := range longest(seen) {
		of := func(f func(sequence) float64) func(request) float64 {
			return func(r request) float64 {
				for _, s := range r.sequences {
					if s.key == k {
						return f(s)
					}
				}
				return 0
			}
		}
		sum := of(func(s sequence) float64 { return mean(s.durations, ms) * float64(len(s.durations)) })
		longest := of(func(s sequence) float64 { return ms(slices.Max(s.durations)) })
		s := bench.Sequence{Seen: mean(m.all, of(func(sequence) float64 { return 1 })), Sum: mean(m.typical, sum), Longest: mean(m.typical, longest),
			SumSlow: mean(m.slow, sum), LongestSlow: mean(m.slow, longest)}
		s.Names, s.About = m.names(found[k].operations)
		s.Share = ratio(s.Sum, mean(m.typical, request.length))
		if code := m.catalogue.code[found[k].operations[0]]; code != (bench.Location{}) {
			s.Code = &code
		}
		shown = append(shown, s)
	}
	slices.SortStableFunc(shown, func(a, b bench.Sequence) int { return cmp.Compare(b.Seen, a.Seen) })
	return shown[:min(len(shown), mostSequences)]
}
