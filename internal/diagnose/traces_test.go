package diagnose

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

// slow is a subject whose traces have some operations. A typical request takes 100 ms, a slow one 200.
func slow(operations ...bench.Operation) *Subject {
	return &Subject{Latency: Latency{100, 150, 200}, Requests: 1000, Seconds: 10, Evidence: []bench.Evidence{{Source: bench.FromTraces, Samples: 100,
		Traces: &bench.Traces{Joined: 100, Used: 100, Typical: 100, Slow: 200, Operations: operations}}}}
}

func tracesOf(s *Subject) *bench.Traces { return s.Evidence[0].Traces }

const (
	orders = "SELECT id FROM orders WHERE user_id = ?"
	items  = "SELECT name FROM line_items WHERE order_id = ?"
)

// query is one that is made once and takes a little.
func query(name string, change func(*bench.Operation)) bench.Operation {
	o := bench.Operation{Kind: bench.QueryOperation, Name: name, About: strings.Fields(name[strings.Index(name, "FROM ")+5:])[0], System: "postgresql", Calls: 1, CallsSlow: 1, CallsLow: 1, CallsHigh: 1,
		Distinct: -1, Each: 2, EachLow: 1.5, EachHigh: 3, Time: 2, TimeSlow: 3, Share: .02, ShareSlow: .015}
	if change != nil {
		change(&o)
	}
	return o
}

// each is a query that is made for each of 50 rows, 80 in a slow request: 1.2 ms each, 60 ms of 100 and 96 of 200.
func each50(change func(*bench.Operation)) bench.Operation {
	return query(items, func(o *bench.Operation) {
		o.Calls, o.CallsSlow, o.CallsLow, o.CallsHigh, o.Distinct, o.Sequential, o.After = 50, 80, 10, 90, 1, 1, orders
		o.Each, o.Time, o.TimeSlow, o.Share, o.ShareSlow = 1.2, 60, 96, .6, .48
		o.Code = &bench.Location{File: "orders/history.go", Line: 42}
		if change != nil {
			change(o)
		}
	})
}

func TestNPlusOne(t *testing.T) {
	for name, c := range map[string]struct {
		s    *Subject
		want string
	}{
		"it is one":                  {slow(query(orders, nil), each50(nil)), "n-plus-one certain"},
		"parameters not known":       {slow(query(orders, nil), each50(func(o *bench.Operation) { o.Distinct = -1 })), "n-plus-one likely"},
		"and always as many":         {slow(query(orders, nil), each50(func(o *bench.Operation) { o.Distinct, o.CallsLow, o.CallsHigh = -1, 50, 50 })), "n-plus-one possible"},
		"four":                       {slow(query(orders, nil), each50(func(o *bench.Operation) { o.Calls, o.CallsSlow = 4, 4 })), ""},
		"five in slow requests":      {slow(query(orders, nil), each50(func(o *bench.Operation) { o.Calls, o.CallsSlow = 4, 5 })), "n-plus-one certain"},
		"side by side":               {slow(query(orders, nil), each50(func(o *bench.Operation) { o.Sequential = .5 })), ""},
		"hardly any time":            {slow(query(orders, nil), each50(func(o *bench.Operation) { o.Time, o.TimeSlow = 19, 38 })), ""},
		"the time is between them":   {slow(query(orders, nil), each50(func(o *bench.Operation) { o.Time, o.TimeSlow, o.Between = 10, 20, 40 })), "n-plus-one certain"},
		"after nothing":              {slow(each50(func(o *bench.Operation) { o.After = "" })), ""},
		"the same parameters":        {slow(query(orders, nil), each50(func(o *bench.Operation) { o.Distinct = .05 })), "redundant-queries certain"},
		"few different parameters":   {slow(query(orders, nil), each50(func(o *bench.Operation) { o.Distinct = .3 })), ""},
		"a call, and no query":       {slow(each50(func(o *bench.Operation) { o.Kind, o.Name, o.About = bench.CallOperation, "GET stock /a/{id}", "stock" })), "n-plus-one-calls certain"},
		"calls at the same time":     {slow(each50(func(o *bench.Operation) { o.Kind, o.Name, o.Sequential = bench.CallOperation, "GET stock /a/{id}", 0 })), ""},
		"calls, addresses not known": {slow(each50(func(o *bench.Operation) { o.Kind, o.Name, o.Distinct = bench.CallOperation, "stock/Get", -1 })), "n-plus-one-calls likely"},
	} {
		if got := found(c.s); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	few := slow(query(orders, nil), each50(nil))
	tracesOf(few).Used = fewTraces - 1
	half := slow(query(orders, nil), each50(nil))
	tracesOf(half).Incomplete = 101
	if got := found(few) + found(half); got != "" {
		t.Errorf("of too few traces, or of a remnant: %s", got)
	}
}

// 50 queries of 1.2 ms are 60 of 100 ms; one for all is taken to cost as much as the one for the orders, 2 ms: 58 less, 42 are left.
func TestNPlusOneSaysWhatItsRemedyBrings(t *testing.T) {
	findings, advice := Explain(slow(query(orders, nil), each50(nil)))
	f := findings[0]
	if math.Abs(f.Effect.SavesMS-58) > 1e-9 || f.Effect.ShareP50 != .6 || f.Effect.ShareP99 != .48 {
		t.Errorf("%+v", f.Effect)
	}
	for _, want := range []string{"50 queries a request (80 in a slow one) read line_items one by one", items, orders} {
		if !strings.Contains(f.Summary, want) {
			t.Errorf("summary %q lacks %q", f.Summary, want)
		}
	}
	if !strings.Contains(f.Remedy, "`WHERE order_id IN (…)`") || !strings.Contains(f.Remedy, "58 ms less, about 2 times faster") {
		t.Errorf("remedy: %s", f.Remedy)
	}
	if f.Suspect == nil || f.Suspect.File != "orders/history.go" || f.Suspect.Line != 42 || f.Evidence[0].Samples != 100 || len(advice) != 0 {
		t.Errorf("%+v %v", f, advice)
	}
}

func TestRemediesInTheTermsOfTheFramework(t *testing.T) {
	for library, want := range map[string]string{
		"OpenTelemetry::Instrumentation::ActiveRecord":       "`includes(:line_items)`",
		"opentelemetry.instrumentation.sqlalchemy":           "`selectinload(….line_items)`",
		"opentelemetry.instrumentation.django":               "`prefetch_related(\"line_items\")`",
		"io.opentelemetry.hibernate-6.0":                     "`JOIN FETCH`",
		"github.com/uptrace/opentelemetry-go-extra/otelgorm": "`Preload` of line_items",
		"prisma":                "`include` of line_items",
		"io.opentelemetry.jdbc": "`WHERE order_id IN (…)`",
	} {
		if got := together(each50(func(o *bench.Operation) { o.Library = library })); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", library, got, want)
		}
	}
	if got := together(bench.Operation{Name: "INSERT INTO a (b) VALUES (?)"}); !strings.Contains(got, "one statement") {
		t.Error(got)
	}
}

func TestRepeatingQueries(t *testing.T) {
	group := func(change func(*bench.Group)) *Subject {
		one := each50(func(o *bench.Operation) {
			o.Name, o.About, o.Calls = "SELECT a FROM products WHERE id = ?", "products", 20
		})
		two := each50(func(o *bench.Operation) {
			o.Name, o.About, o.Calls = "SELECT b FROM categories WHERE id = ?", "categories", 20
		})
		s := slow(query(orders, nil), one, two)
		g := bench.Group{Names: []string{one.Name, two.Name}, About: []string{"products", "categories"}, After: orders, Repeats: 20, Time: 70, TimeSlow: 150, Share: .7, ShareSlow: .75}
		if change != nil {
			change(&g)
		}
		tracesOf(s).Groups = []bench.Group{g}
		return s
	}
	for name, c := range map[string]struct {
		s    *Subject
		want string
	}{
		"it is one":       {group(nil), "repeating-queries certain"},
		"twice":           {group(func(g *bench.Group) { g.Repeats = 2 }), "n-plus-one certain"}, // each for itself: their tables differ
		"hardly any time": {group(func(g *bench.Group) { g.Share, g.ShareSlow = .1, .1 }), "n-plus-one certain"},
	} {
		if got := found(c.s); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	calls := group(nil)
	tracesOf(calls).Operations[1].Kind = bench.CallOperation
	if got := found(calls); strings.Contains(got, "repeating") {
		t.Errorf("with a call in it: %s", got)
	}
	// 20 repetitions take 70 ms; once each is 1.2 ms: 67.6 less.
	if findings, _ := Explain(group(nil)); math.Abs(findings[0].Effect.SavesMS-67.6) > 1e-9 {
		t.Errorf("%+v", findings[0].Effect)
	}
}

// call is one of 30 of 100 ms, and 30 of 200.
func call(name string, change func(*bench.Operation)) bench.Operation {
	o := bench.Operation{Kind: bench.CallOperation, Name: name, About: strings.Fields(name)[1], Calls: 1, CallsSlow: 1, CallsLow: 1, CallsHigh: 1, Distinct: -1, Each: 30, EachLow: 26, EachHigh: 40,
		Time: 30, TimeSlow: 30, Share: .3, ShareSlow: .15}
	if change != nil {
		change(&o)
	}
	return o
}

func TestSlowDependency(t *testing.T) {
	tail := func(o *bench.Operation) { o.Time, o.TimeSlow, o.Share, o.ShareSlow = 5, 120, .05, .6 }
	for name, c := range map[string]struct {
		operation bench.Operation
		budget    Latency
		want      string
	}{
		"always slow":                 {call("GET stock /a", nil), Latency{}, "slow-dependency certain"},
		"slow in slow requests":       {call("GET stock /a", tail), Latency{}, "slow-dependency certain"},
		"fast ones too":               {call("GET stock /a", func(o *bench.Operation) { o.EachLow = 4 }), Latency{}, ""},
		"everything is slow in those": {call("GET stock /a", func(o *bench.Operation) { o.Time, o.TimeSlow, o.Share, o.ShareSlow = 24, 70, .24, .35 }), Latency{}, ""},
		"a small part":                {call("GET stock /a", func(o *bench.Operation) { o.Time, o.TimeSlow, o.Share, o.ShareSlow = 29, 30, .29, .15 }), Latency{}, ""},
		"a good part of very little":  {call("GET stock /a", func(o *bench.Operation) { o.Time, o.TimeSlow, o.Share, o.ShareSlow = 4, 8, .6, .6 }), Latency{}, ""},
		"far within the budget":       {call("GET stock /a", nil), Latency{100, 500, 1000}, ""},
		"half of the budget":          {call("GET stock /a", nil), Latency{50, 0, 0}, "slow-dependency certain"},
		"a query":                     {query(orders, func(o *bench.Operation) { o.Time, o.TimeSlow, o.Share, o.ShareSlow = 60, 120, .6, .6 }), Latency{}, ""},
	} {
		s := slow(c.operation)
		s.Budget = c.budget
		if got := found(s); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	served := func(ms float64) bench.Operation {
		return bench.Operation{Kind: bench.ServeOperation, Name: "GET /a", Parent: "GET stock /a", Calls: 1, Each: ms}
	}
	if got := found(slow(call("GET stock /a", nil), served(28))); got != "slow-dependency certain" {
		t.Errorf("it works at it: %q", got)
	}
	if got := found(slow(call("GET stock /a", nil), served(5))); got != "" {
		t.Errorf("it is the way to it: %q", got)
	}
	late := slow(call("GET stock /a", tail))
	late.Generator = bench.Generator{LateSeconds: 5}
	if got := found(late); got != "generator-limit certain" && got != "" {
		t.Errorf("the generator was late: %q", got)
	}
	findings, _ := Explain(slow(call("GET stock /a", tail)))
	if f := findings[0]; f.Effect.ShareP50 != .05 || f.Effect.ShareP99 != .6 || !strings.Contains(f.Summary, "5.0 ms of a typical request (5%) and 120 ms of a slow one (60%)") {
		t.Errorf("%+v", f)
	}
}

func TestSlowDependencyByServerTiming(t *testing.T) {
	timing := func(m bench.Timing) *Subject {
		return &Subject{Latency: Latency{20, 100, 200}, Evidence: []bench.Evidence{{Source: bench.FromServerTiming, Samples: 100, Timings: []bench.Timing{m}}}}
	}
	tail := bench.Timing{Name: "inventory", P50: 4, P95: 110, Share: .2, ShareSlow: .9}
	for name, c := range map[string]struct {
		m    bench.Timing
		want string
	}{
		"slow in slow requests": {tail, "slow-dependency likely"},
		"the database":          {bench.Timing{Name: "db", P50: 4, P95: 110, Share: .2, ShareSlow: .9}, ""},
		"all of it":             {bench.Timing{Name: "total", P50: 4, P95: 110, Share: .2, ShareSlow: .9}, ""},
		"many calls":            {bench.Timing{Name: "inventory", P50: 4, P95: 110, Share: .2, ShareSlow: .9, Count: 20}, ""},
		"not much":              {bench.Timing{Name: "inventory", P50: 4, P95: 6, Share: .2, ShareSlow: .1}, ""},
	} {
		if got := found(timing(c.m)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	// Traces say the same of the service with the same name: that is certain, and told once.
	both := slow(call("GET inventory /a", func(o *bench.Operation) { o.Time, o.TimeSlow, o.Share, o.ShareSlow = 5, 120, .05, .6 }))
	both.Evidence = append(both.Evidence, bench.Evidence{Source: bench.FromServerTiming, Samples: 100, Timings: []bench.Timing{tail}})
	if got := found(both); got != "slow-dependency certain" {
		t.Errorf("both: %q", got)
	}
}

func TestSequentialCalls(t *testing.T) {
	three := []bench.Operation{call("GET stock /a", nil), call("GET stock /b", nil), call("GET stock /c", nil)}
	subject := func(change func(*bench.Sequence), operations ...bench.Operation) *Subject {
		s := slow(operations...)
		q := bench.Sequence{Names: []string{"GET stock /a", "GET stock /b", "GET stock /c"}, About: []string{"stock", "stock", "stock"}, Sum: 90, Longest: 40, Share: .9, Seen: 1, SumSlow: 150, LongestSlow: 60}
		if change != nil {
			change(&q)
		}
		tracesOf(s).Sequences = []bench.Sequence{q}
		return s
	}
	if got := found(subject(nil, three...)); got != "sequential-calls likely" {
		t.Errorf("three: %q", got) // and none of them is a slow dependency of its own
	}
	if findings, _ := Explain(subject(nil, three...)); findings[0].Effect.SavesMS != 50 || !strings.Contains(findings[0].Remedy, "90 ms one after another and 40 ms together, 50 ms less, about 2 times faster") {
		t.Errorf("%+v", findings[0])
	}
	for name, change := range map[string]func(*bench.Sequence){
		"two":              func(q *bench.Sequence) { q.Names = q.Names[:2] },
		"one takes it all": func(q *bench.Sequence) { q.Longest = 70 },
		"seldom":           func(q *bench.Sequence) { q.Seen = .3 },
	} {
		if got := found(subject(change, three...)); strings.Contains(got, "sequential") {
			t.Errorf("%s: %q", name, got)
		}
	}
	repeated := call("GET stock /a", func(o *bench.Operation) { o.Calls, o.CallsSlow, o.Sequential, o.Distinct, o.Time = 20, 20, 1, 1, 60 })
	if got := found(subject(nil, repeated, three[1], three[2])); got != "n-plus-one-calls certain, slow-dependency certain, slow-dependency certain" && got != "n-plus-one-calls certain, slow-dependency certain" {
		t.Errorf("with one that is repeated: %q", got)
	}
	before := slow(three...)
	s := subject(nil, three...)
	s.Base, s.Before = before.Evidence, Latency{60, 80, 100}
	if got := found(s); got != "sequential-calls certain" {
		t.Errorf("at once before: %q", got)
	}
}

func TestLockContention(t *testing.T) {
	update := func(change func(*bench.Operation)) bench.Operation {
		return query("UPDATE order_numbers SET last = last + ? RETURNING last FROM order_numbers", func(o *bench.Operation) {
			o.About = "order_numbers"
			o.EachLow, o.Each, o.EachHigh, o.Time, o.TimeSlow, o.Share, o.ShareSlow = 1, 50, 120, 50, 150, .5, .75
			if change != nil {
				change(o)
			}
		})
	}
	for name, c := range map[string]struct {
		operations []bench.Operation
		want       string
	}{
		"it waits":            {[]bench.Operation{update(nil), query(orders, nil)}, "lock-contention likely"},
		"always as long":      {[]bench.Operation{update(func(o *bench.Operation) { o.EachLow = 40 })}, ""},
		"others vary as much": {[]bench.Operation{update(nil), query(orders, func(o *bench.Operation) { o.EachLow, o.EachHigh = .6, 60 })}, ""},
		"it only reads":       {[]bench.Operation{update(func(o *bench.Operation) { o.Name = "SELECT last FROM order_numbers" })}, ""},
		"it reads to write":   {[]bench.Operation{update(func(o *bench.Operation) { o.Name = "SELECT last FROM order_numbers FOR UPDATE" })}, "lock-contention likely"},
		"a small part":        {[]bench.Operation{update(func(o *bench.Operation) { o.Share, o.ShareSlow = .2, .3 })}, ""},
	} {
		if got := found(slow(c.operations...)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestPoolExhaustion(t *testing.T) {
	serve := func(ms float64) bench.Operation {
		return bench.Operation{Kind: bench.ServeOperation, Name: "GET /a", Calls: 1, Time: ms, TimeSlow: 2 * ms, Share: ms / 100, ShareSlow: ms / 100}
	}
	gap := func(o *bench.Operation) { o.Lead, o.LeadSlow, o.LeadLow = 80, 180, .2 }
	for name, c := range map[string]struct {
		operations []bench.Operation
		want       string
	}{
		"a span says so":         {[]bench.Operation{{Kind: bench.WaitOperation, Name: "pool.acquire", Calls: 1, Time: 60, TimeSlow: 150, Share: .6, ShareSlow: .75}}, "pool-exhaustion likely"},
		"a short one":            {[]bench.Operation{{Kind: bench.WaitOperation, Name: "pool.acquire", Calls: 1, Time: 5, TimeSlow: 10, Share: .05, ShareSlow: .05}}, ""},
		"a gap before the query": {[]bench.Operation{serve(90), query(orders, gap)}, "pool-exhaustion possible"},
		"always as long: work":   {[]bench.Operation{serve(90), query(orders, func(o *bench.Operation) { gap(o); o.LeadLow = 60 })}, ""},
		"much other work too":    {[]bench.Operation{serve(125), query(orders, func(o *bench.Operation) { o.Lead, o.LeadSlow, o.LeadLow = 60, 120, .2 })}, ""},
	} {
		if got := found(slow(c.operations...)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	// Where an N+1 keeps the connections, the pool is its symptom: told as evidence, not as a cause of its own.
	both := slow(query(orders, nil), each50(nil), bench.Operation{Kind: bench.WaitOperation, Name: "pool.acquire", Calls: 51, Time: 25, TimeSlow: 60, Share: .25, ShareSlow: .3})
	findings, _ := Explain(both)
	if len(findings) != 1 || findings[0].Kind != bench.NPlusOne || len(findings[0].Evidence) != 2 {
		t.Errorf("%+v", findings)
	}
}

// What the other side has too, and as much of it, is no cause of what got slower.
func TestAComparisonTellsWhatIsNew(t *testing.T) {
	s := slow(query(orders, nil), each50(nil), call("GET stock /a", nil))
	s.Base, s.Before = slow(query(orders, nil), each50(nil)).Evidence, Latency{100, 150, 200}
	if got := found(s); got != "slow-dependency certain" {
		t.Errorf("%q", got)
	}
	s.Base = slow(query(orders, nil), each50(func(o *bench.Operation) { o.Calls, o.CallsSlow, o.Time, o.TimeSlow = 20, 30, 24, 36 })).Evidence
	if got := found(s); !slices.Contains(strings.Split(got, ", "), "n-plus-one certain") {
		t.Errorf("it got worse: %q", got)
	}
}

func TestAdviceWhereNothingIsKnown(t *testing.T) {
	own := func(name string, share float64) bench.Operation {
		return bench.Operation{Kind: bench.ServeOperation, Name: name, Calls: 1, Time: 100 * share, TimeSlow: 200 * share, Share: share, ShareSlow: share}
	}
	short := func(o *bench.Operation) { o.Each, o.EachLow, o.Time, o.Share = 20, 1, 35, .35 } // now and then
	for name, c := range map[string]struct {
		s    *Subject
		want []string
	}{
		"nothing at all": {&Subject{Latency: Latency{P50: 100}}, []string{"otlp: auto", "postgres: …", "profile: …"}},
		"one statement": {slow(query(orders, func(o *bench.Operation) { o.Time, o.TimeSlow, o.Share, o.ShareSlow = 80, 160, .8, .8 })),
			[]string{"80% of a typical request and 80% of a slow one is one statement, `" + orders + "`: `evidence: {postgres: …}`"}},
		"own work":                {slow(bench.Operation{Kind: bench.ServeOperation, Name: "GET /a", Calls: 1, Time: 90, TimeSlow: 180, Share: .9, ShareSlow: .9}), []string{"profile: …", "own work of `GET /a`"}},
		"own work in many places": {slow(own("GET /a", .2), own("render", .15)), []string{"35% of a typical request and 35% of a slow one is the services' own work", "profile: …"}},
		"a call":                  {slow(call("GET stock /a", short)), []string{"is the call `GET stock /a`: spans of stock, sent to the same place"}},
		"a call, on the way": {slow(call("GET stock /a", short), bench.Operation{Kind: bench.ServeOperation, Name: "GET /a", Service: "stock", Parent: "GET stock /a", Calls: 1, Each: 2, Time: 2, Share: .02}),
			[]string{"is the call `GET stock /a`, most of it on the way to it", "metrics: …"}},
		"it grows with the size": {&Subject{Latency: Latency{P50: 200}, Evidence: []bench.Evidence{{Source: bench.FromGenerator, Load: &bench.LoadFacts{Size: &bench.SizeFit{Slope: 4.1, R2: .97, Typical: 50, Smallest: 5, Largest: 200}}}}},
			[]string{"latency grows by 4.1 ms for each of the scenario's size (r² 0.97, from 5 to 200)", "otlp: auto"}},
		"Server-Timing counts": {&Subject{Latency: Latency{P50: 200}, Evidence: []bench.Evidence{{Source: bench.FromServerTiming, Timings: []bench.Timing{{Name: "db", Share: .8, Count: 53, CountBySize: 1}}}}},
			[]string{"`db` takes 80% of a typical request by its Server-Timing, in 53 queries or calls, 1 more for each of the scenario's size", "otlp: auto"}},
		"asked and silent": {&Subject{Latency: Latency{P50: 200}, Evidence: []bench.Evidence{{Source: bench.FromTraces, Missing: "no spans came"}}}, []string{"traces: no spans came"}},
	} {
		findings, advice := Explain(c.s)
		if len(findings) > 0 {
			t.Errorf("%s: %+v", name, findings)
		}
		for _, want := range c.want {
			if !strings.Contains(strings.Join(advice, "\n"), want) {
				t.Errorf("%s: %q lacks %q", name, advice, want)
			}
		}
	}
	silent := &Subject{Latency: Latency{P50: 200}, Evidence: []bench.Evidence{{Source: bench.FromTraces, Missing: "no spans came"}}}
	if _, advice := Explain(silent); strings.Contains(strings.Join(advice, "\n"), "otlp: auto") {
		t.Errorf("a source that was asked is not to be switched on: %q", advice)
	}
}
