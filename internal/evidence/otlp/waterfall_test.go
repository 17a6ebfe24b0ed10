package otlp

import (
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/tidemark/tidemark/bench"
)

// Three requests, of which the last is the slowest: 200 ms, with a call that is answered within 20 ms, and eighty queries of 1 ms, of which the longest
// fifty-seven are kept beside root, call and answer.
func TestTheSlowestTraceIsKept(t *testing.T) {
	s := newStore()
	followed := s.follow(mark)
	for n := range 3 {
		length := 50 * float64(n+1)
		if n == 2 {
			length = 200
		}
		all := []sketch{{id: 1, from: 0, to: length, name: "GET /orders", kind: ptrace.SpanKindServer, service: "shop"},
			{id: 2, parent: 1, from: 5, to: 25, name: "POST", kind: ptrace.SpanKindClient, service: "shop"},
			{id: 3, parent: 2, from: 6, to: 24, name: "POST /reserve", kind: ptrace.SpanKindServer, service: "inventory", failed: true}}
		for i := range uint64(80 * (n / 2)) {
			from := 30 + 2*float64(i)
			all = append(all, sketch{id: 10 + i, parent: 1, from: from, to: from + 1 + float64(i)/1000, name: "query", kind: ptrace.SpanKindClient, service: "shop", attributes: map[string]any{"db.system": "postgresql", "db.statement": "SELECT name FROM items WHERE id = $1"}})
		}
		s.add(draw(n, all...))
	}
	w := s.summarise(followed).Slowest
	if w == nil || w.TraceID != number(2).String() || w.Duration != 200 || len(w.Spans) != mostDrawn || w.LeftOut != 23 {
		t.Fatalf("%+v", w)
	}
	root, call, answer, first := w.Spans[0], w.Spans[1], w.Spans[2], w.Spans[3]
	if root.Depth != 0 || root.Start != 0 || root.Kind != bench.ServeOperation || call.Depth != 1 || call.Start != 5 || call.Duration != 20 || answer.Depth != 2 || answer.Service != "inventory" || !answer.Failed {
		t.Errorf("%+v", w.Spans[:3])
	}
	// Of eighty the shortest are the first, so the fifty-seven longest begin with the twenty-fourth: 30 + 2×23 ms.
	if first.Kind != bench.QueryOperation || first.Start != 76 || first.Depth != 1 || first.Name != "SELECT name FROM items WHERE id = ?" {
		t.Errorf("%+v", first)
	}
	if got := drawnName(string(make([]byte, 500))); len(got) != longestDrawn+len("…") {
		t.Errorf("%d bytes of a name", len(got))
	}
}
