package otlp

import (
	"cmp"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

// A trace is the spans of one request, put together as a tree.
type trace struct {
	spans    []span // the root first; each with its number as index
	children [][]int32
	orphans  int
}

// assemble makes a tree of spans. A span that comes twice counts once. Spans whose parent did not come are orphans, and what is below them
// is left out, but for the one that is the request itself: of a server, the longest. ok is false where there is none.
func assemble(all []span, kinds func(span) string) (t trace, ok bool) {
	byID := make(map[uint64]int32, len(all))
	for _, s := range all {
		if _, twice := byID[s.id]; !twice {
			byID[s.id] = int32(len(t.spans))
			t.spans = append(t.spans, s)
		}
	}
	t.children = make([][]int32, len(t.spans))
	root := int32(-1)
	for i, s := range t.spans {
		parent, known := byID[s.parent]
		switch {
		case known && s.parent != 0 && s.parent != s.id:
			t.children[parent] = append(t.children[parent], int32(i))
			continue
		case root < 0, better(s, t.spans[root], kinds):
			root = int32(i)
		}
		t.orphans++
	}
	if root < 0 { // a circle
		return t, false
	}
	t.orphans--
	if kinds(t.spans[root]) != bench.ServeOperation {
		return t, false
	}
	t = t.below(root)
	for i := range t.children {
		slices.SortStableFunc(t.children[i], func(a, b int32) int { return cmp.Compare(t.spans[a].start, t.spans[b].start) })
	}
	return t, true
}

// better reports whether a is more likely to be the request itself than b: a server's span rather than another, the longer of two.
func better(a, b span, kinds func(span) string) bool {
	if x, y := kinds(a) == bench.ServeOperation, kinds(b) == bench.ServeOperation; x != y {
		return x
	}
	return a.end-a.start > b.end-b.start
}

// below is the tree below a span, with that span first, and clocks set right: a child in another service, whose clock is another, and that
// seems to begin before its parent or to end after it, is moved into its middle, and all below it with it, as Jaeger does.
func (t trace) below(root int32) trace {
	out := trace{orphans: t.orphans}
	type visit struct {
		old, parent int32
		shift       int64
	}
	stack := []visit{{root, -1, 0}}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		s := t.spans[v.old]
		s.start, s.end = s.start+v.shift, s.end+v.shift
		if v.parent >= 0 {
			p := out.spans[v.parent]
			if skew := p.start - s.start + (p.end-p.start-(s.end-s.start))/2; !s.later && s.service != p.service && (s.start < p.start || s.end > p.end) {
				s.start, s.end, v.shift = s.start+skew, s.end+skew, v.shift+skew
			}
		}
		n := int32(len(out.spans))
		out.spans, out.children = append(out.spans, s), append(out.children, nil)
		if v.parent >= 0 {
			out.children[v.parent] = append(out.children[v.parent], n)
		}
		for _, child := range t.children[v.old] {
			stack = append(stack, visit{child, n, v.shift})
		}
	}
	return out
}

// A stretch is a part of the critical path: what the request was waiting for, from one time to another.
type stretch struct {
	span     int32
	from, to int64
	// before is the child that the stretch ends in the beginning of; -1: it ends with the span itself.
	before int32
}

// critical is the critical path: from the end of the request back to its start, always what ended last before (Zhang et al., CRISP: Critical
// Path Analysis of Large-Scale Microservice Architectures, USENIX ATC 2022). Each instant belongs to one span: the innermost that was
// waited for. A child that overlaps with the one that was waited for after it was not: its time is its parent's or the other's.
func (t trace) critical() (path []stretch) {
	type visit struct {
		span     int32
		from, to int64
	}
	stack := []visit{{0, t.spans[0].start, t.spans[0].end}}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		children := slices.SortedFunc(slices.Values(t.children[v.span]), func(a, b int32) int {
			return cmp.Or(cmp.Compare(t.spans[b].end, t.spans[a].end), cmp.Compare(t.spans[a].start, t.spans[b].start))
		})
		at, before := v.to, int32(-1)
		for _, c := range children {
			from, to := max(t.spans[c].start, v.from), min(t.spans[c].end, v.to)
			if to <= from {
				continue
			}
			// A clock has a resolution, and the end of one call and the start of the next may seem to overlap by that much.
			if to > at && to-at > slack(to-from) {
				continue
			}
			if to = min(to, at); to <= from {
				continue
			}
			if at > to {
				path = append(path, stretch{v.span, to, at, before})
			}
			stack = append(stack, visit{c, from, to})
			at, before = from, c
		}
		if at > v.from {
			path = append(path, stretch{v.span, v.from, at, before})
		}
	}
	return path
}

// slack is how much two spans may overlap and still count as one after the other.
func slack(duration int64) int64 { return min(duration/10, 50_000) }
