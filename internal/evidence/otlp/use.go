package otlp

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

// A use is what one operation did in one trace. Times are in nanoseconds.
type use struct {
	calls, failed, sequential int
	distinct                  int // calls whose parameters no earlier one had; of those that are known
	known                     int // calls whose parameters are known
	duration                  int64
	critical                  int64 // of the critical path: of a query or a call with all below it, of another span what none below it accounts for
	lead                      int64 // of the critical path just before it, in its parent
	between                   int64 // the same, of all calls but the first: what a loop does beside them, or waits for
	parent, after             int32 // operations; -1: none
}

// A request is what one trace says.
type request struct {
	id        traceID
	duration  int64
	uses      map[int32]*use
	groups    []group
	sequences []sequence
}

// A group is operations that are repeated together.
type group struct {
	key        string
	operations []int32
	after      int32 // -1: none
	repeats    int
	critical   int64 // with what passes between them
}

// A sequence is calls made one after another, by operation.
type sequence struct {
	key        string
	operations []int32
	durations  []int64
}

// study says what each operation did in a trace.
func study(id traceID, t trace, c *catalogue) request {
	r := request{id: id, duration: t.spans[0].end - t.spans[0].start, uses: map[int32]*use{}}
	whole := make([]int64, len(t.spans)) // of the critical path, by span with all below it
	lead := make([]int64, len(t.spans))  // of it, just before the span
	for _, s := range t.critical() {
		took := s.to - s.from
		whole[s.span] += took
		if s.before >= 0 {
			r.use(t.spans[s.before].operation).lead += took
			lead[s.before] += took
		}
		if u := r.use(t.spans[s.span].operation); !leaf(c, t.spans[s.span]) {
			u.critical += took
		}
	}
	for i := len(t.spans) - 1; i >= 0; i-- { // a child comes after its parent
		for _, child := range t.children[i] {
			whole[i] += whole[child]
		}
		if leaf(c, t.spans[i]) {
			r.use(t.spans[i].operation).critical += whole[i]
		}
	}
	for i, s := range t.spans {
		u := r.use(s.operation)
		u.calls++
		u.duration += s.end - s.start
		if s.failed {
			u.failed++
		}
		for _, child := range t.children[i] {
			if cu := r.use(t.spans[child].operation); cu.parent < 0 {
				cu.parent = s.operation
			}
		}
	}
	for i, s := range t.spans {
		if c.all[s.operation].kind == bench.ServeOperation {
			r.work(t, int32(i), c, whole, lead)
		}
	}
	return r
}

// leaf reports whether what is below a span counts as its own: a call takes as long as whoever is called takes.
func leaf(c *catalogue, s span) bool {
	kind := c.all[s.operation].kind
	return kind == bench.QueryOperation || kind == bench.CallOperation || kind == bench.WaitOperation
}

func (r *request) use(operation int32) *use {
	u := r.uses[operation]
	if u == nil {
		u = &use{parent: -1, after: -1}
		r.uses[operation] = u
	}
	return u
}

// work looks at the queries and calls that one service makes for one request, in the order in which they begin, whatever spans of its own
// they are in: repetitions, parameters, sequences.
func (r *request) work(t trace, server int32, c *catalogue, whole, lead []int64) {
	all := t.asked(server, c)
	last := map[int32]int{}             // by operation, the index in all of the one before
	seen := map[int32]map[uint64]bool{} // by operation, parameters
	for i, n := range all {
		s := t.spans[n]
		u := r.use(s.operation)
		if before, again := last[s.operation]; again {
			if b := t.spans[all[before]]; s.start >= b.end-slack(b.end-b.start) {
				u.sequential++
			}
			u.between += lead[n]
		} else if i > 0 && u.after < 0 {
			u.after = t.spans[all[i-1]].operation
		}
		last[s.operation] = i
		if s.parameters != 0 {
			u.known++
			if seen[s.operation] == nil {
				seen[s.operation] = map[uint64]bool{}
			}
			if !seen[s.operation][s.parameters] {
				seen[s.operation][s.parameters] = true
				u.distinct++
			}
		}
	}
	r.groups = append(r.groups, repeated(t, all, whole, lead)...)
	if s, ok := sequenceOf(t, all, c); ok {
		r.sequences = append(r.sequences, s)
	}
}

// asked are the queries and calls below a span, but not those of who is called.
func (t trace) asked(server int32, c *catalogue) (all []int32) {
	stack := slices.Clone(t.children[server])
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch c.all[t.spans[n].operation].kind {
		case bench.QueryOperation, bench.CallOperation:
			all = append(all, n)
		case bench.InternalOperation:
			stack = append(stack, t.children[n]...)
		}
	}
	slices.SortStableFunc(all, func(a, b int32) int { return cmp.Compare(t.spans[a].start, t.spans[b].start) })
	return all
}

const (
	longestGroup = 8 // operations, as Sentry's M×N+1
	leastRepeats = 3
)

// repeated finds runs of two to eight operations that come again and again in the same order.
func repeated(t trace, all []int32, whole, lead []int64) (groups []group) {
	op := func(i int) int32 { return t.spans[all[i]].operation }
	for i := 0; i < len(all); {
		length, repeats := 0, 0
		for p := 2; p <= longestGroup && i+leastRepeats*p <= len(all); p++ {
			if !differ(all[i:i+p], t) {
				continue
			}
			n := p
			for i+n < len(all) && op(i+n) == op(i+n-p) {
				n++
			}
			if n/p >= leastRepeats && n/p*p > length*repeats {
				length, repeats = p, n/p
			}
		}
		if repeats == 0 {
			i++
			continue
		}
		g := group{after: -1, repeats: repeats}
		if i > 0 {
			g.after = op(i - 1)
		}
		for k := range length * repeats {
			if k < length {
				g.operations = append(g.operations, op(i+k))
			}
			g.critical += whole[all[i+k]]
			if k > 0 {
				g.critical += lead[all[i+k]]
			}
		}
		g.key = key(g.operations)
		groups = append(groups, g)
		i += length * repeats
	}
	return groups
}

// differ reports whether no two of some spans do the same: twice A is no group.
func differ(some []int32, t trace) bool {
	for i := range some {
		for j := range i {
			if t.spans[some[i]].operation == t.spans[some[j]].operation {
				return false
			}
		}
	}
	return true
}

// sequenceOf is the calls of other services that do not overlap, if there are several that do different things.
func sequenceOf(t trace, all []int32, c *catalogue) (s sequence, ok bool) {
	end := int64(0)
	for _, n := range all {
		sp := t.spans[n]
		if c.all[sp.operation].kind != bench.CallOperation {
			continue
		}
		if sp.start < end-slack(sp.end-sp.start) {
			return sequence{}, false
		}
		end = max(end, sp.end)
		if i := slices.Index(s.operations, sp.operation); i >= 0 {
			s.durations[i] += sp.end - sp.start
			continue
		}
		s.operations, s.durations = append(s.operations, sp.operation), append(s.durations, sp.end-sp.start)
	}
	s.key = key(s.operations)
	return s, len(s.operations) >= 2
}

func key(operations []int32) string { return fmt.Sprint(operations) }
