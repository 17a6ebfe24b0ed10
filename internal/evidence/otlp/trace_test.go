package otlp

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/tidemark/tidemark/bench"
)

const mark = "abcd0123"

// A sketch is a span as tests write it: times in milliseconds from the start of its trace.
type sketch struct {
	id, parent uint64
	from, to   float64
	name       string
	kind       ptrace.SpanKind
	service    string
	attributes map[string]any
	failed     bool
}

var epoch = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// draw makes one trace of sketches, whose id is that of the n-th request.
func draw(n int, all ...sketch) ptrace.Traces {
	t := ptrace.NewTraces()
	byService := map[string]ptrace.SpanSlice{}
	for _, s := range all {
		spans, known := byService[s.service]
		if !known {
			r := t.ResourceSpans().AppendEmpty()
			r.Resource().Attributes().PutStr("service.name", s.service)
			scope := r.ScopeSpans().AppendEmpty()
			scope.Scope().SetName("test")
			spans = scope.Spans()
			byService[s.service] = spans
		}
		sp := spans.AppendEmpty()
		sp.SetTraceID(pcommon.TraceID(number(n)))
		sp.SetSpanID(spanOf(s.id))
		sp.SetParentSpanID(spanOf(s.parent))
		sp.SetName(s.name)
		sp.SetKind(s.kind)
		at := func(ms float64) pcommon.Timestamp {
			return pcommon.NewTimestampFromTime(epoch.Add(time.Duration(n) * time.Second).Add(time.Duration(ms * 1e6)))
		}
		sp.SetStartTimestamp(at(s.from))
		sp.SetEndTimestamp(at(s.to))
		if s.failed {
			sp.Status().SetCode(ptrace.StatusCodeError)
		}
		if err := sp.Attributes().FromRaw(s.attributes); err != nil {
			panic(err)
		}
	}
	return t
}

// number is the trace id of the n-th request: its last 64 bits are spread evenly.
func number(n int) (id traceID) {
	m, _ := hex.DecodeString(mark)
	copy(id[:], m)
	binary.BigEndian.PutUint64(id[8:], uint64(n)*0x9e3779b97f4a7c15)
	return id
}

func spanOf(id uint64) (out pcommon.SpanID) {
	binary.BigEndian.PutUint64(out[:], id)
	return out
}

func server(id, parent uint64, from, to float64) sketch {
	return sketch{id: id, parent: parent, from: from, to: to, name: "GET /a", kind: ptrace.SpanKindServer, service: "shop"}
}

func query(id, parent uint64, from, to float64, text string, parameter any) sketch {
	s := sketch{id: id, parent: parent, from: from, to: to, name: "SELECT", kind: ptrace.SpanKindClient, service: "shop",
		attributes: map[string]any{"db.system.name": "postgresql", "db.query.text": text, "code.file.path": "orders/history.go", "code.line.number": 42}}
	if parameter != nil {
		s.attributes["db.query.parameter.0"] = fmt.Sprint(parameter)
	}
	return s
}

func call(id, parent uint64, from, to float64, path string) sketch {
	return sketch{id: id, parent: parent, from: from, to: to, name: "GET", kind: ptrace.SpanKindClient, service: "shop",
		attributes: map[string]any{"http.request.method": "GET", "url.full": "http://10.0.0.7:8080" + path, "peer.service": "inventory"}}
}

func inner(id, parent uint64, from, to float64, name string) sketch {
	return sketch{id: id, parent: parent, from: from, to: to, name: name, service: "shop"}
}

// summary of some traces.
func summaryOf(all ...ptrace.Traces) bench.Traces {
	s := newStore()
	t := s.follow(mark)
	for _, b := range all {
		s.add(b)
	}
	return s.summarise(t)
}

func operationOf(t *testing.T, of bench.Traces, name string) bench.Operation {
	t.Helper()
	for _, o := range of.Operations {
		if o.Name == name {
			return o
		}
	}
	t.Fatalf("no operation %q in %+v", name, of.Operations)
	return bench.Operation{}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("%s: got %g, want %g", what, got, want)
	}
}

const (
	ordersSQL = "SELECT id FROM orders WHERE user_id = $1"
	itemsSQL  = "SELECT name FROM line_items WHERE order_id = $1"
)

// A request of 100 ms: 10 of its own, a query to 20, then two calls at once, of which the second lasts longer, from 30 to 90, and to 70.
//
//	0    10   20   30        70      90  100
//	 own  query own  call B (30-90)   own
//	                 call A (30-70)
func TestCriticalPath(t *testing.T) {
	got := summaryOf(draw(1, server(1, 99, 0, 100), query(2, 1, 10, 20, ordersSQL, 1), call(3, 1, 30, 70, "/a"), call(4, 1, 30, 90, "/b")))
	near(t, "query", operationOf(t, got, "SELECT id FROM orders WHERE user_id = ?").Time, 10)
	near(t, "call that was waited for", operationOf(t, got, "GET inventory /b").Time, 60)
	near(t, "own", operationOf(t, got, "GET /a").Time, 30)
	for _, o := range got.Operations {
		if o.Name == "GET inventory /a" {
			t.Errorf("nobody waited for %+v", o)
		}
	}
	q := operationOf(t, got, "SELECT id FROM orders WHERE user_id = ?")
	near(t, "just before the query", q.Lead, 10)
	near(t, "whole", got.Typical, 100)
	if q.About != "orders" || q.System != "postgresql" || q.Parent != "GET /a" || q.Library != "test" || *q.Code != (bench.Location{File: "orders/history.go", Line: 42}) ||
		q.Service != "shop" || q.Kind != bench.QueryOperation || q.Example != number(1).String() {
		t.Errorf("%+v", q)
	}
}

// What a call takes is its own, whoever below it takes the time; and that shows as well.
func TestACallAccountsForWhoIsCalled(t *testing.T) {
	remote := sketch{id: 3, parent: 2, from: 15, to: 85, name: "GET /b", kind: ptrace.SpanKindServer, service: "inventory"}
	deep := query(4, 3, 20, 60, ordersSQL, 1)
	deep.service = "inventory"
	got := summaryOf(draw(1, server(1, 0, 0, 100), call(2, 1, 10, 90, "/b/17"), remote, deep))
	near(t, "call", operationOf(t, got, "GET inventory /b/{id}").Time, 80)
	near(t, "its query", operationOf(t, got, "SELECT id FROM orders WHERE user_id = ?").Time, 40)
	near(t, "the rest of who is called", operationOf(t, got, "GET /b").Time, 30)
	near(t, "own", operationOf(t, got, "GET /a").Time, 20)
}

// The inventory's clock is an hour ahead, and its child's with it.
func TestClocksDiffer(t *testing.T) {
	const hour = 3_600_000
	remote := sketch{id: 3, parent: 2, from: 15 + hour, to: 85 + hour, name: "GET /b", kind: ptrace.SpanKindServer, service: "inventory"}
	deep := query(4, 3, 20+hour, 60+hour, ordersSQL, 1)
	deep.service = "inventory"
	got := summaryOf(draw(1, server(1, 0, 0, 100), call(2, 1, 10, 90, "/b"), remote, deep))
	near(t, "call", operationOf(t, got, "GET inventory /b").Time, 80)
	near(t, "its query", operationOf(t, got, "SELECT id FROM orders WHERE user_id = ?").Time, 40)
}

// What goes on after the answer, or comes of a message later, is not waited for.
func TestWhatComesLaterIsNotWaitedFor(t *testing.T) {
	message := sketch{id: 2, parent: 1, from: 10, to: 12, name: "publish", kind: ptrace.SpanKindProducer, service: "shop", attributes: map[string]any{"messaging.system": "kafka"}}
	consumer := sketch{id: 3, parent: 2, from: 500, to: 900, name: "consume", kind: ptrace.SpanKindConsumer, service: "mailer"}
	got := summaryOf(draw(1, server(1, 0, 0, 20), message, consumer, inner(4, 1, 15, 300, "background")))
	near(t, "publish", operationOf(t, got, "publish").Time, 2)
	near(t, "background", operationOf(t, got, "background").Time, 5)
	near(t, "own", operationOf(t, got, "GET /a").Time, 13)
}

// eager is a query for the orders of a user and one for each of them, of 1 ms, in spans of their own.
func eager(n, orders int, parameter func(i int) any) ptrace.Traces {
	all := []sketch{server(1, 0, 0, float64(orders+4)), query(2, 1, 1, 2, ordersSQL, n)}
	for i := range orders {
		at := float64(i + 2)
		all = append(all, inner(uint64(100+i), 1, at, at+1, "load"), query(uint64(1000+i), uint64(100+i), at, at+1, itemsSQL, parameter(i)))
	}
	return draw(n, all...)
}

func TestRepeatedQueries(t *testing.T) {
	batches := func(parameter func(i int) any) (all []ptrace.Traces) {
		for n := range 20 {
			all = append(all, eager(n, 10+n, parameter))
		}
		return all
	}
	got := operationOf(t, summaryOf(batches(func(i int) any { return i })...), "SELECT name FROM line_items WHERE order_id = ?")
	// 20 traces of 10 to 29 queries: the middle half are 15 to 24, of which the mean is 19.5; the slowest five 25 to 29.
	want := bench.Operation{Calls: 19.5, CallsSlow: 27, CallsLow: 11, CallsHigh: 27, Distinct: 1, Sequential: 1, Each: 1, EachLow: 1, EachHigh: 1,
		Time: 19.5, TimeSlow: 27, Share: 19.5 / 23.5, ShareSlow: 27. / 31}
	for _, f := range []struct {
		name      string
		got, want float64
	}{{"calls", got.Calls, want.Calls}, {"slow", got.CallsSlow, want.CallsSlow}, {"low", got.CallsLow, want.CallsLow}, {"high", got.CallsHigh, want.CallsHigh},
		{"distinct", got.Distinct, 1}, {"sequential", got.Sequential, 1}, {"each", got.Each, 1}, {"time", got.Time, want.Time}, {"time slow", got.TimeSlow, want.TimeSlow},
		{"share", got.Share, want.Share}, {"share slow", got.ShareSlow, want.ShareSlow}} {
		near(t, f.name, f.got, f.want)
	}
	if got.After != "SELECT id FROM orders WHERE user_id = ?" || got.Parent != "load" {
		t.Errorf("%+v", got)
	}
	same := operationOf(t, summaryOf(batches(func(int) any { return 7 })...), "SELECT name FROM line_items WHERE order_id = ?")
	near(t, "distinct, always the same", same.Distinct, 0)
	unknown := operationOf(t, summaryOf(batches(func(int) any { return nil })...), "SELECT name FROM line_items WHERE order_id = ?")
	near(t, "distinct, not known", unknown.Distinct, -1)
}

// Values that stand in the text are parameters too.
func TestValuesInTheText(t *testing.T) {
	all := []sketch{server(1, 0, 0, 20)}
	for i := range 10 {
		all = append(all, query(uint64(10+i), 1, float64(i), float64(i)+1, fmt.Sprintf("SELECT name FROM line_items WHERE order_id = %d", i/2), nil))
	}
	got := operationOf(t, summaryOf(draw(1, all...)), "SELECT name FROM line_items WHERE order_id = ?")
	near(t, "calls", got.Calls, 10)
	near(t, "distinct", got.Distinct, 4./9) // 0 0 1 1 2 2 3 3 4 4: of nine after the first, four are new
}

func TestGroups(t *testing.T) {
	all := []sketch{server(1, 0, 0, 50), query(2, 1, 0, 1, ordersSQL, 0)}
	for i := range 20 {
		at := float64(2*i + 1)
		all = append(all, query(uint64(100+i), 1, at, at+1, "SELECT a FROM products WHERE id = $1", i), query(uint64(200+i), 1, at+1, at+2, "SELECT b FROM categories WHERE id = $1", i%3))
	}
	got := summaryOf(draw(1, all...)).Groups
	want := []bench.Group{{Names: []string{"SELECT a FROM products WHERE id = ?", "SELECT b FROM categories WHERE id = ?"}, About: []string{"products", "categories"},
		After: "SELECT id FROM orders WHERE user_id = ?", Repeats: 20, Time: 40, TimeSlow: 40, Share: .8, ShareSlow: .8}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Error(diff)
	}
	if g := summaryOf(eager(1, 50, func(i int) any { return i })).Groups; g != nil {
		t.Errorf("one query again and again is no group: %+v", g)
	}
}

func TestSequences(t *testing.T) {
	inTurn := draw(1, server(1, 0, 0, 40), call(2, 1, 0, 10, "/a"), query(3, 1, 10, 12, ordersSQL, 1), call(4, 1, 12, 20, "/b"), call(5, 1, 20, 35, "/c"))
	got := summaryOf(inTurn).Sequences
	if len(got) != 1 || len(got[0].Names) != 3 || got[0].Seen != 1 {
		t.Fatalf("%+v", got)
	}
	near(t, "sum", got[0].Sum, 33)
	near(t, "longest", got[0].Longest, 15)
	near(t, "share", got[0].Share, 33./40)
	if got := summaryOf(draw(1, server(1, 0, 0, 40), call(2, 1, 0, 10, "/a"), call(4, 1, 1, 20, "/b"))).Sequences; got != nil {
		t.Errorf("at once: %+v", got)
	}
}

func TestTracesThatAreNotWholeAreCountedAndNotUsed(t *testing.T) {
	whole := draw(1, server(1, 99, 0, 10))
	orphan := draw(2, server(1, 99, 0, 10), query(5, 4, 2, 3, ordersSQL, 1))
	rootless := draw(3, query(5, 4, 2, 3, ordersSQL, 1))
	circle := draw(4, inner(1, 2, 0, 1, "a"), inner(2, 1, 0, 1, "b"))
	itself := draw(5, server(1, 1, 0, 10)) // its own parent: the root all the same
	twice := draw(6, server(1, 0, 0, 10), query(2, 1, 1, 3, ordersSQL, 1), query(2, 1, 1, 3, ordersSQL, 1))
	backwards := draw(7, server(1, 0, 10, 5))
	foreign := draw(8, server(1, 0, 0, 10))
	foreign.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).SetTraceID(pcommon.TraceID{1, 2, 3})
	got := summaryOf(whole, orphan, rootless, circle, itself, twice, backwards, foreign)
	if got.Joined != 6 || got.Used != 3 || got.Incomplete != 3 || got.Dropped != 1 || got.Foreign != 1 || got.Spans != 11 {
		t.Errorf("%+v", got)
	}
	near(t, "a query that came twice", operationOf(t, got, "SELECT id FROM orders WHERE user_id = ?").Calls*3, 1) // of three traces
}

func TestLateSpansJoin(t *testing.T) {
	s := newStore()
	traces := s.follow(mark)
	s.add(draw(1, query(2, 1, 1, 3, ordersSQL, 1)))
	s.add(draw(1, server(1, 0, 0, 10)))
	if got := s.summarise(traces); got.Used != 1 || len(got.Operations) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestNamesOfCalls(t *testing.T) {
	for _, c := range []struct {
		attributes map[string]any
		want       string
		about      string
		known      bool
	}{
		{map[string]any{"http.method": "GET", "http.url": "http://stock/items/17?x=1"}, "GET stock /items/{id}", "stock", true},
		{map[string]any{"http.request.method": "GET", "url.full": "http://stock/u/0b5a2f6e-1c1d-4c9b-9a51-5a1b0c0d0e0f"}, "GET stock /u/{id}", "stock", true},
		{map[string]any{"http.request.method": "POST", "url.full": "http://stock/reservations"}, "POST stock /reservations", "stock", false},
		{map[string]any{"http.request.method": "GET", "url.full": "http://u:secret@stock/a", "url.template": "/{x}", "peer.service": "inv"}, "GET inv /{x}", "inv", true},
		{map[string]any{"http.request.method": "GET", "url.full": "://", "server.address": "h"}, "GET h", "h", false},
		{map[string]any{"rpc.system": "grpc", "rpc.service": "pkg.Stock", "rpc.method": "Get"}, "pkg.Stock/Get", "pkg.Stock", false},
		{map[string]any{}, "GET", "", false},
	} {
		s := call(2, 1, 1, 2, "")
		s.attributes = c.attributes
		batch := draw(1, s)
		cat := newCatalogue()
		n, parameters := cat.read(batch.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0), "shop", "")
		if op := cat.all[n]; op.name != c.want || op.about != c.about || (parameters != 0) != c.known {
			t.Errorf("%v: %+v, parameters known: %t", c.attributes, op, parameters != 0)
		}
	}
}
