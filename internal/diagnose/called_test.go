package diagnose

import (
	"testing"

	"github.com/tidemark/tidemark/bench"
)

func TestWhereAFunctionIsCalled(t *testing.T) {
	for _, c := range []struct {
		call, function string
		want           bool
	}{
		{"o.loadEach", "example.com/shop/orders.(*Orders).loadEach", true},
		{"o.loadEach", "example.com/shop/orders.(*Orders).loadEach.func1", true},
		{"o.loadEach", "example.com/shop/orders.(*Orders).loadTogether", false},
		{"items_of", "shop.views.items_of", true},
		{"this.items.loadForOrder", "Items.loadForOrder", true},
		{"lineItemRepository.findByOrder", "com.shop.LineItemRepository.findByOrder", true},
		// Words that are everywhere have to be called on what they belong to.
		{"cache.get", "example.com/shop/orders.(*Orders).get", false},
		{"s.orders.get", "example.com/shop/orders.(*Orders).get", true},
		{"LineItem.find", "App\\Models\\LineItem::find", true},
		{"userRepository.find", "com.shop.OrderRepository.find", false},
		{"load", "load", false},
		{"s.userRepo.find", "example.com/shop/orders.(*OrderRepo).find", false},
		{"userStore.get", "example.com/shop/orders.(*OrderStore).get", false},
		{"app.get", "app.views.get", false},
		// So do those that many types have, and those that are called on something else.
		{"next.ServeHTTP", "example.com/shop/orders.(*Handler).ServeHTTP", false},
		{"ServeHTTP", "example.com/shop/orders.(*Handler).ServeHTTP", false},
		{"userRepository.findById", "com.shop.OrderRepository.findById", false},
		{"orderRepository.findById", "com.shop.OrderRepository.findById", true},
		{"o.users.loadEach", "example.com/shop/orders.(*Orders).loadEach", false},
		// What compilers make of a function belongs to it.
		{"o.loadEach", "example.com/shop/orders.(*Orders).loadEach-range1", true},
		{"o.LoadEach", "Shop.Orders+<LoadEach>d__5.MoveNext", true},
		{"e.MoveNext", "Shop.Orders+<LoadEach>d__5.MoveNext", false},
		{"load", "", false},
	} {
		h := &bench.Hunk{Calls: []string{"log.printLine", c.call}}
		got := callOf(h, &bench.Suspect{Function: c.function})
		if (got == c.call) != c.want || got != "" && got != c.call {
			t.Errorf("%s of %s: %q", c.call, c.function, got)
		}
	}
	if got := callOf(&bench.Hunk{Calls: []string{"o.loadEach"}}, nil); got != "" {
		t.Error(got)
	}
}

// TestWhereTheEvidenceLeads: a change that says nothing of queries is a suspect when the evidence names a line of it, or what it calls; and one
// near it, or of another function, is not.
func TestWhereTheEvidenceLeads(t *testing.T) {
	loop := func(l *bench.Location) *Subject {
		return slow(query(orders, nil), each50(func(o *bench.Operation) { o.Code = l }))
	}
	at := loop(&bench.Location{File: "/src/shop/orders/items.go", Line: 52, Function: "shop/orders.(*Orders).loadEach"})
	only := loop(&bench.Location{Function: "shop/orders.(*Orders).loadEach"})
	changed := func(h bench.Hunk, lines ...[2]int) bench.Hunk {
		h.Lines, h.Commit, h.Subject, h.Why, h.Text, h.Changed = 1, "0123456789abcdef", "Simplify", "its code was changed", "-old\n+new\n", lines
		return h
	}
	caller := changed(bench.Hunk{File: "orders/history.go", Line: 24, Calls: []string{"o.loadEach"}})
	for name, c := range map[string]struct {
		subject *Subject
		hunk    bench.Hunk
		want    string // the last row of evidence; empty: no suspect among the changes
	}{
		"the call":                          {at, caller, "orders/history.go:24: o.loadEach is called here, and was not before (0123456789 Simplify)"},
		"the call, of a place without file": {only, caller, "orders/history.go:24: o.loadEach is called here, and was not before (0123456789 Simplify)"},
		"another call":                      {at, changed(bench.Hunk{File: "orders/history.go", Line: 24, Calls: []string{"o.loadTogether", "log.Print"}}), ""},
		"the line":                          {at, changed(bench.Hunk{File: "orders/items.go", Line: 50}, [2]int{50, 50}, [2]int{52, 53}), "orders/items.go:50: its code was changed (0123456789 Simplify)"},
		"lines beside it":                   {at, changed(bench.Hunk{File: "orders/items.go", Line: 51}, [2]int{51, 51}, [2]int{53, 53}), ""},
		"lines that were taken away there":  {at, changed(bench.Hunk{File: "orders/items.go", Line: 52}), ""},
		"the line of another file":          {at, changed(bench.Hunk{File: "orders/stems.go", Line: 52}, [2]int{52, 52}), ""},
	} {
		s := *c.subject
		s.Evidence = append(s.Evidence, bench.Evidence{Source: bench.FromDiff, Hunks: []bench.Hunk{c.hunk}})
		findings, _ := Explain(&s)
		if len(findings) != 1 || findings[0].Kind != bench.NPlusOne {
			t.Fatalf("%s: %+v", name, findings)
		}
		f := findings[0]
		got := ""
		if last := f.Evidence[len(f.Evidence)-1]; last.Source == bench.FromDiff {
			got = last.Text
		}
		if got != c.want || (f.Suspect != nil && f.Suspect.Hunk != "") != (c.want != "") || f.Suspect == nil || f.Suspect.Function != "shop/orders.(*Orders).loadEach" {
			t.Errorf("%s: %q, %+v", name, got, f.Suspect)
		}
	}
}
