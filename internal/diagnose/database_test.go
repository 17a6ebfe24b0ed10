package diagnose

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// asked is a subject of 100 requests a second, with a p50 of 40 ms, and what sources told of it.
func asked(evidence ...bench.Evidence) *Subject {
	return &Subject{Name: "GET /orders", Latency: Latency{P50: 40, P95: 80, P99: 120}, Requests: 3000, Seconds: 30, Evidence: evidence}
}

func postgres(db bench.Database) bench.Evidence {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return bench.Evidence{Source: bench.FromPostgres, From: from, To: from.Add(30 * time.Second), Samples: 3000, Database: &db}
}

func gauges(all ...bench.Gauge) bench.Evidence {
	return bench.Evidence{Source: bench.FromMetrics, Samples: 30, Gauges: all}
}

func changed(all ...bench.Hunk) bench.Evidence {
	return bench.Evidence{Source: bench.FromDiff, Hunks: all}
}

// found is what is found, as "kind confidence", the first first.
func found(s *Subject) string {
	findings, _ := Explain(s)
	var all []string
	for _, f := range findings {
		all = append(all, fmt.Sprintf("%s %s", f.Kind, f.Confidence))
	}
	return strings.Join(all, ", ")
}

var (
	ordersOf = bench.Statement{Query: "SELECT id FROM orders WHERE user_id = ?", Tables: []string{"orders"}, Calls: 1, Rows: 50, Each: 1}
	itemsOf  = bench.Statement{Query: "SELECT name FROM line_items WHERE order_id = ?", Tables: []string{"line_items"}, Calls: 50, Rows: 3, Each: 0.3}
)

func with(st bench.Statement, change func(*bench.Statement)) bench.Statement { change(&st); return st }

func TestRepeatedStatements(t *testing.T) {
	fit := bench.Evidence{Source: bench.FromGenerator, Load: &bench.LoadFacts{Size: &bench.SizeFit{Slope: 0.7, R2: 0.97, Typical: 50, Smallest: 5, Largest: 200}}}
	for name, c := range map[string]struct {
		statements []bench.Statement
		also       []bench.Evidence
		want       string
	}{
		// 50 × 0.3 ms are 15 of 40 ms.
		"one for each row of another":       {[]bench.Statement{itemsOf, ordersOf}, nil, "n-plus-one likely"},
		"nobody returns so many rows":       {[]bench.Statement{itemsOf}, nil, ""},
		"one row each, as by a key":         {[]bench.Statement{with(itemsOf, func(s *bench.Statement) { s.Rows = 1 }), ordersOf}, nil, ""},
		"four are few":                      {[]bench.Statement{with(itemsOf, func(s *bench.Statement) { s.Calls, s.Each = 4, 5 }), ordersOf}, nil, ""},
		"cheap, and few":                    {[]bench.Statement{with(itemsOf, func(s *bench.Statement) { s.Calls, s.Each = 8, 0.05 }), with(ordersOf, func(s *bench.Statement) { s.Rows = 8 })}, nil, ""},
		"cheap, but many round trips":       {[]bench.Statement{with(itemsOf, func(s *bench.Statement) { s.Each = 0.05 }), ordersOf}, nil, "n-plus-one likely"},
		"cheap, but it grows with the size": {[]bench.Statement{with(itemsOf, func(s *bench.Statement) { s.Each = 0.05 }), ordersOf}, []bench.Evidence{fit}, "n-plus-one likely"},
		"inserts":                           {[]bench.Statement{with(itemsOf, func(s *bench.Statement) { s.Query = "INSERT INTO line_items VALUES (?)" }), ordersOf}, nil, ""},
		"without parameters": {[]bench.Statement{with(itemsOf, func(s *bench.Statement) { s.Query = "SELECT rate FROM taxes" })}, nil,
			"redundant-queries certain"},
		"two together": {[]bench.Statement{itemsOf, with(itemsOf, func(s *bench.Statement) { s.Query, s.Calls = "SELECT id FROM products WHERE id = ?", 51 }), ordersOf}, nil,
			"repeating-queries likely"},
	} {
		if got := found(asked(append(c.also, postgres(bench.Database{Statements: c.statements}))...)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	f, _ := Explain(asked(postgres(bench.Database{Statements: []bench.Statement{itemsOf, ordersOf}})))
	// 49 of 50 calls of 0.3 ms could be spared: 14.7 ms.
	if e := f[0].Effect; e.ShareP50 != 0.375 || e.SavesMS != 14.7 {
		t.Errorf("%+v", e)
	}
}

var (
	search  = bench.Statement{Query: "SELECT name FROM products WHERE category = ?", Tables: []string{"products"}, Calls: 1, Each: 30, Plan: "Seq Scan on products", Scans: []bench.Scan{{Table: "products", Rows: 40000, Kept: 80}}}
	missing = bench.Index{Create: "CREATE INDEX ON products (category)", Table: "products", Columns: []string{"category"}, Before: 4210, After: 8.3, Query: search.Query}
	read    = []bench.Table{{Name: "products", Rows: 40000, Sequential: 1, RowsRead: 40000}}
)

func TestMissingIndex(t *testing.T) {
	quick := search
	quick.Each = 3 // 3 of 40 ms
	suspected := missing
	suspected.After = 0
	for name, c := range map[string]struct {
		db   bench.Database
		want string
	}{
		"proved":                         {bench.Database{Statements: []bench.Statement{search}, Tables: read, Indexes: []bench.Index{missing}}, "missing-index certain"},
		"suspected":                      {bench.Database{Statements: []bench.Statement{search}, Tables: read, Indexes: []bench.Index{suspected}}, "missing-index likely"},
		"it takes little of the request": {bench.Database{Statements: []bench.Statement{quick}, Tables: read, Indexes: []bench.Index{missing}}, ""},
		"planned so, and not done so":    {bench.Database{Statements: []bench.Statement{search}, Indexes: []bench.Index{missing}}, ""},
		"no index would help":            {bench.Database{Statements: []bench.Statement{search}, Tables: read}, ""},
	} {
		if got := found(asked(postgres(c.db))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	f, _ := Explain(asked(postgres(bench.Database{Statements: []bench.Statement{search}, Tables: read, Indexes: []bench.Index{missing}})))
	if text := f[0].Evidence[0].Text; text != "cost 4,210 -> 8.3 with `CREATE INDEX ON products (category)`, by the planner with a hypothetical index" {
		t.Error(text)
	}
	// 30 ms, but for 8.3 of 4210 of it.
	if saves := f[0].Effect.SavesMS; saves < 29.9 || saves > 30 {
		t.Errorf("saves %v", saves)
	}
}

func TestPlanChange(t *testing.T) {
	hidden := missing
	hidden.Create, hidden.Exists, hidden.Why = "CREATE INDEX ON products (lower(category))", "products_category", "the condition is on lower(category), and the index on category"
	got := found(asked(postgres(bench.Database{Statements: []bench.Statement{search}, Tables: read, Indexes: []bench.Index{hidden}})))
	if got != "plan-change certain" {
		t.Error(got)
	}
	fast := search
	fast.Plan, fast.Each, fast.Scans = "Index Scan using products_category on products", 1, nil
	compared := func(base, head bench.Statement) *Subject {
		s := asked(postgres(bench.Database{Statements: []bench.Statement{head}}))
		s.Base, s.Before = []bench.Evidence{postgres(bench.Database{Statements: []bench.Statement{base}})}, Latency{P50: 10, P95: 20, P99: 30}
		return s
	}
	if got := found(compared(fast, search)); got != "plan-change certain" {
		t.Error(got)
	}
	if got := found(compared(search, search)); got != "" {
		t.Errorf("the same plan: %s", got)
	}
	same := fast
	same.Each = 30
	if got := found(compared(same, search)); got != "" {
		t.Errorf("another plan, as slow as before: %s", got)
	}
}

func TestLockWaits(t *testing.T) {
	take := bench.Statement{Query: "UPDATE stock SET available = ?", Tables: []string{"stock"}, Calls: 1, Each: 20}
	wait := bench.Wait{Event: "Lock:transactionid", Share: 0.5, Query: take.Query, Blocking: "idle in transaction: UPDATE stock SET available = ?"}
	nobody := wait
	nobody.Blocking = ""
	// A slow call takes 2 + 2*25 = 52 ms, of 120: 43%; with 20, 42 ms: 35%.
	varies, less := take, take
	varies.Each, varies.Deviation, less.Each, less.Deviation = 2, 25, 2, 20
	seldom, hardly := wait, wait
	seldom.Share, hardly.Share = .05, .002 // of 4: 60 times in 300 looks, or 2.4 times
	for name, c := range map[string]struct {
		db   bench.Database
		want string
	}{
		// Half of 4 sessions wait: 2 at a time, at 100 requests a second: 20 ms each, of 40.
		"with who holds it":     {bench.Database{Statements: []bench.Statement{take}, Waits: []bench.Wait{wait}, Looks: 300, Active: 4}, "lock-contention certain"},
		"nobody known":          {bench.Database{Statements: []bench.Statement{take}, Waits: []bench.Wait{nobody}, Looks: 300, Active: 4}, "lock-contention likely"},
		"too few looks":         {bench.Database{Waits: []bench.Wait{wait}, Looks: 9, Active: 4}, ""},
		"a twentieth":           {bench.Database{Waits: []bench.Wait{{Event: "Lock:tuple", Share: .05}}, Looks: 300, Active: 4}, ""},
		"few wait, for long":    {bench.Database{Statements: []bench.Statement{varies}, Waits: []bench.Wait{seldom}, Looks: 300, Active: 4}, "lock-contention certain"},
		"few wait, not so long": {bench.Database{Statements: []bench.Statement{less}, Waits: []bench.Wait{seldom}, Looks: 300, Active: 4}, ""},
		"hardly any waits":      {bench.Database{Statements: []bench.Statement{varies}, Waits: []bench.Wait{hardly}, Looks: 300, Active: 4}, ""},
		"waits for the disk":    {bench.Database{Waits: []bench.Wait{{Event: "IO:DataFileRead", Share: .9}}, Looks: 300, Active: 4}, ""},
		"waits for the service": {bench.Database{Waits: []bench.Wait{{Event: "Client:ClientRead", Share: .9}}, Looks: 300, Active: 4}, ""},
	} {
		if got := found(asked(postgres(c.db))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestPoolWaits(t *testing.T) {
	waited := bench.Gauge{Name: "go_sql_wait_duration_seconds_total", Kind: bench.PoolWaitSeconds, Mean: 2} // of 100 requests a second: 20 ms each
	most := func(n, used float64) []bench.Gauge {
		return []bench.Gauge{{Kind: bench.PoolMax, Max: n}, {Kind: bench.PoolInUse, Max: used, Mean: used}}
	}
	for name, c := range map[string]struct {
		gauges []bench.Gauge
		want   string
	}{
		"all in use":         {append(most(4, 4), waited), "pool-exhaustion certain"},
		"nothing known":      {[]bench.Gauge{waited}, "pool-exhaustion certain"},
		"half in use":        {append(most(8, 4), waited), ""},
		"nobody waits":       {most(4, 4), ""},
		"a tenth":            {[]bench.Gauge{{Kind: bench.PoolWaitSeconds, Mean: .4}}, ""},
		"pending, by Hikari": {append(most(10, 10), bench.Gauge{Kind: bench.PoolPending, Mean: 3}), "pool-exhaustion likely"},
	} {
		if got := found(asked(gauges(c.gauges...))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestCPUHotspot(t *testing.T) {
	profile := func(flat, cores float64) bench.Evidence {
		return bench.Evidence{Source: bench.FromProfile, Samples: 500, Gauges: []bench.Gauge{{Kind: bench.CPUSeconds, Mean: cores}},
			Functions: []bench.Function{{Name: "shop/catalog.(*Catalog).mask", File: "/src/shop/catalog/mask.go", Line: 12, Kind: "cpu", Flat: flat, Total: flat}}}
	}
	two := gauges(bench.Gauge{Kind: bench.Cores, Mean: 2})
	for name, c := range map[string]struct {
		flat, cores float64
		want        string
	}{
		"a fifth of the latency": {.8, 1, "cpu-hotspot likely"},   // 0.8 of a core by 100 a second: 8 of 40 ms
		"all cores at work":      {.3, 1.9, "cpu-hotspot likely"}, // 5.7 ms, and 30% of what all wait for
		"a little of the CPU":    {.2, 1.9, ""},
		"of an idle service":     {.9, .1, ""}, // 0.9 ms
		"works for others":       {.5, 1, ""},  // 5 of 40 ms
	} {
		if got := found(asked(profile(c.flat, c.cores), two)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What grows is the CPU's work in the end: the function is where it is, and no cause of its own.
func TestAHotFunctionThatGrows(t *testing.T) {
	profile := bench.Evidence{Source: bench.FromProfile, Samples: 500, Gauges: []bench.Gauge{{Kind: bench.CPUSeconds, Mean: 1}},
		Functions: []bench.Function{{Name: "shop/orders.(*views).add", File: "/src/shop/orders/growth.go", Line: 30, Kind: "cpu", Flat: .8, Total: .8}}}
	rising := bench.Evidence{Source: bench.FromGenerator, Load: &bench.LoadFacts{Growth: &bench.Growth{Quarters: [4]float64{10, 14, 18, 24}, P: 1e-6, Windows: 20}}}
	findings, _ := Explain(asked(rising, profile))
	if len(findings) != 1 || findings[0].Kind != bench.GrowthInRun || len(findings[0].Evidence) != 2 || findings[0].Suspect == nil || findings[0].Suspect.Line != 30 {
		t.Errorf("%+v", findings)
	}
}

func TestGCPressure(t *testing.T) {
	profile := func(memory float64) bench.Evidence {
		return bench.Evidence{Source: bench.FromProfile, Samples: 500,
			Functions: []bench.Function{{Name: "shop/catalog.copy", Kind: "cpu", Flat: .1, Total: .9}, {Kind: "gc", Flat: memory, Total: memory}, {Name: "shop/catalog.copy", Kind: "alloc", Flat: .9, Total: .9}}}
	}
	hottest := func(flat, memory float64) bench.Evidence { // of the CPU, and it allocates most
		e := profile(memory)
		e.Functions[0].Flat, e.Functions[0].Total = flat, flat+memory
		return e
	}
	process := func(cores, allocated float64) bench.Evidence {
		return gauges(bench.Gauge{Kind: bench.CPUSeconds, Mean: cores}, bench.Gauge{Kind: bench.AllocatedBytes, Mean: allocated}, bench.Gauge{Kind: bench.Cores, Mean: 2})
	}
	for name, c := range map[string]struct {
		evidence []bench.Evidence
		want     string
	}{
		"busy with its memory":        {[]bench.Evidence{profile(.6), process(1.9, 500<<20)}, "gc-pressure likely"},      // 60% of all the CPU there is, 5 MB a request
		"mostly for its memory":       {[]bench.Evidence{hottest(.2, .45), process(1.2, 500<<20)}, "gc-pressure likely"}, // 7.8 of 40 ms
		"for both":                    {[]bench.Evidence{hottest(.3, .4), process(1.2, 500<<20)}, "cpu-hotspot likely"},  // what it does for itself is not the lesser part
		"mostly for itself":           {[]bench.Evidence{hottest(.4, .3), process(1.2, 500<<20)}, "cpu-hotspot likely"},
		"little is allocated":         {[]bench.Evidence{profile(.6), process(1.9, 5<<20)}, ""}, // 50 KB a request
		"much, but it costs little":   {[]bench.Evidence{profile(.1), process(1.9, 500<<20)}, ""},
		"of little CPU":               {[]bench.Evidence{profile(.6), process(.5, 500<<20)}, ""}, // 3 of 40 ms
		"stopped a third of the time": {[]bench.Evidence{gauges(bench.Gauge{Kind: bench.GCSeconds, Mean: .3}, bench.Gauge{Kind: bench.AllocatedBytes, Mean: 500 << 20})}, "gc-pressure likely"},
	} {
		if got := found(asked(c.evidence...)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSuspects(t *testing.T) {
	slow := postgres(bench.Database{Statements: []bench.Statement{search}, Tables: read, Indexes: []bench.Index{missing}})
	dropped := bench.Hunk{File: "migrations/7.sql", Line: 1, Lines: 1, Commit: "0123456789abcdef", Subject: "Less indexes", Kinds: []bench.Kind{bench.MissingIndex, bench.PlanChange}, Why: "the index of products_category_idx is dropped", Names: []string{"products_category_idx"}, Text: "+DROP INDEX products_category_idx;\n"}
	other := dropped
	other.File, other.Names = "migrations/8.sql", []string{"orders_user_idx"}
	column := dropped
	column.File, column.Names = "search.go", []string{"category"}
	eager := bench.Hunk{File: "orders.rb", Line: 3, Lines: 1, Kinds: []bench.Kind{bench.NPlusOne}, Names: []string{"LineItem"}}
	for name, c := range map[string]struct {
		about bench.Evidence
		hunks []bench.Hunk
		want  string // file of the suspect
	}{
		"the index that was dropped":    {slow, []bench.Hunk{other, dropped}, "migrations/7.sql"},
		"another one":                   {slow, []bench.Hunk{other}, ""},
		"the column that was added":     {slow, []bench.Hunk{column}, "search.go"},
		"the table before the column":   {slow, []bench.Hunk{column, dropped}, "migrations/7.sql"},
		"of another kind":               {slow, []bench.Hunk{{File: "a.rb", Kinds: []bench.Kind{bench.NPlusOne}, Names: []string{"products"}}}, ""},
		"eager loading, by its model":   {postgres(bench.Database{Statements: []bench.Statement{itemsOf, ordersOf}}), []bench.Hunk{eager}, "orders.rb"},
		"eager loading of other things": {postgres(bench.Database{Statements: []bench.Statement{itemsOf, ordersOf}}), []bench.Hunk{{File: "b.rb", Kinds: []bench.Kind{bench.NPlusOne}, Names: []string{"reviews"}}}, ""},
	} {
		s := asked(c.about, changed(c.hunks...))
		findings, _ := Explain(s)
		if len(findings) != 1 {
			t.Fatalf("%s: %+v", name, findings)
		}
		got := ""
		if findings[0].Suspect != nil {
			got = findings[0].Suspect.File
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := found(asked(changed(dropped, eager))); got != "" {
		t.Errorf("a change alone: %s", got)
	}
}

func TestNamesThatMeanTheSame(t *testing.T) {
	for _, c := range []struct {
		changed, known string
		want           bool
	}{
		{"LineItem", "line_items", true}, {"lineItems", "line_items", true}, {"line_items_order_idx", "line_items", true}, {"categories", "category", true},
		{"line_items", "orders", false}, {"orders", "line_items", false}, {"line", "line_items", false}, {"Search", "shop/catalog.(*Catalog).Search", true},
		{"addresses", "address", true}, {"status", "statuses", false}, {"", "", false}, {"boxes", "box", true}, {"order_id", "order", false},
	} {
		if got := same(c.changed, c.known); got != c.want {
			t.Errorf("%s and %s: %v", c.changed, c.known, got)
		}
	}
}
