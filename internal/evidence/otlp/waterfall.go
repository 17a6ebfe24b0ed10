package otlp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// mostDrawn is how many spans of a request are kept to be looked at: the root and the longest.
const mostDrawn = 60

// waterfall is the spans of a request as people look at them.
func (s *store) waterfall(r request, t trace) *bench.Waterfall {
	byLength := make([]int32, len(t.spans))
	for i := range byLength {
		byLength[i] = int32(i)
	}
	length := func(n int32) int64 { return t.spans[n].end - t.spans[n].start }
	slices.SortStableFunc(byLength[1:], func(a, b int32) int { return cmp.Compare(length(b), length(a)) })
	shown := make([]bool, len(t.spans))
	for _, n := range byLength[:min(len(byLength), mostDrawn)] {
		shown[n] = true
	}
	w := &bench.Waterfall{TraceID: r.id.String(), Duration: ms(r.duration), LeftOut: max(len(t.spans)-mostDrawn, 0)}
	type visit struct {
		span  int32
		depth int
	}
	stack := []visit{{0, 0}}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		sp := t.spans[v.span]
		if shown[v.span] {
			op := s.catalogue.all[sp.operation]
			w.Spans = append(w.Spans, bench.Span{Kind: op.kind, Name: drawnName(op.name), Service: s.names[sp.service], Depth: v.depth,
				Start: ms(sp.start - t.spans[0].start), Duration: ms(length(v.span)), Failed: sp.failed})
		}
		for _, child := range slices.Backward(t.children[v.span]) { // what begins first is drawn first
			stack = append(stack, visit{child, v.depth + 1})
		}
	}
	return w
}

// longestDrawn is how many bytes of a name are kept with a span: a request of an N+1 has the same statement many times.
const longestDrawn = 120

func drawnName(name string) string {
	if len(name) <= longestDrawn {
		return name
	}
	return strings.ToValidUTF8(name[:longestDrawn], "") + "…"
}
