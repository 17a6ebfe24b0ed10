package profile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/pprof/profile"
	"go.uber.org/goleak"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// made is a profile of stacks, innermost first, "function file:line", each with its value.
func made(kind, unit string, stacks map[string]int64) *profile.Profile {
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: kind, Unit: unit}}, DurationNanos: 100}
	functions, locations := map[string]*profile.Function{}, map[string]*profile.Location{}
	for stack, value := range stacks {
		s := &profile.Sample{Value: []int64{1, value}}
		for frame := range strings.SplitSeq(stack, "; ") {
			if locations[frame] == nil {
				var name, file string
				var line int64
				fmt.Sscanf(strings.ReplaceAll(frame, ":", " "), "%s %s %d", &name, &file, &line)
				if functions[name] == nil {
					functions[name] = &profile.Function{ID: uint64(len(functions) + 1), Name: name, Filename: file}
					p.Function = append(p.Function, functions[name])
				}
				locations[frame] = &profile.Location{ID: uint64(len(locations) + 1), Line: []profile.Line{{Function: functions[name], Line: line}}}
				p.Location = append(p.Location, locations[frame])
			}
			s.Location = append(s.Location, locations[frame])
		}
		p.Sample = append(p.Sample, s)
	}
	return p
}

func TestTheUsersFunctionIsNamed(t *testing.T) {
	const serve = "net/http.(*conn).serve /go/src/net/http/server.go:1"
	p := made("cpu", "nanoseconds", map[string]int64{
		"regexp.compile /go/src/regexp/r.go:7; shop/catalog.terms /src/catalog/terms.go:12; shop/catalog.Search /src/catalog/search.go:40; " + serve:       50,
		"regexp.compile /go/src/regexp/r.go:7; shop/catalog.terms /src/catalog/terms.go:14; shop/catalog.Search /src/catalog/search.go:40; " + serve:       10,
		"github.com/jackc/pgx.Query /mod/github.com/jackc/pgx@v5.1.0/q.go:9; shop/catalog.Search /src/catalog/search.go:44; " + serve:                      20,
		"runtime.gcAssistAlloc /go/src/runtime/mgc.go:3; runtime.mallocgc /go/src/runtime/m.go:2; shop/catalog.Search /src/catalog/search.go:44; " + serve: 5,
		"runtime.gcBgMarkWorker /go/src/runtime/mgc.go:9":  10,
		"syscall.Syscall /go/src/syscall/s.go:1; " + serve: 5,
	})
	samples, functions, gauges := cpu(p)
	want := []bench.Function{
		// 60 of 100 below terms, most on line 12; 20 more straight below Search, which all 85 pass, most on line 40, and 5 in which it allocates.
		{Name: "shop/catalog.terms", File: "/src/catalog/terms.go", Line: 12, Kind: "cpu", Flat: 0.6, Total: 0.6},
		{Name: "shop/catalog.Search", File: "/src/catalog/search.go", Line: 40, Kind: "cpu", Flat: 0.2, Total: 0.85},
		{Name: "memory", Kind: "gc", Flat: 0.15, Total: 0.15},
	}
	if d := cmp.Diff(want, functions, cmpopts.EquateApprox(0, 1e-9)); d != "" {
		t.Error(d)
	}
	if samples != 6 || len(gauges) != 2 || gauges[0].Mean != 1 || gauges[1].Mean != 0.15 {
		t.Errorf("%d samples, %+v", samples, gauges)
	}
}

func TestAllocationsOfARequest(t *testing.T) {
	p := made("alloc_space", "bytes", map[string]int64{
		"bytes.growSlice /go/src/bytes/b.go:1; main.export /src/main.go:7": 3000,
		"runtime.malg /go/src/runtime/m.go:1":                              1000,
	})
	functions, all := allocations(p, 10)
	want := []bench.Function{{Name: "main.export", File: "/src/main.go", Line: 7, Kind: "alloc", Flat: 0.75, Total: 0.75, Bytes: 300}}
	if d := cmp.Diff(want, functions); d != "" || all != 4000 {
		t.Error(all, d)
	}
}

// spin is what the profile has to find. It is not inlined, so that it has a name.
//
//go:noinline
func spin(until <-chan struct{}) (n int) {
	for {
		select {
		case <-until:
			return n
		default:
			for range 100_000 {
				n += n<<1 ^ 7
			}
		}
	}
}

func TestARealProcess(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.Handle("/debug/pprof/allocs", pprof.Handler("allocs"))
	server := httptest.NewServer(mux)
	defer server.Close()
	c, err := New(server.URL + "/debug/pprof")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Now()
	c.Begin(t.Context(), &bench.Scenario{Load: bench.Load{Duration: 2 * time.Second}})
	spinning := c.taken.done
	spin(spinning)
	e := c.End(t.Context(), evidence.Span{From: from, To: time.Now(), Requests: 100})
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if e.Missing != "" || len(e.Functions) == 0 || e.Functions[0].Name != "github.com/tidemark/tidemark/internal/evidence/profile.spin" || e.Functions[0].Flat < 0.5 ||
		!strings.HasSuffix(e.Functions[0].File, "profile_test.go") || e.Functions[0].Line == 0 {
		t.Errorf("%+v", e)
	}
}

func TestWhatCannotBeHad(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range mostBody/1_000_000 + 2 {
		z.Write(make([]byte, 1e6))
	}
	z.Close()
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"not there":   {http.NotFound, "net/http/pprof"},
		"a page":      {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>\x1b[31m") }, "not a profile"},
		"a gzip bomb": {func(w http.ResponseWriter, _ *http.Request) { w.Write(bomb.Bytes()) }, "more than 64 MB"},
		"one at once": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "Could not enable CPU profiling: cpu profiling already in use", 500)
		}, "already in use"},
	} {
		server := httptest.NewServer(c.handler)
		col, err := New(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		col.Begin(t.Context(), &bench.Scenario{})
		e := col.End(t.Context(), evidence.Span{})
		if !strings.Contains(e.Missing, c.want) || strings.ContainsAny(e.Missing, "\x1b\n") {
			t.Errorf("%s: %q", name, e.Missing)
		}
		if err := col.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	}
	if _, err := New("http://u:secret@%zz"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	var b bytes.Buffer
	if err := made("cpu", "nanoseconds", map[string]int64{"main.f /m.go:1": 7}).Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(_ *testing.T, raw []byte) {
		p, err := parse(raw)
		if err == nil && len(p.SampleType) > 0 {
			cpu(p)
			allocations(p, 1)
		}
	})
}
