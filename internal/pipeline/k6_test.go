package pipeline

import (
	"context"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// A diary is a collector that keeps what it was asked.
type diary struct {
	entries []string
	marks   map[string]bool
}

func (d *diary) Follow(mark string) { d.marks[mark] = true }
func (d *diary) Begin(_ context.Context, s *bench.Scenario) {
	d.entries = append(d.entries, "begin "+s.ID)
}
func (d *diary) Close() error { return nil }
func (d *diary) End(_ context.Context, span evidence.Span) bench.Evidence {
	d.entries = append(d.entries, "end")
	return bench.Evidence{Source: bench.FromProfile, Samples: span.Requests}
}

func besideOf(t *testing.T, requests ...string) (*beside, *diary) {
	t.Helper()
	d := &diary{marks: map[string]bool{}}
	b := newBeside(t.Context(), nil, &url.URL{})
	b.seen = &watched{collectors: []collector{{d, true}}}
	for _, scenario := range requests {
		b.request(t.Context(), scenario, scenario != "")
	}
	b.end(t.Context())
	return b, d
}

func TestEvidenceOfScenariosThatFollowEachOther(t *testing.T) {
	b, d := besideOf(t, "", "a", "a", "", "a", "b", "b")
	if diff := cmp.Diff([]string{"begin a", "end", "begin b", "end"}, d.entries); diff != "" {
		t.Error(diff)
	}
	// The source that was asked, and the header Server-Timing, of which k6 tells nothing.
	if e := b.of([]string{"a"}); len(e) != 2 || e[0].Samples != 3 || b.shared(2, []string{"a"}) {
		t.Errorf("%+v", e)
	}
	if e := b.of([]string{"b"}); e[0].Samples != 2 || len(d.marks) != 1 || !d.marks[b.mark] {
		t.Errorf("%+v, marks %v", e, d.marks)
	}
	if !b.shared(3, []string{"a"}) { // three results of two scenarios
		t.Error("what two results share is not told")
	}
}

func TestEvidenceOfScenariosAtTheSameTime(t *testing.T) {
	b, d := besideOf(t, "a", "b", "a", "b", "a")
	if diff := cmp.Diff([]string{"begin a", "end", "begin b", "end"}, d.entries); diff != "" {
		t.Error(diff)
	}
	if e := b.of([]string{"a"}); e[0].Samples != 4 || !b.shared(2, []string{"a"}) {
		t.Errorf("%+v", e)
	}
}

func TestNobodyWantsEvidence(t *testing.T) {
	b := newBeside(t.Context(), nil, &url.URL{})
	b.request(t.Context(), "a", true)
	b.end(t.Context())
	b.close()
	if e := b.of([]string{"a"}); len(e) != 0 || b.shared(2, []string{"a"}) {
		t.Errorf("%+v", e)
	}
}

func TestWhatRunsOfAScriptAreKeptUnder(t *testing.T) {
	for script, want := range map[string]string{
		"/a/load/checkout.js":                      "checkout (k6)",
		"/a/benchmarks/api-performance/k6/main.js": "api-performance (k6)",
		"/main.js":         "main (k6)",
		"/a/smoke.test.ts": "smoke.test (k6)",
	} {
		if got := scriptSuite(script); got != want {
			t.Errorf("%s: %s, want %s", script, got, want)
		}
	}
}
