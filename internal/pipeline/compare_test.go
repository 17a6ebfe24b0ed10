package pipeline

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/sqlite"
	"github.com/tidemark/tidemark/internal/report"
)

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// saved is a run some hours after the first, of a scenario whose latencies lie around a level. change may alter it.
func saved(hours int, sha, branch string, level time.Duration, change ...func(*bench.Run)) *bench.Run {
	rng := rand.New(rand.NewPCG(1, 2))
	s := bench.NewSlice(0)
	for range 1200 {
		s.Record(bench.Measurement{Done: time.Duration(float64(level) * math.Exp(0.1*rng.NormFloat64()))})
	}
	r := bench.Collect(bench.Scenario{ID: "a", Name: "GET /a", Load: bench.Load{Users: 5, Duration: time.Minute}}, []*bench.Slice{s}, time.Minute)
	r.Verdict = bench.Verdict{Status: bench.Pass, Reasons: []string{}}
	run := &bench.Run{Schema: bench.Schema, ID: fmt.Sprintf("01ARZ3NDEKTSV4RRFFQ69G%04d", hours), Suite: "s", Started: epoch.Add(time.Duration(hours) * time.Hour),
		Target: bench.Target{URL: "http://a:80"}, Environment: bench.Environment{OS: "linux", CPU: "A", Cores: 2}, Verdict: r.Verdict, Scenarios: []bench.Result{r}}
	if sha != "" {
		run.Commit = &bench.Commit{SHA: sha, Branch: branch, Subject: "subject of " + sha}
	}
	for _, c := range change {
		c(run)
	}
	return run
}

func keep(t *testing.T, runs ...*bench.Run) history.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for _, r := range runs {
		if err := store.Add(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// scattered are n runs of main, an hour apart, whose levels scatter by 2%.
func scattered(n int, change ...func(*bench.Run)) (all []*bench.Run) {
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range n {
		all = append(all, saved(i, fmt.Sprintf("aaaa%04d", i), "main", time.Duration(float64(100*time.Millisecond)*math.Exp(0.02*rng.NormFloat64())), change...))
	}
	return all
}

var options = CompareOptions{Tolerance: bench.DefaultPolicy().Tolerance}

func TestResolve(t *testing.T) {
	partial := func(r *bench.Run) { r.Partial = true }
	store := keep(t, saved(0, "aaaa1111", "main", time.Second), saved(1, "bbbb2222", "main", time.Second), saved(2, "bbbb2222", "main", time.Second),
		saved(3, "cccc3333", "feature", time.Second), saved(4, "cccc4444", "main", time.Second), saved(5, "dddd5555", "main", time.Second, partial), saved(6, "", "", time.Second))
	folder := t.TempDir()
	for _, r := range []*bench.Run{saved(8, "", "", time.Second), saved(7, "", "", time.Second), saved(9, "", "", time.Second, partial)} {
		if _, err := report.SaveRecord(folder, r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := report.SaveVersus(folder, &bench.Versus{ID: "x"}); err != nil {
		t.Fatal(err)
	}
	for reference, want := range map[string]string{
		"last":                       "6",
		"01ARZ3NDEKTSV4RRFFQ69G0003": "3",
		"01arz3ndektsv4rrffq69g0003": "3",
		"main":                       "1 2 4",
		"feature":                    "3",
		"bbbb":                       "1 2",
		"BBBB2222":                   "1 2",
		"aaaa1111..cccc4444":         "0 1 2 4",
		"bbbb..bbbb":                 "1 2",
		folder:                       "7 8",
		filepath.Join(folder, "01ARZ3NDEKTSV4RRFFQ69G0008.json"): "8",
		"cccc":           `! "cccc" begins both commit cccc4444 and commit cccc3333: write more of the one that you mean`,
		"01ARZ":          "! write more of the one that you mean",
		"eeee":           `! "eeee": no such run: write a record's file`,
		"dddd":           "! dddd: interrupted runs are never compared",
		"":               "! an empty reference",
		"cccc4444..aaaa": "! ends before it begins",
		"eeee..last":     `! "eeee": no such run`,
		"gone.json":      "! gone.json: no such file",
		filepath.Join(folder, "01ARZ3NDEKTSV4RRFFQ69G0009.json"): "! interrupted runs are never compared",
		filepath.Join(folder, "x.comparison.json"):               `! its schema is "", not tidemark.run/1`,
		t.TempDir(): "! no such run",
	} {
		w, err := resolve(t.Context(), store, reference, 3)
		got := ""
		for _, r := range w.runs {
			got += fmt.Sprint(" ", r.Started.Sub(epoch).Hours())
		}
		message, fails := strings.CutPrefix(want, "! ")
		if fails && (err == nil || !strings.Contains(err.Error(), message)) || !fails && (err != nil || strings.TrimSpace(got) != want) {
			t.Errorf("%q: %v, %v, want %s", reference, got, err, want)
		}
	}
	if _, err := resolve(t.Context(), nil, t.TempDir(), 1); err == nil || !strings.Contains(err.Error(), "there is no record of a run in it") {
		t.Errorf("%v", err)
	}
	if _, err := resolve(t.Context(), nil, "last", 1); err == nil || !strings.Contains(err.Error(), "there is no history to find it in") {
		t.Errorf("%v", err)
	}
}

func TestCompareWithTheNoiseOfHistory(t *testing.T) {
	slow, same := saved(30, "bbbb1111", "feature", 125*time.Millisecond), saved(31, "bbbb2222", "feature", 101*time.Millisecond)
	store := keep(t, append(scattered(12), slow, same)...)
	for _, c := range []struct {
		base, head string
		last       int
		want       bench.Status
		runs       int // of base
	}{
		{"aaaa0011", "bbbb1111", 0, bench.Fail, 1}, // one run of base, and eleven before it tell the noise
		{"aaaa0011", "bbbb1111", 10, bench.Fail, 10},
		{"main", "bbbb1111", 0, bench.Fail, 10},
		{"main", "bbbb1111", 5, bench.Fail, 5},
		{"aaaa0000..aaaa0011", "bbbb1111", 0, bench.Fail, 12},
		{"aaaa0000..aaaa0011", "bbbb2222", 0, bench.Inconclusive, 12}, // one run of head, at 2% of noise, cannot be told from 5%
		{"aaaa0000", "bbbb1111", 0, bench.Inconclusive, 1},            // nothing is known from before it
	} {
		o := options
		o.Last = c.last
		v, err := Compare(t.Context(), store, c.base, c.head, o)
		if err != nil {
			t.Fatal(c, err)
		}
		if v.Verdict.Status != c.want || len(v.BaseRuns) != c.runs || len(v.HeadRuns) != 1 {
			t.Errorf("%+v: %s %v, %d runs", c, v.Verdict.Status, v.Verdict.Reasons, len(v.BaseRuns))
		}
	}
	if _, err := Compare(t.Context(), store, "bbbb1111", "bbbb1111", options); err == nil || !strings.Contains(err.Error(), "base and head are the same run") {
		t.Errorf("%v", err)
	}
}

func TestUnlikeRunsAreNotSilentlyCompared(t *testing.T) {
	machine := func(r *bench.Run) { r.Environment.CPU = "B" }
	load := func(r *bench.Run) { r.Scenarios[0].Load.Users = 9 }
	store := keep(t, append(scattered(12), saved(30, "bbbb1111", "f", 150*time.Millisecond, machine), saved(31, "bbbb2222", "f", 150*time.Millisecond, load))...)
	for head, says := range map[string]string{"bbbb1111": "CPU: A, B", "bbbb2222": "load: 5 users, 9 users"} {
		v, err := Compare(t.Context(), store, "main", head, options)
		if err != nil || v.Verdict.Status != bench.Inconclusive || !strings.Contains(v.Verdict.Reasons[0], says) {
			t.Errorf("%s: %+v, %v", head, v, err)
		}
		o := options
		o.AllowUnlike = true
		if v, err := Compare(t.Context(), store, "main", head, o); err != nil || v.Verdict.Status != bench.Fail {
			t.Errorf("%s, allowed: %+v, %v", head, v, err)
		}
	}
	// Of a branch's runs, those on machines like head's count.
	for _, r := range scattered(18, machine)[12:] {
		if err := store.Add(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	v, err := Compare(t.Context(), store, "main", "bbbb1111", options)
	if err != nil || v.Verdict.Status != bench.Fail || len(v.BaseRuns) != 6 {
		t.Errorf("%+v, %v", v, err)
	}
	v, err = Compare(t.Context(), store, "aaaa0000..aaaa0017", "bbbb2222", options)
	if err != nil || len(v.BaseRuns) != 12 || !strings.Contains(strings.Join(v.Warnings, "\n"), "6 of base's 18 runs are left out: their machines are unlike that of run "+v.HeadRuns[0].ID) {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestWhatIsNeverCompared(t *testing.T) {
	void := func(r *bench.Run) { r.Scenarios[0].Verdict.Status = bench.Void }
	other := func(r *bench.Run) {
		r.Scenarios = append(r.Scenarios, r.Scenarios[0])
		r.Scenarios[1].ID, r.Scenarios[1].Name = "b", "GET /b"
	}
	elsewhere := func(r *bench.Run) { r.Scenarios[0].ID = "c" }
	runs := append(scattered(12), saved(20, "aaaa0020", "main", 300*time.Millisecond, void), saved(21, "aaaa0021", "main", 300*time.Millisecond, func(r *bench.Run) { r.Partial = true }),
		saved(30, "bbbb1111", "f", 150*time.Millisecond, void), saved(31, "bbbb2222", "f", 150*time.Millisecond, other), saved(32, "bbbb3333", "f", time.Second, elsewhere))
	store := keep(t, runs...)
	v, err := Compare(t.Context(), store, "aaaa0000..aaaa0021", "bbbb2222", options)
	if err != nil || v.Verdict.Status != bench.Fail || v.Comparisons[0].BaseRuns != 12 {
		t.Fatalf("%+v, %v", v, err)
	}
	for _, says := range []string{"1 interrupted run is left out", "GET /b is only in head: not compared"} {
		if !strings.Contains(strings.Join(v.Warnings, "\n"), says) {
			t.Errorf("%v: no %q", v.Warnings, says)
		}
	}
	if notes := strings.Join(v.Comparisons[0].Notes, "\n"); !strings.Contains(notes, "1 of base's 13 runs left out: void") {
		t.Errorf("%v", notes)
	}
	if v, err := Compare(t.Context(), store, "main", "bbbb1111", options); err != nil || v.Verdict.Status != bench.Void || !strings.Contains(v.Verdict.Reasons[0], "void results are never compared") {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := Compare(t.Context(), store, "main", "bbbb3333", options); err == nil || !strings.Contains(err.Error(), "no scenario in common") {
		t.Errorf("%v", err)
	}
}

func TestAgainstHistory(t *testing.T) {
	store := keep(t, append(scattered(20), saved(5, "cccc0005", "other", time.Second), saved(40, "aaaa0040", "main", time.Second))...)
	for level, want := range map[time.Duration]bench.Status{130 * time.Millisecond: bench.Fail, 60 * time.Millisecond: bench.Pass, 104 * time.Millisecond: bench.Inconclusive} {
		head := saved(30, "bbbb1111", "f", level) // not in history, and older than main's last
		v, err := AgainstHistory(t.Context(), store, []*bench.Run{head}, "main", options)
		if err != nil || v.Verdict.Status != want || len(v.BaseRuns) != DefaultWindow || v.BaseRuns[9].Commit != "aaaa0019" {
			t.Fatalf("%v: %+v, %v", level, v, err)
		}
		// The comment shows all twenty, of which ten are base; a pass is quiet.
		var b strings.Builder
		if err := report.Comment(&b, v, report.CommentOptions{}); err != nil || strings.Contains(b.String(), "p95 of the last 20 runs, and now: `") != (want != bench.Pass) {
			t.Errorf("%v, %v:\n%s", level, err, b.String())
		}
	}
	// A head that is in history itself is no part of its own base.
	if v, err := AgainstHistory(t.Context(), store, []*bench.Run{saved(19, "aaaa0019", "main", 100*time.Millisecond)}, "main", options); err != nil || v.BaseRuns[9].Commit != "aaaa0018" {
		t.Errorf("%+v, %v", v, err)
	}
	for name, change := range map[string]func(*bench.Run){
		"another machine": func(r *bench.Run) { r.Environment.Cores = 64 },
		"another suite":   func(r *bench.Run) { r.Suite = "t" },
		"before all":      func(r *bench.Run) { r.Started = epoch },
	} {
		if _, err := AgainstHistory(t.Context(), store, []*bench.Run{saved(30, "b", "f", time.Second, change)}, "main", options); !errors.Is(err, history.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := AgainstHistory(t.Context(), store, []*bench.Run{saved(30, "b", "f", time.Second, func(r *bench.Run) { r.Partial = true })}, "main", options); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("%v", err)
	}
}

// With a noise of 3% from run to run and twelve runs of base, of 100 heads like it one may fail; of those that are 25% slower nearly all do.
func TestAgainstHistoryAsOften(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates")
	}
	for _, c := range []struct {
		change      float64
		least, most int // of 100 that fail
	}{{1, 0, 2}, {1.25, 95, 100}} {
		rng, fails := rand.New(rand.NewPCG(7, 8)), 0
		plain := saved(0, "a", "main", 100*time.Millisecond)
		run := func(hours int, change float64) *bench.Run {
			r := *plain
			r.ID, r.Started = fmt.Sprint(hours), epoch.Add(time.Duration(hours)*time.Hour)
			r.Scenarios = slices.Clone(plain.Scenarios)
			l, times := &r.Scenarios[0].Latency, change*math.Exp(0.03*rng.NormFloat64())
			l.P50, l.P95, l.P99 = times*l.P50, times*l.P95, times*l.P99
			return &r
		}
		for range 100 {
			p := pair{head: []*bench.Run{run(30, c.change)}}
			for i := range 12 {
				p.base = append(p.base, run(i, 1))
			}
			v, err := p.compare(options)
			if err != nil {
				t.Fatal(err)
			}
			if v.Verdict.Status == bench.Fail {
				fails++
			}
		}
		t.Logf("%g times: %d of 100 fail", c.change, fails)
		if fails < c.least || fails > c.most {
			t.Errorf("%g times: %d of 100 fail", c.change, fails)
		}
	}
}
